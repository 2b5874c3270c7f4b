import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ExistingCluster, type ExistingClusterArgs } from "../../components/cluster/existing.ts";
import type { HeavyNodes } from "../../components/cluster/existing-nodes.ts";
import { heavyTaint, poolLabels } from "../../components/cluster/pools.ts";
import { createNamespace } from "../../components/security/namespace.ts";
import { applyNodes, type NodeSpec, removeNodes } from "../../rehearsal/control-plane/nodes.ts";
import { commandProvider } from "../../rehearsal/providers/command.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { randomProvider } from "../../rehearsal/providers/random.ts";
import { expectRejection } from "../hooks.ts";
import { type EngineBench, startEngineBench } from "../support/engine.ts";

describe("an existing cluster", function () {
  this.timeout(240_000);
  let bench: EngineBench;
  let uid: string | undefined;

  before(async () => {
    bench = await startEngineBench();
    uid = (await bench.client.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }))?.metadata
      .uid;
  });
  after(() => bench?.end());

  const providers = (helm: string) => ({
    kubernetes: kubernetesProvider({ helm, report: () => {} }),
    random: randomProvider(),
    command: commandProvider({ kubeconfig: bench.home.kubeconfig }),
  });
  const stackFor = (name: string, recorded: string, more: Partial<ExistingClusterArgs> = {}) =>
    bench.stack(name, providers, async () => {
      const kubeconfig = readFileSync(bench.home.kubeconfig, "utf8");
      const args = { kubeconfig, context: "kwok-rehearsal", uid: recorded, ...more };
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
    const stack = await stackFor("classless", String(uid), { storageClass: "no-such-class" });
    await assert.rejects(stack.up(), /no-such-class/);
  });

  const size = { cpu: "4", memory: "8Gi" };
  const general: NodeSpec = { name: "general", labels: poolLabels("general"), taints: [], ...size };
  const heavy: NodeSpec = { name: "heavy", labels: poolLabels("heavy"), taints: [heavyTaint], ...size };
  const cases: [what: string, nodes: NodeSpec[], heavyNodes: HeavyNodes, refused: RegExp | undefined][] = [
    ["general and heavy nodes", [general, heavy], "present", undefined],
    [
      "no heavy nodes",
      [general],
      "present",
      /cluster\.heavyNodes: no node .*workload=heavy.*\n.*kubectl taint/,
    ],
    ["no heavy nodes, which the settings admit", [general], "none", undefined],
    ["no heavy nodes until pods wait", [general], "autoscaled", undefined],
    [
      "a heavy node without the taint",
      [general, { ...heavy, taints: [] }],
      "present",
      /node heavy has the label .* but not the taint speckle\.systems\/workload=heavy:NoSchedule/,
    ],
    ["no general nodes", [heavy], "present", /no node of the cluster has the label .*workload=general/],
  ];
  for (const [index, [what, nodes, heavyNodes, refused]] of cases.entries()) {
    it(`${refused ? "is refused before anything is made" : "is used"} with ${what}`, async () => {
      await applyNodes(bench.client, nodes);
      const stack = await stackFor(`nodes-${index}`, String(uid), { heavyNodes });
      try {
        if (refused) {
          expectRejection(refused);
          await assert.rejects(stack.up(), refused);
        } else await stack.up();
        assert.equal((await namespace(`nodes-${index}`)) === undefined, refused !== undefined);
      } finally {
        await stack.destroy();
        await removeNodes(
          bench.client,
          nodes.map(({ name }) => name),
        );
      }
    });
  }
});
