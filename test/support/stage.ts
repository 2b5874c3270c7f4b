import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { checkout, type Home, homeOf } from "../../rehearsal/home.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Command, Outcome } from "../../rehearsal/outcome.ts";
import type { Fault } from "../../rehearsal/providers/cloud/faults.ts";
import { rehearse } from "../../rehearsal/rehearse.ts";
import { temporaryFolder } from "./temporary.ts";

/** Folders with genuine charts, as the environment variable says. */
export const charts = chartFolders();

/** A rehearsed environment that is up, as checks look at it. */
export interface Rehearsed {
  readonly home: Home;
  /** Steps that were finished, a line each. */
  readonly finished: readonly string[];
  /** Every event of the engine so far, as JSON. */
  readonly events: readonly string[];
  /** A command with the settings the environment has, and others. */
  run(command: Command, ...sets: string[]): Promise<Outcome>;
}

/** A command went well that found everything as it should be. */
export function assertUnchanged({ problems, operations: { same, ...changes } }: Outcome): void {
  assert.deepEqual([problems, changes], [[], { create: 0, update: 0, replace: 0, delete: 0 }]);
  assert.ok(same > 50, `only ${same} resources`);
}

/** A rehearsal of a stack in a folder of its own: a checkout as far as a rehearsal reads it. */
export function stage(stack = "dev") {
  const folder = temporaryFolder("rehearse");
  copyFileSync(join(checkout, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
  const stageOf = stageIn(folder, stack);
  const children: ChildProcess[] = [];
  /** An up in a process of its own, to be killed: what it leaves goes with the folder. */
  const startUp = (...more: string[]) => {
    const args = [upProgram, "--folder", folder, "--stack", stack, ...more, ...charts];
    const env = { ...process.env, TMPDIR: folder };
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], env });
    children.push(child);
    return child;
  };
  // Without asking the engine: what a test has to say of an end it says itself.
  const end = async () => {
    for (const child of children) child.kill("SIGKILL");
    assert.deepEqual(await stopControlPlane(stageOf.home), []);
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...stageOf, startUp, end };
}

const upProgram = fileURLToPath(new URL("up.ts", import.meta.url));

/** Brings a stage up for the tests of one `describe`, and ends it after them; returns the client of its control plane. */
export function whileUp(
  { home, end }: Pick<ReturnType<typeof stage>, "home" | "end">,
  up: () => Promise<unknown>,
): () => KubernetesClient {
  let client: KubernetesClient | undefined;
  before(async () => {
    await up();
    client = KubernetesClient.fromFile(home.kubeconfig);
  });
  after(async () => {
    client?.close();
    await end();
  });
  return () => client ?? assert.fail("only within a test");
}

/** A rehearsal of a stack whose file is in a folder, on the control plane of another one's when that is named. */
export function stageIn(folder: string, stack: string, clusterOf?: string) {
  const home = homeOf(stack, folder);
  const finished: string[] = [];
  const events: string[] = [];
  const runWith = (faults: readonly Fault[], command: Command, ...sets: string[]): Promise<Outcome> =>
    rehearse({
      command,
      stack,
      charts,
      sets,
      faults,
      keep: false,
      folder,
      clusterOf,
      report: () => {},
      progress: (line) => finished.push(line),
      // The SDK's debug messages hold every secret; the engine keeps them to itself but with `--debug`.
      observe: (event) => {
        if (!/^debug/.test(event.diagnosticEvent?.prefix ?? "")) events.push(JSON.stringify(event));
      },
    });
  const run = (command: Command, ...sets: string[]) => runWith([], command, ...sets);
  return { folder, home, finished, events, run, runWith };
}
