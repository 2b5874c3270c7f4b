import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { arch, homedir, platform } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { waitedLock } from "./lock.ts";
import { type BinaryName, binaryNames, type Pin, type ProgramName, parseVersion, pins } from "./pins.ts";

/** Says one line about what is under way. */
export type Report = (line: string) => void;

/** What the search and the builds depend on; tests give their own. */
export interface Machine {
  readonly cache: string;
  /** Folders programs are looked for in. */
  readonly path: readonly string[];
}

/** Go versions from here on can build the modules. */
const goNeeded = [1, 26] as const;

/** Folder all checkouts of this user share: $SPECKLE_STACKS_CACHE, or speckle-stacks below $XDG_CACHE_HOME or ~/.cache. */
export function cacheDirectory(): string {
  const { SPECKLE_STACKS_CACHE, XDG_CACHE_HOME } = process.env;
  return SPECKLE_STACKS_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "speckle-stacks");
}

/** This machine as its environment describes it. */
export function thisMachine(): Machine {
  return { cache: cacheDirectory(), path: (process.env.PATH ?? "").split(delimiter).filter(Boolean) };
}

/**
 * Absolute paths of every program a rehearsal runs.
 * @throws ProblemsError when one is missing and cannot be built
 */
export async function binaries(
  report: Report,
  machine: Machine = thisMachine(),
): Promise<Record<BinaryName, string>> {
  return programs(binaryNames, report, machine);
}

/**
 * Absolute paths of programs: from PATH where the version fits, from the cache, or built with Go.
 * @throws ProblemsError when one is missing and cannot be built
 */
export async function programs<Name extends ProgramName>(
  names: readonly Name[],
  report: Report,
  machine: Machine = thisMachine(),
): Promise<Record<Name, string>> {
  const onPath = searchPath(names, machine);
  const missing = names.filter((name) => !onPath[name] && !existsSync(cachedPath(name, machine)));
  if (missing.length > 0) await buildAll(missing, machine, report);
  const found = names.map((name) => [name, onPath[name] ?? cachedPath(name, machine)]);
  return Object.fromEntries(found) as Record<Name, string>;
}

/** How a user calls a program that is there: by its name where PATH has it. */
export function commandOf(name: ProgramName, machine: Machine = thisMachine()): string {
  return searchPath([name], machine)[name] ? name : cachedPath(name, machine);
}

/** Where a program stands in the cache: a changed pin, or another machine, leads to another folder. */
export function cachedPath(name: ProgramName, machine: Machine): string {
  return join(machine.cache, "bin", `${pins[name].module}-${moduleKey(pins[name])}`, name);
}

function moduleFolder(pin: Pin): string {
  return fileURLToPath(new URL(pin.module, import.meta.url));
}

function moduleKey(pin: Pin): string {
  const hash = createHash("sha256").update(`${platform()}/${arch()}`);
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(moduleFolder(pin), file)));
  return hash.digest("hex").slice(0, 16);
}

/** Whether a file is the one a version was read from. */
interface Seen {
  readonly mtimeMs: number;
  readonly size: number;
  readonly fits: boolean;
}

/** What PATH offers; asking a program for its version is slow, so the answers are kept with the file's date and size. */
function searchPath(names: readonly ProgramName[], machine: Machine): Partial<Record<ProgramName, string>> {
  const memory = join(machine.cache, "path-versions.json");
  const seen = readSeen(memory);
  const before = JSON.stringify(seen);
  const found: Partial<Record<ProgramName, string>> = {};
  for (const name of names) {
    const candidates = machine.path.map((folder) => join(folder, name)).filter((file) => existsSync(file));
    const fitting = candidates.find((file) => fits(file, pins[name], seen));
    if (fitting) found[name] = fitting;
  }
  if (JSON.stringify(seen) !== before) writeWhole(memory, JSON.stringify(seen));
  return found;
}

