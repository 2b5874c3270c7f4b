import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { cloudMemories } from "../../rehearsal/clouds.ts";
import { startControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { killProcesses } from "../../rehearsal/control-plane/processes.ts";
import { engineEnvironment } from "../../rehearsal/engine.ts";
import type { Home } from "../../rehearsal/home.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import { CloudState } from "../../rehearsal/providers/cloud/state.ts";
import { onStage } from "../../rehearsal/stage.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { secretTexts } from "../support/rehearsed/secrets.ts";
import { assertUnchanged, charts, stage } from "../support/stage.ts";

const page = readFileSync(new URL("../../docs/incidents.md", import.meta.url), "utf8");

interface Environment {
  readonly stack: string;
  /** Types of what a cloud forgets with a cluster. */
  readonly inside: RegExp;
}

const environments: Environment[] = [
  { stack: "staging", inside: /:index\/kubernetes/ },
  { stack: "prod", inside: /^aws:(eks|autoscaling)\// },
];

for (const environment of environments) {
  const { stack } = environment;
  describe(`an environment like ${stack}, with the commands of docs/incidents.md`, function () {
    this.timeout(600_000);
    const { home, run, end } = stage(stack);
    after(end);

    it("gets a new cluster in the place of one that is gone, with its stores and secrets (F2)", async () => {
      const first = await run("up");
      assert.deepEqual(first.problems, []);
      const { same: unchanged, ...drift } = await refresh(home);
      assert.deepEqual(drift, {});
      assert.ok(unchanged);
      const before = { stores: stores(home), secrets: await secrets(home) };
      await loseCluster(home, environment);

      forgetInside(home);
      await refresh(home);
      const again = await run("up");
      assert.deepEqual(again.problems, []);
      assert.ok(again.pods.length >= 8 && again.pods.every(({ ready }) => ready));
      assert.ok(again.operations.same > 0 && again.operations.create < first.operations.create);
      assert.deepEqual([again.operations.replace, again.operations.delete], [0, 0]);
      assert.deepEqual({ stores: stores(home), secrets: await secrets(home) }, before);
    });

    it("goes on with another passphrase, from a copy that was made before the first was lost (F15)", async () => {
      const settings = join(home.work, `Pulumi.${stack}.yaml`);
      const copy = join(home.work, "copy.json");
      const damaged = () => (readFileSync(copy, "utf8").match(/"plaintext": "null"/g) ?? []).length;
      pulumi(home, "stack export --show-secrets --file copy.json");
      assert.equal(damaged(), 0);
      const { deployment, ...rest } = JSON.parse(readFileSync(copy, "utf8"));

      writeFileSync(home.passphrase, "another passphrase");
      pulumi(home, "stack export --show-secrets --file copy.json");
      assert.ok(damaged() > 0, "the engine exports without a word what it cannot read");
      assert.equal((await run("preview")).result, "failed");

      rmSync(settings);
      pulumi(home, "config set --secret emailPassword", { input: "given anew" });
      const state = { salt: parse(readFileSync(settings, "utf8")).encryptionsalt };
      const moved = { ...deployment, secrets_providers: { ...deployment.secrets_providers, state } };
      writeFileSync(join(home.work, "moved.json"), JSON.stringify({ ...rest, deployment: moved }));
      pulumi(home, "stack import --file moved.json");
      pulumi(home, "config rm emailPassword");
      assertUnchanged(await run("up"));
    });

    it("is destroyed whole though its cluster is gone (F2)", async () => {
      await loseCluster(home, environment);
      forgetInside(home);
      const { problems, leftovers, operations } = await run("down");
      assert.deepEqual([problems, leftovers], [[], []]);
      assert.ok(operations.delete > 10);
    });
  });
}

/** Takes everything out of the engine's state that was in the cluster. */
function forgetInside(home: Home): void {
  const urns = pulumi(home, "stack --show-urns").match(/urn:\S+pulumi:providers:kubernetes::\S+/g) ?? [];
  const [urn = assert.fail(), ...others] = urns;
  assert.deepEqual(others, []);
  pulumi(home, "state delete 'URN' --target-dependents", { urn });
}

/** `pulumi refresh`; returns how many things it found as they were, changed or gone. */
async function refresh(home: Home): Promise<OpMap> {
  const options = { home, host: home, charts, report: () => {}, progress: () => {} };
  const { summary } = await onStage(options, ({ stack }) => stack.refresh());
  return summary.resourceChanges ?? {};
}

/** Somebody deletes the cluster, past the program: another one answers where it was, and knows nothing. */
async function loseCluster(home: Home, { inside }: Environment): Promise<void> {
  await killProcesses(home);
  rmSync(home.kwok, { recursive: true });
  for (const memory of cloudMemories(home))
    new CloudState(memory).change((contents) => ({
      ...contents,
      records: contents.records.filter(({ type }) => !inside.test(type)),
    }));
  await startControlPlane(home, {
    binaries: await binaries(() => {}),
    cache: cacheDirectory(),
    report: () => {},
  });
}

/** Everything a cloud keeps that holds data, with its id. */
function stores(home: Home): string[] {
  const records = cloudMemories(home).flatMap((memory) => new CloudState(memory).read().records);
  return records
    .filter(({ type }) => /databaseCluster:|:rds\/instance:|replicationGroup:|[bB]ucket:/.test(type))
    .map(({ urn, id }) => `${urn} ${id}`)
    .sort();
}

/** What Speckle's pods read. */
function secrets(home: Home): Promise<Record<string, string>> {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  return secretTexts(client).finally(() => client.close());
}

/** A command that the page names, by the engine's own program on a rehearsal's state. */
function pulumi(home: Home, command: string, { urn = "", input = "" } = {}): string {
  assert.ok(page.includes(`\npulumi ${command}`), `the page does not say ${command}`);
  const args = command.split(" ").map((word) => (word === "'URN'" ? urn : word));
  const agreed = urn ? ["--yes"] : [];
  return execFileSync(join(home.bin, "pulumi"), [...args, "--stack", home.stack, ...agreed], {
    cwd: home.work,
    env: { ...process.env, ...engineEnvironment(home) },
    encoding: "utf8",
    input,
    stdio: "pipe",
    maxBuffer: 2 ** 28,
  });
}
