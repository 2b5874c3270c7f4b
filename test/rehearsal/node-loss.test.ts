import assert from "node:assert/strict";
import { loseEachGeneralNode } from "../support/nodes.ts";
import { stage } from "../support/stage.ts";

describe("the preset production on digitalocean", function () {
  this.timeout(600_000);
  const { home, run, end } = stage("staging");
  after(end);

  it("runs everything while any one of its general nodes is lost (F57)", async () => {
    const { problems } = await run("up", "preset=production");
    assert.deepEqual(problems, []);
    await loseEachGeneralNode(home.kubeconfig);
  });
});
