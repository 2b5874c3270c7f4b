import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../support/temporary.ts";

const recorded = fileURLToPath(new URL("../golden/api.d.ts.txt", import.meta.url));

/** The declarations an importer of the package sees, and the recorded ones; with UPDATE_GOLDEN they are recorded anew. */
export function apiReport(archive: string): [actual: string, expected: string] {
  const folder = temporaryFolder("api");
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  const root = join(folder, "package");
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.values<{ types?: string }>(exports).flatMap(({ types }) => types ?? []);
  const text = [...reachable(entries.map((entry) => join(root, entry)))]
    .sort()
    .map((file) => `// ${relative(root, file)}\n${readFileSync(file, "utf8")}`)
    .join("\n");
  if (process.env.UPDATE_GOLDEN) writeFileSync(recorded, text);
  return [text, readFileSync(recorded, "utf8")];
}

/** Declaration files that the given ones import, and so on. */
function reachable(files: readonly string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imports = readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)\.(?:js|ts)"/g);
    reachable(
      [...imports].map(([, path = ""]) => join(dirname(file), `${path}.d.ts`)),
      seen,
    );
  }
  return seen;
}
