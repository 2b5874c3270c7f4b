import assert from "node:assert/strict";
import { graphOf, settingsOf } from "../../support/graph.ts";

describe("the size of a pool of database connections", () => {
  it("reaches Speckle's chart", async () => {
    const graph = await graphOf(settingsOf("dev", { connectionsPerPool: 5 }));
    const release = graph.find(({ name }) => name === "speckle-release");
    assert.equal((release?.inputs.values as any).db.maxConnectionsServer, 5);
  });

  it("is no value of the chart's beside the setting", () =>
    assert.throws(
      () => settingsOf("dev", { extraValues: { db: { maxConnectionsServer: 20 } } }),
      /extraValues\.db/,
    ));
});
