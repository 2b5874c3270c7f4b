import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workloadLabel } from "../../components/cluster/pools.ts";
import { cloudMemories } from "../../rehearsal/clouds.ts";
import type { Home } from "../../rehearsal/home.ts";
import { inventory } from "../../rehearsal/inventory.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Outcome } from "../../rehearsal/outcome.ts";
import type { CloudContents } from "../../rehearsal/providers/cloud/state.ts";
import { charts, stage } from "../support/stage.ts";

/** Finished steps between two interruptions. */
const every = 10;
const stack = "staging";

/** Objects whose names and number differ each time, by chance or by how often a release was begun. */
const drawn = /^(Pod|ReplicaSet|Node|PersistentVolume|CSINode|IPAddress) |^Secret .*\/sh\.helm\.release\./;

describe(`an up of ${stack} that is killed at every tenth step and run again (F13)`, function () {
  this.timeout(900_000);
  const whole = stage(stack);
  const broken = stage(stack);
  after(async () => {
    await whole.end();
    await broken.end();
  });

  it("ends where an up without interruption does", async () => {
    const up = await whole.run("up");
    assert.deepEqual(up.problems, []);
    const expected = await everything(whole.home, up);
    await whole.run("down");

    let kills = 0;
    for (; (await upInProcess(broken.folder)) === "killed"; kills++)
      assert.ok(kills < up.operations.create, "every run gets further");
    assert.ok(kills >= Math.floor(up.operations.create / every / 2), `only ${kills} interruptions`);

    const again = await broken.run("up");
    const { same, ...others } = again.operations;
    assert.deepEqual([again.problems, others], [[], { create: 0, update: 0, replace: 0, delete: 0 }]);
    assert.deepEqual(await everything(broken.home, again), expected);
    const down = await broken.run("down");
    assert.deepEqual([down.problems, down.leftovers], [[], []]);
  });
});

/** Everything there is by names that stay: in the engine's state, the simulated clouds and the control plane. */
async function everything(home: Home, { pods }: Outcome) {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  const objects = [...(await inventory(client))];
  const nodes = await client.list("v1", "Node");
  client.close();
  const state = JSON.parse(
    readFileSync(join(home.state, ".pulumi", "stacks", "speckle-stacks", `${stack}.json`), "utf8"),
  );
  const [memory = ""] = cloudMemories(home).filter((path) => path.includes("digitalocean"));
  const cloud: CloudContents = JSON.parse(readFileSync(memory, "utf8"));
  return {
    state: state.checkpoint.latest.resources.map(({ urn }: { urn: string }) => urn).sort(),
    pending: state.checkpoint.latest.pending_operations ?? [],
    cloud: cloud.records.map(({ urn, creating = false }) => `${urn} ${creating}`).sort(),
    leftovers: cloud.leftovers,
    objects: objects.filter((object) => !drawn.test(object)).sort(),
    nodes: nodes.map(({ metadata: { labels = {} } }) => describeNode(labels, cloud)).sort(),
    pods: pods.map(({ namespace, pool, ready }) => `${namespace} ${pool === "heavy"} ${ready}`).sort(),
  };
}

/** A node by its pool, and whether the cloud knows that. */
function describeNode(labels: Record<string, string>, { records }: CloudContents): string {
  const pool = labels["doks.digitalocean.com/node-pool-id"] ?? "";
  const known = JSON.stringify(records.map(({ outputs, id }) => [outputs, id])).includes(pool);
  return `${labels[workloadLabel] ?? "system"} ${known ? "of a pool" : "of no pool"}`;
}

/** One run of an up in a process of its own. */
async function upInProcess(folder: string): Promise<"killed" | "done"> {
  const script = fileURLToPath(new URL("../support/up.ts", import.meta.url));
  const args = [script, "--folder", folder, "--stack", stack, "--steps", String(every), ...charts];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("exit", (...ended) => resolve(ended)),
  );
  if (signal === "SIGKILL") return "killed";
  assert.equal(code, 0, "an up that nobody killed has failed");
  return "done";
}
