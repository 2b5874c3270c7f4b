import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { checkout } from "../../rehearsal/home.ts";
import { stackFile } from "../../rehearsal/stack-file.ts";
import { treeOf } from "../../review/plan/tree.ts";
import { cacheDirectory } from "../../toolchain/binaries.ts";
import { essence, type Release, type ReleasedStack, registrationsOf } from "./release.ts";

// Records what a release registers, so that every later version is held against it: a name, and a git reference.
const [name, reference = "HEAD"] = process.argv.slice(2);
if (!name || !/^[\w.-]+$/.test(name)) {
  process.stderr.write("npm run release -- NAME [REF]\n");
  process.exit(2);
}
const report = (line: string) => process.stderr.write(`${line}\n`);
const tree = treeOf(reference, { checkout, cache: cacheDirectory(), report });
try {
  const registered = Object.entries(await registrationsOf(tree, tree.stacks));
  const stacks = registered.map(([stack, all]): [string, ReleasedStack] => [
    stack,
    { settings: readFileSync(stackFile(tree.stacks, stack), "utf8"), resources: all.map(essence) },
  ]);
  const commit = execFileSync("git", ["rev-parse", `${reference}^{commit}`], {
    cwd: checkout,
    encoding: "utf8",
  });
  const release: Release = { commit: commit.trim(), stacks: Object.fromEntries(stacks) };
  // A line for each resource: short, and a change of one shows as one.
  const lines = JSON.stringify(release).replaceAll('{"urn":', '\n{"urn":');
  writeFileSync(new URL(`../golden/releases/${name}.json`, import.meta.url), `${lines}\n`);
} finally {
  tree.dispose();
}
