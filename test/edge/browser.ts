import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianProgram } from "../../toolchain/debian.ts";
import { chromiumFlags } from "../support/chromium.ts";
import { type Stage, websecure } from "./stage.ts";

/** What a page shows when its scripts have come to rest; every host of the example leads to Traefik. */
export async function shownBy(
  { address, folder }: Pick<Stage, "address" | "folder">,
  url: string,
): Promise<string> {
  const args = [
    ...chromiumFlags,
    "--ignore-certificate-errors",
    `--user-data-dir=${join(folder, "browser")}`,
    `--host-resolver-rules=MAP *.example:443 ${address}:${websecure}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.0/8, EXCLUDE ${address}`,
    "--virtual-time-budget=20000",
    "--dump-dom",
    url,
  ];
  const program = debianProgram("chromium", () => {});
  const { stdout } = await promisify(execFile)(program, args, { timeout: 60_000 });
  return stdout.replace(/<[^>]*>/g, " ").trim();
}
