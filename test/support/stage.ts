import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { checkout, type Home, homeOf } from "../../rehearsal/home.ts";
import type { Command, Outcome } from "../../rehearsal/outcome.ts";
import type { Fault } from "../../rehearsal/providers/cloud/faults.ts";
import { rehearse } from "../../rehearsal/rehearse.ts";

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

/** A rehearsal of a stack in a folder of its own: a checkout as far as a rehearsal reads it. */
export function stage(stack = "dev") {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  copyFileSync(join(checkout, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
  const stageOf = stageIn(folder, stack);
  const end = async () => {
    await stageOf.run("down");
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...stageOf, end };
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
