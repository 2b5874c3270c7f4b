import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { delimiter, join } from "node:path";
import { ProblemsError } from "../components/problem.ts";
import { type Machine, type Report, thisMachine } from "./binaries.ts";
import { parseVersion } from "./pins.ts";

/** A program that is installed, or comes out of Debian's package of its name. */
interface DebianProgram {
  /** Names it goes by on PATH. */
  readonly names: readonly string[];
  /** Where its package has it. */
  readonly path: string;
  /** Word that makes it print its version. */
  readonly versionArg: string;
  /** Versions from here on do. */
  readonly needed: readonly [major: number, minor: number];
}

const debianPrograms = {
  // Debian 12's.
  haproxy: { names: ["haproxy"], path: "usr/sbin/haproxy", versionArg: "-v", needed: [2, 6] },
  chromium: {
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    path: "usr/lib/chromium/chromium",
    versionArg: "--version",
    // The first that is headless as it is with a screen.
    needed: [112, 0],
  },
} as const satisfies Record<string, DebianProgram>;
export type DebianProgramName = keyof typeof debianPrograms;

/**
 * Absolute path of a program: from PATH or where Debian installs it, from the cache, or out of Debian's own package,
 * which needs no right to install anything.
 * @throws ProblemsError when there is none and the package cannot be had
 */
export function debianProgram(
  name: DebianProgramName,
  report: Report,
  machine: Machine = debianMachine(),
): string {
  const found = findDebianProgram(name, machine);
  if (found) return found;
  report(`${name}: out of Debian's package`);
  unpack(name, machine);
  const cached = cachedProgram(name, machine);
  const { versionArg } = debianPrograms[name];
  if (!fits(name, cached))
    throw missing(name, `Debian's program does not run here: ${said(spawnSync(cached, [versionArg]))}`);
  return cached;
}

/** The same without fetching anything; undefined when it is not there. */
export function findDebianProgram(
  name: DebianProgramName,
  machine: Machine = debianMachine(),
): string | undefined {
  const { names } = debianPrograms[name];
  const installed = machine.path.flatMap((folder) => names.map((one) => join(folder, one)));
  return [...installed, cachedProgram(name, machine)].find((file) => fits(name, file));
}

/** Debian keeps HAProxy where only root looks. */
function debianMachine(): Machine {
  const machine = thisMachine();
  return { ...machine, path: [...machine.path, "/usr/sbin"] };
}

function cachedProgram(name: DebianProgramName, machine: Machine): string {
  return join(cachedFolder(name, machine), name);
}

function cachedFolder(name: DebianProgramName, machine: Machine): string {
  return join(machine.cache, "bin", `debian-${name}-${arch()}`);
}

function fits(name: DebianProgramName, file: string): boolean {
  if (!existsSync(file)) return false;
  const { needed, versionArg } = debianPrograms[name];
  const [major = 0, minor = 0] = parseVersion(said(spawnSync(file, [versionArg]))) ?? [];
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** Fetches and unpacks the package and what it lacks here beside the folder, and moves all there when it is whole. */
function unpack(name: DebianProgramName, machine: Machine): void {
  const folder = cachedFolder(name, machine);
  const partial = `${folder}.${process.pid}.partial`;
  const archives = join(partial, "apt", "archives");
  for (const part of ["lists", "archives"])
    mkdirSync(join(partial, "apt", part, "partial"), { recursive: true });
  try {
    const run = runner(name, machine);
    const apt = ownApt(join(partial, "apt"));
    run("apt-get", [...apt, "update"]);
    run("apt-get", [...apt, "install", "--reinstall", "--download-only", "--no-install-recommends", name]);
    for (const file of readdirSync(archives).filter((one) => one.endsWith(".deb")))
      run("dpkg-deb", ["--extract", join(archives, file), join(partial, "root")]);
    rmSync(join(partial, "apt"), { recursive: true, force: true });
    writeFileSync(join(partial, name), starter(debianPrograms[name]));
    chmodSync(join(partial, name), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Starts the program with the libraries that came with it. */
function starter({ path }: DebianProgram): string {
  return `#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root
for folder in "$root"/usr/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu/pulseaudio
do libraries="\${libraries:+$libraries:}$folder"; done
export LD_LIBRARY_PATH="$libraries"
exec "$root/${path}" "$@"
`;
}

/** Lists and archives in a folder of one's own, so that nobody has to be root and nothing old is used. */
function ownApt(folder: string): string[] {
  const settings = { "Dir::State::lists": "lists", "Dir::Cache": "", "Dir::Cache::archives": "archives" };
  return [
    ...Object.entries(settings).map(([key, part]) => `-o${key}=${join(folder, part)}`),
    "-oDebug::NoLocking=1",
    "-oAcquire::Retries=3",
    "-qq",
    "--yes",
  ];
}

/** Runs programs of the machine. */
function runner(name: DebianProgramName, { path }: Machine) {
  const env = { ...process.env, PATH: path.join(delimiter) };
  return (command: string, args: readonly string[]): void => {
    const result = spawnSync(command, args, { env, encoding: "utf8" });
    if (result.status !== 0) throw missing(name, `${command}: ${said(result)}`);
  };
}

function said({ error, stdout, stderr }: SpawnSyncReturns<string | Buffer>): string {
  return error?.message ?? `${stdout}${stderr}`.trim().slice(-500);
}

function missing(name: DebianProgramName, why: string): ProblemsError {
  const version = debianPrograms[name].needed.join(".");
  const ways = [
    `put ${name} ${version} or later on PATH (a package of every distribution)`,
    "run this on Debian or Ubuntu with a reachable package mirror, and the package is unpacked into the cache",
  ];
  const reason = `is neither on PATH in a fitting version nor in the cache, and Debian's package cannot be had: ${why}`;
  return new ProblemsError([{ path: name, reason, fix: `One of: ${ways.join("; ")}.` }]);
}
