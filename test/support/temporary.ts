import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { runningProcesses } from "../../rehearsal/control-plane/processes.ts";

/** Holds all temporary files of this process and of those it starts, also what a killed one leaves. */
const run = mkdtempSync(join(tmpdir(), "tests-"));
process.env.TMPDIR = run;

// However the tests end: control planes outlive the process that started them.
process.on("exit", () => {
  const left = runningProcesses().filter(({ command }) => command.startsWith(run + sep));
  if (left.length > 0) spawnSync("kill", ["-KILL", ...left.map(({ pid }) => String(pid))]);
  rmSync(run, { recursive: true, force: true, maxRetries: 5 });
});
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

/**
 * A new folder that goes when the tests end; what is large should go before. There is a space in its name, as in those of
 * many people.
 */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(run, `${name} -`));
}
