import assert from "node:assert/strict";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import { stage } from "../support/stage.ts";

const to = { endpoint: "https://s3.example.org", region: "eu", bucket: "office-backups", accessKey: "AKIA1" };
const postgres = (change: object = {}) =>
  `postgres=${JSON.stringify({ mode: "inCluster", data: "precious", backup: { to }, ...change })}`;
const key = "backupSecretKey=canary-key";

describe("a database in the cluster that is precious", function () {
  this.timeout(480_000);
  const { home, run, end } = stage();
  after(end);

  const find = async (apiVersion: string, kind: string, name: string) => {
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const found = await client.get({ apiVersion, kind, namespace: "speckle", name });
    client.close();
    return found ?? assert.fail(`${kind} ${name} is not there`);
  };

  it("comes up with its backups, whose key is in a Secret alone", async () => {
    assert.deepEqual((await run("up", postgres(), key)).problems, []);
    const { spec } = await find("postgresql.cnpg.io/v1", "Cluster", "speckle-postgres");
    const store = spec.backup.barmanObjectStore;
    assert.deepEqual(
      [store.destinationPath, store.endpointURL, spec.backup.retentionPolicy],
      ["s3://office-backups/postgres", "https://s3.example.org", "30d"],
    );
    const schedule = await find("postgresql.cnpg.io/v1", "ScheduledBackup", "speckle-postgres");
    assert.deepEqual(schedule.spec.cluster, { name: "speckle-postgres" });
    const { name, key: field } = store.s3Credentials.secretAccessKey;
    const { data } = await find("v1", "Secret", name);
    assert.equal(Buffer.from(data[field], "base64").toString(), "canary-key");
    assert.doesNotMatch(JSON.stringify([spec, schedule]), /canary-key/);
  });

  it("is not allowed another namespace", async () => {
    const { problems } = await run("preview", postgres(), key, "namespace=other");
    assert.ok(problems.some(({ reason }) => /speckle-postgres-cluster.*marked for protection/s.test(reason)));
  });

  it("begins with a backup when it is told to, and writes its own elsewhere", async () => {
    const change = { backup: { to, path: "postgres-2" }, restore: { path: "postgres" } };
    assert.deepEqual((await run("up", postgres(change), key)).problems, []);
    const { spec } = await find("postgresql.cnpg.io/v1", "Cluster", "speckle-postgres");
    assert.equal(spec.bootstrap.initdb, undefined);
    assert.equal(spec.bootstrap.recovery.source, spec.externalClusters[0].name);
    const paths = [spec.externalClusters[0], spec.backup].map(
      ({ barmanObjectStore }) => barmanObjectStore.destinationPath,
    );
    assert.deepEqual(paths, ["s3://office-backups/postgres", "s3://office-backups/postgres-2"]);
  });

  it("is what `pulumi destroy` would have stopped at", async () => {
    const { problems, leftovers, protectedResources } = await run("down");
    assert.deepEqual(
      [problems, leftovers, protectedResources],
      [[], [], ["Cluster speckle-postgres-cluster"]],
    );
  });
});
