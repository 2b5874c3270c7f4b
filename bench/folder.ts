import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopControlPlane } from "../rehearsal/control-plane/control-plane.ts";
import { homeOf } from "../rehearsal/home.ts";

/** Does something with a folder that is there only as long; rehearsals in it end with it, whatever goes wrong. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    return await work(folder);
  } finally {
    const rehearsals = join(folder, ".rehearsal");
    for (const stack of existsSync(rehearsals) ? readdirSync(rehearsals) : [])
      await stopControlPlane(homeOf(stack, folder));
    rmSync(folder, { recursive: true, force: true });
  }
}
