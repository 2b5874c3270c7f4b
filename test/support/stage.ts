import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, homeOf } from "../../rehearsal/home.ts";
import type { Command, Outcome } from "../../rehearsal/outcome.ts";
import { rehearse } from "../../rehearsal/rehearse.ts";

/** Folders with genuine charts, as the environment variable says. */
export const charts = [process.env.SPECKLE_STACKS_CHARTS].filter((folder) => folder !== undefined);

/** A rehearsal of dev in a folder of its own: a checkout as far as a rehearsal reads it. */
export function stage() {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  copyFileSync(join(checkout, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  const home = homeOf("dev", folder);
  const finished: string[] = [];
  const run = (command: Command, ...sets: string[]): Promise<Outcome> =>
    rehearse({
      command,
      stack: "dev",
      charts,
      sets,
      keep: false,
      folder,
      report: () => {},
      progress: (line) => finished.push(line),
    });
  const end = async () => {
    await run("down");
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, home, finished, run, end };
}
