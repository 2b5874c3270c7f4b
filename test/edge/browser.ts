import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Stage, websecure } from "./stage.ts";

/** A Chromium on PATH; undefined when there is none. */
export const chromium = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find((file) => existsSync(file));

/** What a page shows when its scripts have come to rest; every host of the example leads to Traefik. */
export async function shownBy(
  program: string,
  { address, folder }: Pick<Stage, "address" | "folder">,
  url: string,
): Promise<string> {
  const args = [
    "--headless",
    "--disable-gpu",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--ignore-certificate-errors",
    `--user-data-dir=${join(folder, "browser")}`,
    `--host-resolver-rules=MAP *.example:443 ${address}:${websecure}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.0/8, EXCLUDE ${address}`,
    "--virtual-time-budget=20000",
    "--dump-dom",
    url,
  ];
  const { stdout } = await promisify(execFile)(program, args, { timeout: 60_000 });
  return stdout.replace(/<[^>]*>/g, " ").trim();
}
