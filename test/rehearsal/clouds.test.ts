import assert from "node:assert/strict";
import { charts } from "../../components/charts.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Command, Outcome } from "../../rehearsal/outcome.ts";
import { parseFault } from "../../rehearsal/providers/cloud/faults.ts";
import { expectRejection } from "../hooks.ts";
import { evictTwoOfEach, isHeavy, loseEachGeneralNode, loseNodes, nodesOf } from "../support/nodes.ts";
import { itRotates } from "../support/rehearsed/rotation.ts";
import { itIsSafe } from "../support/rehearsed/safety.ts";
import { assertUnchanged, stage } from "../support/stage.ts";
import { type Change, suites } from "./cloud-suites.ts";

for (const suite of suites) {
  const {
    stack,
    cloud,
    sets,
    otherAccount,
    fault,
    failing,
    order,
    protectedResources,
    survivesLoss,
    balancer,
    changes,
    sacrifices,
    rotatable,
    bucketKey,
  } = suite;
  describe(`a rehearsal of ${stack} on ${cloud}`, function () {
    this.timeout(600_000);
    const { run, runWith, end, ...rest } = stage(stack);
    const { home, finished } = rest;
    const so = [...sets];
    const rehearsed = {
      ...rest,
      run: (command: Command, ...more: string[]) => run(command, ...so, ...more),
    };
    after(end);

    it("is refused with credentials of another account, before anything is made (F14)", async () => {
      expectRejection(otherAccount);
      const { result, problems } = await runWith([parseFault("other-account")], "up", ...sets);
      assert.equal(result, "failed");
      assert.ok(problems.some(({ reason }) => otherAccount.test(reason)));
      assert.deepEqual(
        finished.filter((line) => /[+~±-] (?!Random)[A-Z]/.test(line)),
        [],
      );
    });

    it("fails at what the cloud refuses, and names it", async () => {
      const { result, problems } = await runWith([fault], "up", ...sets);
      assert.equal(result, "failed");
      assert.ok(problems.length > 0);
      for (const { path, reason } of problems) {
        assert.match(path, failing);
        assert.match(reason, /quota is exceeded/);
      }
    });

    it("then comes up complete, heavy pods on heavy nodes and nobody else there (F13, F57)", async () => {
      const up = await run("up", ...sets);
      assert.deepEqual(up.problems, []);
      assert.ok(up.pods.length >= 8 && up.pods.every(({ ready }) => ready));
      assert.ok(up.standIns.providers.includes(cloud));
      for (const { name, pool } of up.pods) assert.equal(pool === "heavy", isHeavy(name), name);
    });

    it("says what the one load balancer costs, and the records to make for it", async () => {
      const { loadBalancers, names } = await run("up", ...sets);
      assert.deepEqual(
        [...new Set(loadBalancers.map(({ resource }) => resource))],
        ["Service traefik/traefik"],
      );
      assert.deepEqual(
        loadBalancers.flatMap(({ monthly = [] }) => monthly),
        balancer.monthly,
      );
      assert.deepEqual(names.length, 1);
      assert.match(names[0] ?? "", balancer.record);
    });

    it("changes nothing the second time (F8, F19)", async () => {
      assertUnchanged(await run("up", ...sets));
    });

    itIsSafe(rehearsed);

    it("has heavy nodes for the pods that want them, where it began with none as well", async () => {
      const client = KubernetesClient.fromFile(home.kubeconfig);
      const nodes = await nodesOf(client, "heavy").finally(() => client.close());
      assert.ok(nodes.length >= 1);
    });

    if (survivesLoss)
      it("has no two pods of a workload on one general node, or in one zone while another has none", async () => {
        const { pods } = await run("status");
        const client = KubernetesClient.fromFile(home.kubeconfig);
        const nodes = await nodesOf(client, "general").finally(() => client.close());
        const zoneOf = new Map(
          nodes.map(({ name, labels }) => [name, labels["topology.kubernetes.io/zone"]]),
        );
        const zones = new Set(zoneOf.values()).size;
        assert.ok(zones > 1);
        const serving = pods.filter(({ pool }) => pool === "general");
        assert.ok(serving.length > 10);
        for (const [workload, own] of Map.groupBy(serving, ({ name }) => name.replace(/-[^-]+-[^-]+$/, ""))) {
          const places = own.map(({ node }) => node);
          assert.deepEqual(places, [...new Set(places)], workload);
          const spread = new Set(places.map((node) => zoneOf.get(node)));
          assert.equal(spread.size, Math.min(own.length, zones), workload);
        }
      });

    if (survivesLoss)
      it("runs everything while any one of its general nodes is lost (F57)", () =>
        loseEachGeneralNode(home.kubeconfig));

    it("lets its nodes be emptied, of several pods of a workload one at a time (F59)", async () => {
      const answers = Object.entries(await evictTwoOfEach(home));
      assert.ok(answers.length >= 8);
      assert.equal(
        answers.some(([, statuses]) => statuses.length > 1),
        survivesLoss,
      );
      for (const [name, statuses] of answers)
        assert.deepEqual(statuses, [201, 429].slice(0, statuses.length), name);
    });

    it("gets a heavy node again when the last one is lost (F24)", async () => {
      const client = KubernetesClient.fromFile(home.kubeconfig);
      try {
        const names = (await nodesOf(client, "heavy")).map(({ name }) => name);
        const pods = await loseNodes(client, names);
        assert.ok(pods.some(({ pool }) => pool === "heavy"));
        assert.ok(pods.every(({ pool, name }) => (pool === "heavy") === isHeavy(name)));
      } finally {
        client.close();
      }
    });

    it("needs no credentials that end by themselves (F21)", async () => {
      assertUnchanged(await runWith([parseFault("expired-token")], "up", ...sets));
    });

    const steps = () => finished.map((line) => line.trim()).sort();

    for (const { what, set = [], chart, does = [], refused } of changes) {
      it(`${refused ? "is not allowed" : "takes"} ${what}`, async () => {
        finished.length = 0;
        const outcome = await withChart(chart, () => run("preview", ...sets.concat(set)));
        if (refused) return assertProtected(outcome, refused);
        assert.deepEqual(outcome.problems, []);
        assert.deepEqual(steps(), [...does].sort());
      });
    }

    it("upgrades PostgreSQL, and keeps the server with its data (F72)", async () => {
      so.push("postgres.version=17");
      finished.length = 0;
      assert.deepEqual((await run("up", ...so)).problems, []);
      const ofServer = steps().filter((step) => step.endsWith(" speckle-postgres-server"));
      assert.deepEqual(
        ofServer.map((step) => step.charAt(0)),
        ["~"],
      );
    });

    for (const { what, made, named, set, unlocks, atOnce, does, other } of sacrifices) {
      it(`${made ? "takes" : "would take"} ${what} once what it destroys is named and unlocked, and nothing else then or afterwards`, async () => {
        const acknowledgement = `acknowledgeDataLoss=${JSON.stringify(named)}`;
        if (atOnce) assertProtected(await run("preview", ...so, acknowledgement, set), atOnce);
        finished.length = 0;
        const { problems, warnings } = await run("up", ...so, acknowledgement);
        assert.deepEqual([problems, steps()], [[], unlocks]);
        assert.deepEqual(
          warnings.map(({ path, reason }) => [path, reason.split(" ")[0]]),
          named.map((name) => ["acknowledgeDataLoss", name]),
        );
        assertProtected(await run("preview", ...so, acknowledgement, other.set), other.refused);
        finished.length = 0;
        const changing = await run(made ? "up" : "preview", ...so, acknowledgement, set);
        assert.deepEqual([changing.problems, does.filter((step) => !steps().includes(step))], [[], []]);
        if (made) so.push(set);
        const locked = await run("up", ...so);
        assert.deepEqual([locked.problems, locked.warnings], [[], []]);
        assert.ok(locked.pods.length >= 8 && locked.pods.every(({ ready }) => ready));
        if (made) assertUnchanged(await run("up", ...so));
      });
    }

    itRotates(rehearsed, rotatable, bucketKey);

    it("leaves nothing, and takes Traefik before nodes before networks (F25, F31)", async () => {
      finished.length = 0;
      const down = await run("down");
      assert.deepEqual([down.problems, down.leftovers, down.result], [[], [], "succeeded"]);
      const positions = order.map((name) => finished.findIndex((line) => line.trim() === `- ${name}`));
      assert.deepEqual(
        [...positions].sort((a, b) => a - b),
        positions,
      );
      assert.ok(positions.every((position) => position >= 0));
      assert.deepEqual([...down.protectedResources].sort(), protectedResources);
    });
  });
}

function assertProtected({ problems }: Outcome, refused: RegExp): void {
  const protectedOnes = problems.filter(({ reason }) => /marked for protection/.test(reason));
  assert.ok(protectedOnes.some(({ path, reason }) => refused.test(`${path} ${reason}`)));
  assert.match(protectedOnes[0]?.fix ?? "", /name the resource in `acknowledgeDataLoss`/);
}

/** Works with another version in the list of charts, which is put back afterwards. */
async function withChart<T>(change: Change["chart"], work: () => Promise<T>): Promise<T> {
  if (!change) return work();
  const pinned: { version: string } = charts[change.key];
  const { version } = pinned;
  pinned.version = change.version;
  return work().finally(() => {
    pinned.version = version;
  });
}
