import assert from "node:assert/strict";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import { assertUnchanged, stage } from "../support/stage.ts";

const fixedEntry = 'cluster.exposure={"type":"fixedEntry"}';

describe("a rehearsal of staging behind a fixed entry", function () {
  this.timeout(600_000);
  const { home, run, end } = stage("staging");
  after(end);

  it("comes up with the reporter beside Traefik, which has no load balancer", async () => {
    const { problems, pods, names } = await run("up", fixedEntry);
    assert.deepEqual(problems, []);
    const reporters = pods.filter(({ name }) => name.startsWith("speckle-entry-reporter-"));
    assert.deepEqual(
      reporters.map(({ namespace, ready }) => [namespace, ready]),
      [["traefik", true]],
    );
    assert.match(names.join(), /^speckle-staging\.example\.com\. 300 IN A 203\.0\.113\.\d+$/);
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const services = await client.list("v1", "Service");
    client.close();
    assert.deepEqual(
      services.filter(({ spec }) => spec.type === "LoadBalancer"),
      [],
    );
  });

  it("changes nothing the second time (F8)", async () => {
    assertUnchanged(await run("up", fixedEntry));
  });

  it("keeps its address while its secret is made anew, and the machine with it", async () => {
    const before = (await run("up", fixedEntry)).names;
    const rotated = await run("up", fixedEntry, "rotate.entry=1");
    assert.deepEqual(rotated.problems, []);
    // The secret, its mark and the machine; what knows the one or the other follows in place.
    const { same, ...changes } = rotated.operations;
    assert.deepEqual(changes, { create: 0, update: 3, replace: 3, delete: 0 });
    assert.deepEqual(rotated.names, before);
  });

  it("goes back to a load balancer, and leaves nothing of the machine", async () => {
    assert.deepEqual((await run("up")).problems, []);
    const { result, leftovers } = await run("down");
    assert.deepEqual([result, leftovers], ["succeeded", []]);
  });
});
