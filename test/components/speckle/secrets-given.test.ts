import assert from "node:assert/strict";
import { graphOf, settingsOf } from "../../support/graph.ts";

describe("Secrets that are given", () => {
  const ofDatabase = { name: "our-database", key: "url" };
  const ofQueue = { name: "our-queue", key: "url" };
  const postgres = { mode: "existing", secret: ofDatabase, importQueueSecret: ofQueue };

  it("are named to the chart as they are, the queue's own among them, and copied nowhere (trap 4)", async () => {
    const graph = await graphOf(settingsOf("dev", { ifcImport: true, postgres }));
    const release = graph.find(({ name }) => name === "speckle-release");
    const { db, ifc_import_service: importer } = release?.inputs.values as any;
    assert.deepEqual(
      [db.connectionString, importer.db.connectionString],
      [ofDatabase, ofQueue].map(({ name, key }) => ({ secretName: name, secretKey: key })),
    );
    const made = graph.filter(({ type }) => type === "kubernetes:core/v1:Secret").map(({ name }) => name);
    assert.ok(made.includes("speckle-redis"));
    assert.deepEqual(
      made.filter((name) => /postgres|queue/.test(name)),
      [],
    );
  });
});
