import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { delimiter, join } from "node:path";
import { ProblemsError } from "../components/problem.ts";
import { type Machine, type Report, thisMachine } from "./binaries.ts";

/** Versions of HAProxy from here on do; Debian 12 has 2.6. */
const haproxyNeeded = [2, 6] as const;

/**
 * Absolute path of HAProxy: from PATH or where Debian installs it, from the cache, or out of Debian's own package, which
 * needs no right to install anything.
 * @throws ProblemsError when there is none and the package cannot be had
 */
export function haproxy(report: Report, machine: Machine = debianMachine()): string {
  const installed = machine.path.map((folder) => join(folder, "haproxy")).find(fits);
  const folder = join(machine.cache, "bin", `debian-haproxy-${arch()}`);
  const cached = join(folder, "haproxy");
  if (installed || fits(cached)) return installed ?? cached;
  report("haproxy: out of Debian's package");
  unpack(folder, machine);
  if (!fits(cached)) throw missing(`Debian's program does not run here: ${said(spawnSync(cached, ["-v"]))}`);
  return cached;
}

/** Debian keeps HAProxy where only root looks. */
function debianMachine(): Machine {
  const machine = thisMachine();
  return { ...machine, path: [...machine.path, "/usr/sbin"] };
}

function fits(file: string): boolean {
  if (!existsSync(file)) return false;
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(said(spawnSync(file, ["-v"]))) ?? [];
  const [needed, least] = haproxyNeeded;
  return Number(major) > needed || (Number(major) === needed && Number(minor) >= least);
}

/** Fetches and unpacks the package and its libraries beside the folder, and moves them there when they are whole. */
function unpack(folder: string, machine: Machine): void {
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(join(partial, "packages"), { recursive: true });
  try {
    const apt = ownApt(join(partial, "apt"));
    const run = runner(machine, join(partial, "packages"));
    run("apt-get", [...apt, "update"]);
    const depends = (names: readonly string[]) =>
      librariesIn(run("apt-cache", [...apt, "depends", "--important", ...names]));
    const libraries = depends(["haproxy"]);
    run("apt-get", [...apt, "download", ...new Set(["haproxy", ...libraries, ...depends(libraries)])]);
    for (const file of readdirSync(join(partial, "packages")))
      run("dpkg-deb", ["--extract", file, join(partial, "root")]);
    for (const used of ["apt", "packages"]) rmSync(join(partial, used), { recursive: true, force: true });
    writeFileSync(join(partial, "haproxy"), starter);
    chmodSync(join(partial, "haproxy"), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Starts the program with the libraries that came with it. */
const starter = `#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root
for folder in "$root"/usr/lib/*-linux-gnu; do libraries="\${libraries:+$libraries:}$folder"; done
export LD_LIBRARY_PATH="$libraries"
exec "$root/usr/sbin/haproxy" "$@"
`;

/** Lists and archives in a folder of one's own, so that nobody has to be root and nothing old is used. */
function ownApt(folder: string): string[] {
  for (const part of ["lists/partial", "archives/partial"])
    mkdirSync(join(folder, part), { recursive: true });
  const settings = { "Dir::State::lists": "lists", "Dir::Cache": "", "Dir::Cache::archives": "archives" };
  return [
    ...Object.entries(settings).map(([key, part]) => `-o${key}=${join(folder, part)}`),
    "-oDebug::NoLocking=1",
    "-qq",
  ];
}

/** The libraries that apt-cache names, except the C library, which is the system's own. */
function librariesIn(words: string): string[] {
  const found = [...words.matchAll(/^ +Depends: (lib\S+)/gm)].map(([, name = ""]) => name);
  return found.filter((name) => name !== "libc6");
}

/** Runs programs of the machine in a folder; gives what they print. */
function runner({ path }: Machine, cwd: string) {
  const env = { ...process.env, PATH: path.join(delimiter) };
  return (command: string, args: readonly string[]): string => {
    const result = spawnSync(command, args, { cwd, env, encoding: "utf8" });
    if (result.status !== 0) throw missing(`${command}: ${said(result)}`);
    return result.stdout;
  };
}

function said({ error, stdout, stderr }: SpawnSyncReturns<string | Buffer>): string {
  return error?.message ?? `${stdout}${stderr}`.trim().slice(-500);
}

function missing(why: string): ProblemsError {
  const version = haproxyNeeded.join(".");
  const ways = [
    `put haproxy ${version} or later on PATH (a package of every distribution)`,
    "run this on Debian or Ubuntu with a reachable package mirror, and the package is unpacked into the cache",
  ];
  const reason = `is neither on PATH in a fitting version nor in the cache, and Debian's package cannot be had: ${why}`;
  return new ProblemsError([{ path: "haproxy", reason, fix: `One of: ${ways.join("; ")}.` }]);
}
