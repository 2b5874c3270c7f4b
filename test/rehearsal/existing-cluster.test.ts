import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ExistingCluster } from "../../components/cluster/existing.ts";
import { createNamespace } from "../../components/security/namespace.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { randomProvider } from "../../rehearsal/providers/random.ts";
import { expectRejection } from "../hooks.ts";
import { type EngineBench, startEngineBench } from "../support/engine.ts";

describe("an existing cluster", function () {
  this.timeout(120_000);
  let bench: EngineBench;
  let uid: string | undefined;

  before(async () => {
    bench = await startEngineBench();
    uid = (await bench.client.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }))?.metadata
      .uid;
  });
  after(() => bench.end());

  const providers = (helm: string) => ({
    kubernetes: kubernetesProvider({ helm, report: () => {} }),
    random: randomProvider(),
  });
  const stackFor = (name: string, recorded: string, storageClass?: string) =>
    bench.stack(name, providers, async () => {
      const kubeconfig = readFileSync(bench.home.kubeconfig, "utf8");
      const args = { kubeconfig, context: "kwok-rehearsal", uid: recorded, storageClass };
      const { provider } = new ExistingCluster("cluster", args);
      createNamespace("work", { namespace: name, podSecurity: "baseline" }, { provider });
    });
  const namespace = (name: string) => bench.client.get({ apiVersion: "v1", kind: "Namespace", name });

  it("is used when it is the recorded one", async () => {
    const stack = await stackFor("right", String(uid));
    await stack.up();
    assert.ok(await namespace("right"));
    const { summary } = await stack.up();
    assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
    await stack.destroy();
  });

  it("is refused, and not touched, when it is another one (F14)", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    const stack = await stackFor("wrong", other);
    expectRejection(/leads to the cluster/);
    await assert.rejects(stack.up(), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`leads to the cluster ${uid}, but this stack belongs to ${other}`),
      );
      assert.match(error.message, /Nothing has been touched/);
      return true;
    });
    assert.equal(await namespace("wrong"), undefined);
  });

  it("is refused when the StorageClass named is not there", async () => {
    const stack = await stackFor("classless", String(uid), "no-such-class");
    await assert.rejects(stack.up(), /no-such-class/);
  });
});
