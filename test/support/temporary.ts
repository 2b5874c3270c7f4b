import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// All temporary files of this process and of those it starts, also what a killed one leaves, go when this one ends.
const run = mkdtempSync(join(tmpdir(), "tests-"));
process.env.TMPDIR = run;
process.on("exit", () => rmSync(run, { recursive: true, force: true, maxRetries: 5 }));

/** A new folder that goes when the tests end; what is large should go before. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(run, `${name}-`));
}
