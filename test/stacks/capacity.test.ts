import assert from "node:assert/strict";
import { ProblemsError } from "../../components/problem.ts";
import { parseQuantity } from "../../components/quantity.ts";
import { podConnections } from "../../components/speckle/connections.ts";
import { type WorkloadKey, workload, workloads } from "../../components/speckle/workloads.ts";
import { capacityProblems, describeTotals, totals } from "../../stacks/capacity.ts";
import { presetNames, presets } from "../../stacks/presets.ts";
import { parseSettings } from "../../stacks/settings.ts";

const clusters = [
  { type: "kind" },
  { type: "digitalocean", region: "fra1", version: "1.36.1-do.0" },
  { type: "aws", region: "eu-central-1", version: "1.36", accountId: "123456789012" },
];

function settingsFor(preset: string, cluster: (typeof clusters)[number], more: object = {}) {
  const objectStore = cluster.type === "kind" ? {} : { bucket: "speckle-files" };
  return parseSettings({ preset, domain: "speckle.example.com", cluster, objectStore, ...more }, () => "");
}

describe("the capacity of an environment", () => {
  it("is told in one line", () => {
    const settings = settingsFor("small", clusters[1] ?? assert.fail());
    assert.equal(
      describeTotals(totals(settings)),
      "3 nodes, 11.7 vCPU, 18 GiB for pods; 42 database connections of 97 at the peak of an update",
    );
  });

  it("counts old and new pods of a rolling update, and of one importer", () => {
    const settings = settingsFor("dev", clusters[0] ?? assert.fail());
    const doubled: WorkloadKey[] = ["server", "objects", "frontend_2", "monitoring"];
    const once: WorkloadKey[] = ["webhook_service", "preview_service", "fileimport_service"];
    const sum = (keys: readonly WorkloadKey[]) =>
      keys.reduce((total, key) => total + podConnections(workload(key), { ifcImport: false }), 0);
    assert.equal(totals(settings).connections, 2 * sum(doubled) + sum(once));
  });

  // 17 were seen of one pod of the real server 2.31.14 with the IFC importer, whose third pool nobody had used.
  const perPod: [
    key: WorkloadKey,
    ifcImport: boolean,
    connectionsPerPool: number | undefined,
    most: number,
  ][] = [
    ["server", false, undefined, 9],
    ["server", true, undefined, 25],
    ["objects", true, undefined, 25],
    ["server", false, 4, 5],
    ["objects", true, 4, 13],
    ["webhook_service", true, 4, 1],
    ["monitoring", true, undefined, 2],
    ["frontend_2", true, undefined, 0],
  ];
  for (const [key, ifcImport, connectionsPerPool, most] of perPod)
    it(`counts ${most} connections of a pod of ${key}${ifcImport ? " with IFC import" : ""}${connectionsPerPool ? `, ${connectionsPerPool} in a pool` : ""}`, () =>
      assert.equal(podConnections(workload(key), { ifcImport, connectionsPerPool }), most));

  it("counts the pools of the queue of IFC imports, in the size that is set (F30)", () => {
    const count = (more: object) =>
      totals(settingsFor("dev", clusters[0] ?? assert.fail(), more)).connections;
    assert.equal(count({}), 42);
    assert.equal(count({ ifcImport: true }), 106);
    assert.equal(count({ ifcImport: true, connectionsPerPool: 4 }), 58);
    assert.equal(count({ connectionsPerPool: 20 }), 90);
  });

  // MiB that the images of 2.31.14 were seen to use a while after their start, with nothing to do.
  const idle = { server: 320, objects: 300, monitoring: 143, webhook_service: 90, ifc_import_service: 153 };
  for (const preset of presetNames)
    for (const [key, used] of Object.entries(idle))
      it(`asks for the memory that ${key} uses when it has nothing to do (${preset})`, () => {
        const { requests } = presets[preset].workloads[key as WorkloadKey];
        assert.ok((parseQuantity(requests.memory) ?? 0) >= used * 2 ** 20, requests.memory);
      });

  const tooFew: [what: string, change: object, words: RegExp][] = [
    [
      "nodes",
      { pools: { general: { nodes: 1 } } },
      /pools\.general: the preset production survives .* ask for [\d.]+ cpu and 0 of 1 nodes offer 0\n/,
    ],
    [
      "nodes for so many pods",
      { workloads: { frontend_2: { replicas: 24 } } },
      /the preset production survives .* ask for 10(\.\d)? cpu and 2 of 3 nodes offer 8\n/,
    ],
  ];
  for (const [what, change, words] of tooFew) {
    it(`is refused with too few ${what} for the loss of one, with the numbers`, () => {
      const file = { preset: "production", domain: "speckle.example.com", cluster: { type: "kind" } };
      assert.throws(
        () => parseSettings({ ...file, ...change }, () => ""),
        (error: Error) => words.test(error.message),
      );
      parseSettings({ ...file, ...change, preset: "small" }, () => "");
    });
  }

  for (const cluster of clusters) {
    for (const preset of presetNames) {
      it(`is enough for the preset ${preset} on ${cluster.type} (F30, F57)`, () => {
        assert.deepEqual(capacityProblems(settingsFor(preset, cluster)), []);
      });
    }

    for (const preset of presetNames)
      it(`is enough for IFC import with the preset ${preset} on ${cluster.type}, or names what makes it so (F30)`, () => {
        try {
          settingsFor(preset, cluster, { ifcImport: true });
        } catch (error) {
          assert.ok(error instanceof ProblemsError);
          assert.deepEqual(
            error.problems.map(({ path }) => path),
            ["postgres.plan"],
          );
          const named = Number(/lower connectionsPerPool to (\d+)/.exec(error.message)?.[1]);
          settingsFor(preset, cluster, { ifcImport: true, connectionsPerPool: named });
          assert.throws(() =>
            settingsFor(preset, cluster, { ifcImport: true, connectionsPerPool: named + 1 }),
          );
        }
      });

    for (const preset of ["production", "large"]) {
      it(`is enough without one general node for the preset ${preset} on ${cluster.type}`, () => {
        const settings = settingsFor(preset, cluster);
        const pool = settings.pools.find(({ role }) => role === "general") ?? assert.fail();
        for (const resource of ["cpu", "memory"] as const) {
          const asked = workloads
            .filter(({ pool: role }) => role === "general")
            .reduce((total, { key }) => {
              const { replicas, requests } = settings.workloads[key];
              return total + replicas * (parseQuantity(requests[resource]) ?? 0);
            }, 0);
          assert.ok(asked <= (pool.nodes - 1) * (parseQuantity(pool.size[resource]) ?? 0), resource);
        }
      });
    }
  }
});
