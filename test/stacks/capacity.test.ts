import assert from "node:assert/strict";
import { parseQuantity } from "../../components/quantity.ts";
import { workloads } from "../../components/speckle/workloads.ts";
import { capacityProblems, describeTotals, totals } from "../../stacks/capacity.ts";
import { presetNames } from "../../stacks/presets.ts";
import { parseSettings } from "../../stacks/settings.ts";

const clusters = [
  { type: "kind" },
  { type: "digitalocean", region: "fra1", version: "1.36.1-do.0" },
  { type: "aws", region: "eu-central-1", version: "1.36", accountId: "123456789012" },
];

function settingsFor(preset: string, cluster: (typeof clusters)[number]) {
  const objectStore = cluster.type === "kind" ? {} : { bucket: "speckle-files" };
  return parseSettings({ preset, domain: "speckle.example.com", cluster, objectStore }, () => "");
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
    const perPod = Object.fromEntries(workloads.map(({ key, connections }) => [key, connections]));
    const doubled = ["server", "objects", "frontend_2", "monitoring"];
    const once = ["webhook_service", "preview_service", "fileimport_service"];
    const sum = (keys: readonly string[]) => keys.reduce((total, key) => total + (perPod[key] ?? 0), 0);
    assert.equal(totals(settings).connections, 2 * sum(doubled) + sum(once));
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
