import assert from "node:assert/strict";
import { charts } from "../../../components/charts.ts";
import { graphOf, settingsOf } from "../../support/graph.ts";

const postgres = { mode: "inCluster", data: "precious", backup: { path: "office", keepDays: 14 } };

describe("the backup of a database in the cluster", () => {
  it("goes to the environment's own bucket, with its key, and the database may reach it", async () => {
    const all = await graphOf(settingsOf("prod", { postgres }));
    const named = (name: string): any => all.find((one) => one.name === name)?.inputs ?? assert.fail(name);
    const { spec } = named("speckle-postgres-cluster");
    assert.equal(spec.backup.retentionPolicy, "14d");
    const store = spec.backup.barmanObjectStore;
    assert.deepEqual(
      [store.destinationPath, store.endpointURL],
      ["s3://speckle-prod-files-example/office", "https://s3.eu-central-1.amazonaws.com"],
    );
    assert.equal(named("speckle-postgres-backup-secret").stringData, "[secret]");
    assert.equal(named("speckle-postgres-backup").spec.method, "barmanObjectStore");
    assert.match(spec.imageName, /-system-/, "no other variant has the programs for it");
    const { podSelector, egress } = named("speckle-namespaces-network-postgres-backup-egress").spec;
    assert.deepEqual(
      [podSelector.matchLabels, egress[0].ports],
      [{ "cnpg.io/cluster": "speckle-postgres" }, [{ port: 443, protocol: "TCP" }]],
    );
  });

  it("is the operator's own until version 1.31, which leaves backups to a plugin: move there before", () => {
    assert.equal(charts.postgresOperator.version, "0.29.0");
    assert.match(charts.postgresOperator.why, /CloudNativePG 1\.30\./);
  });
});
