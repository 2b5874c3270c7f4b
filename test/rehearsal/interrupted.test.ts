import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { workloadLabel } from "../../components/cluster/pools.ts";
import { cloudMemories } from "../../rehearsal/clouds.ts";
import type { Home } from "../../rehearsal/home.ts";
import { inventory } from "../../rehearsal/inventory.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Outcome } from "../../rehearsal/outcome.ts";
import type { CloudContents } from "../../rehearsal/providers/cloud/state.ts";
import { engineState } from "../support/rehearsed/state.ts";
import { assertUnchanged, stage } from "../support/stage.ts";

/** Finished steps between two interruptions. */
const every = 10;

interface Environment {
  readonly stack: string;
  readonly cloud: string;
  /** The cloud's label of a node with the pool it belongs to. */
  readonly poolLabel: string;
}

const environments: Environment[] = [
  { stack: "staging", cloud: "digitalocean", poolLabel: "doks.digitalocean.com/node-pool-id" },
  { stack: "prod", cloud: "aws", poolLabel: "eks.amazonaws.com/nodegroup" },
];

/** Objects whose names and number differ each time, by chance or by how often a release was begun. */
const drawn = /^(Pod|ReplicaSet|Node|PersistentVolume|CSINode|IPAddress) |^Secret .*\/sh\.helm\.release\./;

for (const environment of environments) {
  const { stack } = environment;
  describe(`an up of ${stack} that is killed at every tenth step and run again (F13)`, function () {
    this.timeout(1_800_000);
    const whole = stage(stack);
    const broken = stage(stack);
    after(() => whole.end().finally(broken.end));

    it("ends where an up without interruption does", async () => {
      const up = await whole.run("up");
      assert.deepEqual(up.problems, []);
      const expected = await everything(whole.home, environment, up);
      await whole.run("down");

      let kills = 0;
      for (; (await interruptedUp(broken)) === "killed"; kills++)
        assert.ok(kills < up.operations.create, "every run gets further");
      assert.ok(kills >= Math.floor(up.operations.create / every / 2), `only ${kills} interruptions`);

      const again = await broken.run("up");
      assertUnchanged(again);
      assert.deepEqual(await everything(broken.home, environment, again), expected);
      const down = await broken.run("down");
      assert.deepEqual([down.problems, down.leftovers], [[], []]);
    });
  });
}

/** Everything there is by names that stay: in the engine's state, the simulated clouds and the control plane. */
async function everything(home: Home, { cloud, poolLabel }: Environment, { pods }: Outcome) {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  const objects = [...(await inventory(client))];
  const nodes = await client.list("v1", "Node");
  client.close();
  const state = engineState(home);
  const [memory = ""] = cloudMemories(home).filter((path) => path.endsWith(`${cloud}.json`));
  const { records, leftovers }: CloudContents = JSON.parse(readFileSync(memory, "utf8"));
  const pools = JSON.stringify(records.map(({ outputs, id }) => [outputs, id]));
  const describeNode = (labels: Record<string, string>) =>
    `${labels[workloadLabel]} of ${pools.includes(labels[poolLabel] ?? "none") ? "a pool" : "no pool"}`;
  return {
    state: state.resources.map(({ urn }) => urn).sort(),
    pending: state.pending_operations ?? [],
    cloud: records.map(({ urn, creating = false }) => `${urn} ${creating}`).sort(),
    leftovers,
    objects: objects.filter((object) => !drawn.test(object)).sort(),
    // As many as pods have asked for meanwhile.
    nodes: [...new Set(nodes.map(({ metadata: { labels = {} } }) => describeNode(labels)))].sort(),
    pods: pods.map(({ namespace, pool, ready }) => `${namespace} ${pool === "heavy"} ${ready}`).sort(),
  };
}

/** One run of an up that is killed after its steps, unless it is done before. */
async function interruptedUp({ startUp }: ReturnType<typeof stage>): Promise<"killed" | "done"> {
  const child = startUp("--steps", String(every));
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("exit", (...ended) => resolve(ended)),
  );
  if (signal === "SIGKILL") return "killed";
  assert.equal(code, 0, `an up that nobody killed has failed: ${said}`);
  return "done";
}
