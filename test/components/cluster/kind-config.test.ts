import assert from "node:assert/strict";
import { kindConfig } from "../../../components/cluster/kind-config.ts";
import { heavyTaint, type Pool } from "../../../components/cluster/pools.ts";

const pools: Pool[] = [
  { role: "general", nodes: 2, size: { cpu: "4", memory: "8Gi" } },
  { role: "heavy", nodes: 1, size: { cpu: "2", memory: "6Gi" } },
];
const spec = { clusterName: "speckle", pools, address: "127.0.0.1" };

describe("a kind cluster's configuration", () => {
  const [controlPlane, ...workers] = kindConfig(spec).nodes;

  it("has one worker per node of each pool, labelled with its role and planned size", () => {
    assert.deepEqual(
      workers.map(({ labels }) => labels),
      [
        ["general", "4", "8Gi"],
        ["general", "4", "8Gi"],
        ["heavy", "2", "6Gi"],
      ].map(([role, cpu, memory]) => ({
        "speckle.systems/workload": role,
        "node.speckle.systems/cpu": cpu,
        "node.speckle.systems/memory": memory,
      })),
    );
  });

  it("taints the heavy nodes and no other", () => {
    const taints = workers.map((node) => {
      const patches = "kubeadmConfigPatches" in node ? (node.kubeadmConfigPatches ?? []) : [];
      return patches.flatMap((patch) => JSON.parse(patch).nodeRegistration.taints);
    });
    assert.deepEqual(taints, [[], [], [heavyTaint]]);
  });

  it("answers on a loopback address alone", () => {
    const mappings =
      controlPlane && "extraPortMappings" in controlPlane ? controlPlane.extraPortMappings : [];
    assert.deepEqual(
      mappings?.map(({ hostPort, listenAddress }) => `${listenAddress}:${hostPort}`),
      ["127.0.0.1:80", "127.0.0.1:443"],
    );
  });
});