function readSeen(file: string): Record<string, Seen> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function fits(file: string, pin: Pin, seen: Record<string, Seen>): boolean {
  if (!pin.versionArgs) return false;
  const { mtimeMs, size } = statSync(file);
  const known = seen[file];
  if (known?.mtimeMs === mtimeMs && known.size === size) return known.fits;
  const { stdout } = spawnSync(file, pin.versionArgs, { encoding: "utf8", timeout: 10_000 });
  const version = parseVersion(stdout ?? "");
  const answer = { mtimeMs, size, fits: version !== undefined && pin.fits(version) };
  seen[file] = answer;
  return answer.fits;
}

async function buildAll(missing: readonly ProgramName[], machine: Machine, report: Report): Promise<void> {
  const go = goProblem(machine);
  if (go) throw new ProblemsError(missing.map((name) => missingProblem(name, machine, go)));
  for (const [index, name] of missing.entries()) {
    await buildOne(name, machine, (words) =>
      report(`${name}: ${words}, ${missing.length - index - 1} left after it`),
    );
  }
}

/** Why Go cannot build here; undefined when it can. */
function goProblem(machine: Machine): string | undefined {
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], {
    encoding: "utf8",
    env: goEnvironment(machine),
  });
  if (error) return "Go is not installed";
  const match = /go(\d+)\.(\d+)/.exec(stdout);
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  const enough = major > goNeeded[0] || (major === goNeeded[0] && minor >= goNeeded[1]);
  return enough ? undefined : `Go is ${stdout.trim()}, older than ${goNeeded.join(".")}`;
}

function goEnvironment(machine: Machine): NodeJS.ProcessEnv {
  return { ...process.env, PATH: machine.path.join(delimiter), CGO_ENABLED: "0" };
}

function missingProblem(name: ProgramName, machine: Machine, why: string): Problem {
  const { version, versionArgs, from } = pins[name];
  const ways = [
    ...(versionArgs ? [`put ${name} ${version} on PATH (${from})`] : []),
    `install Go ${goNeeded.join(".")} or later, and it is built`,
    `put the program at ${cachedPath(name, machine)}`,
  ];
  return {
    path: name,
    reason: `is neither on PATH in a fitting version nor in the cache, and cannot be built: ${why}`,
    fix: `One of: ${ways.join("; ")}.`,
  };
}

/** Builds under a lock, so that of two checkouts one waits; to a name of its own, so that nothing half-built is used. */
async function buildOne(name: ProgramName, machine: Machine, report: Report): Promise<void> {
  const target = cachedPath(name, machine);
  const folder = join(target, "..");
  mkdirSync(folder, { recursive: true });
  const release = await waitedLock(folder, { stale: 20_000, realpath: false }, () =>
    report("waiting for another checkout that builds"),
  );
  const partial = `${target}.${process.pid}.partial`;
  try {
    if (existsSync(target)) return;
    report("building");
    const started = Date.now();
    await goBuild(pins[name], name, partial, machine);
    renameSync(partial, target);
    report(`built in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    rmSync(partial, { force: true });
    await release();
  }
}

async function goBuild(pin: Pin, name: ProgramName, output: string, machine: Machine): Promise<void> {
  const stamps = Object.entries(pin.stamps).map(([variable, value]) => `-X ${variable}=${value}`);
  const flags = ["-mod=readonly", "-trimpath", `-ldflags=${["-s", "-w", ...stamps].join(" ")}`];
  const go = spawn("go", ["build", ...flags, "-o", output, pin.package], {
    cwd: moduleFolder(pin),
    env: goEnvironment(machine),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  go.stderr.on("data", (chunk) => {
    words += chunk;
  });
  const status = await new Promise((resolve, reject) => go.on("close", resolve).on("error", reject));
  if (status === 0) return;
  const last = words.trim().split("\n").slice(-8).join("\n");
  const fix = `Check the network and the disk and run the command again, or put ${name} ${pin.version} on PATH (${pin.from}).`;
  throw new ProblemsError([{ path: name, reason: `Go could not build it:\n${last}`, fix }]);
}

function writeWhole(file: string, text: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
