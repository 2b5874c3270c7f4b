import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProblemsError } from "../../components/problem.ts";
import type { Report } from "../../toolchain/binaries.ts";

/** One version of the project on disk, complete enough to run its program. */
export interface Tree {
  readonly folder: string;
  /** Where the files of its stacks are: the same folder, unless it runs another version's program. */
  readonly stacks: string;
  /** It stays where it is, so that what Node compiles of it is worth keeping. */
  readonly lasting: boolean;
  /** Removes what was made for it. */
  readonly dispose: () => void;
}

/** The working tree itself. */
export function workingTree(folder: string): Tree {
  return { folder, stacks: folder, lasting: true, dispose: () => {} };
}

/**
 * The project as a git reference has it, in a folder of its own; dependencies are shared when the lock file is the same.
 * Where nothing but its stacks' files makes a difference, the checkout's own program runs them.
 * @param options.cache folder for the dependencies of other lock files
 * @throws ProblemsError when there is no such reference, or its dependencies cannot be installed
 */
export function treeOf(
  reference: string,
  options: { readonly checkout: string; readonly cache: string; readonly report: Report },
): Tree {
  const { checkout } = options;
  const commit = commitOf(reference, checkout);
  const stacks = mkdtempSync(join(tmpdir(), "review-tree-"));
  const dispose = () => rmSync(stacks, { recursive: true, force: true });
  try {
    // `./` keeps the paths those of the project when it is a folder of a larger repository.
    const archive = execFileSync("git", ["archive", "--format=tar", `${commit}:./`], {
      cwd: checkout,
      maxBuffer: 2 ** 30,
    });
    execFileSync("tar", ["-x", "-C", stacks], { input: archive });
    if (hasSameProgram(commit, checkout)) return { folder: checkout, stacks, lasting: true, dispose };
    symlinkSync(modulesFor(stacks, options), join(stacks, "node_modules"));
    return { folder: stacks, stacks, lasting: false, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** What no program loads: a difference there makes no other program. */
const besides = ["docs", "test", "*.md", "Pulumi.*.yaml"].map((path) => `:!${path}`);

function hasSameProgram(commit: string, checkout: string): boolean {
  const args = ["diff", "--quiet", "--no-ext-diff", commit, "--", ".", ...besides];
  return spawnSync("git", args, { cwd: checkout }).status === 0;
}

function commitOf(reference: string, checkout: string): string {
  const { status, stdout, stderr, error } = spawnSync(
    "git",
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`],
    { cwd: checkout, encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
  );
  if (status === 0) return stdout.trim();
  const path = "--against";
  if (error || /not a git repository/.test(stderr)) {
    const reason = error ? `git cannot be run: ${error.message}` : `${checkout} is no git repository`;
    const fix = "A review compares with what git knows: install git, and work in a clone.";
    throw new ProblemsError([{ path, reason, fix }]);
  }
  const fix = "Name a branch, a tag or a commit; in continuous integration fetch it first (fetch-depth: 0).";
  throw new ProblemsError([{ path, reason: `${reference} is no commit of this repository`, fix }]);
}

function modulesFor(
  folder: string,
  { checkout, cache, report }: { checkout: string; cache: string; report: Report },
): string {
  const own = lockHash(checkout);
  const wanted = lockHash(folder);
  if (own === wanted) return join(checkout, "node_modules");
  const installed = join(cache, "review-modules", wanted);
  if (!existsSync(join(installed, "node_modules"))) install(folder, installed, report);
  return join(installed, "node_modules");
}

function lockHash(folder: string): string {
  const lock = join(folder, "package-lock.json");
  if (!existsSync(lock)) return "none";
  return createHash("sha256").update(readFileSync(lock)).digest("hex").slice(0, 16);
}

/** To a folder of its own first, so that nothing half-installed is used. */
function install(folder: string, target: string, report: Report): void {
  report("the reference has other dependencies: installing them (npm ci)");
  mkdirSync(target, { recursive: true });
  const partial = mkdtempSync(`${target}/partial-`);
  try {
    for (const file of ["package.json", "package-lock.json"])
      execFileSync("cp", [join(folder, file), partial]);
    // No scripts: what a reference brings is not run before anybody has read it.
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status, stderr } = spawnSync("npm", args, { cwd: partial, encoding: "utf8" });
    if (status !== 0) {
      throw new ProblemsError([
        {
          path: "package-lock.json",
          reason: `the dependencies of the reference differ and could not be installed: ${stderr?.trim().split("\n").at(-1)}`,
          fix: "Check the network and run it again, or review against a reference with the same lock file.",
        },
      ]);
    }
    renameSync(join(partial, "node_modules"), join(target, "node_modules"));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
