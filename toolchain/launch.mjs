// Starts a task of this project on any Node from 18 on: installs what is missing, then hands over to a Node that runs
// TypeScript itself. Plain JavaScript without dependencies, since it runs before there are any.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const modules = join(checkout, "node_modules");
const stamp = join(modules, ".speckle-stacks-lock");
const lock = join(checkout, ".speckle-stacks-installing");
const nodeVersionNeeded = [22, 18];
/** An install that has taken this long was interrupted. */
const staleLockMs = 15 * 60_000;

installDependencies();
const [task, ...rest] = process.argv.slice(2);
process.exit(run(nodeBinary(), [join(checkout, "toolchain", "tasks.ts"), task ?? "", ...rest]));

function installDependencies() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(checkout, "package-lock.json")))
    .digest("hex");
  if (installed(wanted)) return;
  waitForLock();
  try {
    if (installed(wanted)) return;
    process.stderr.write("installing dependencies (npm ci)\n");
    const npm = process.env.npm_execpath;
    const [command, args] = npm?.endsWith(".js") ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
    const { status, stdout, stderr } = spawnSync(command, [...args, "--no-audit", "--no-fund"], {
      cwd: checkout,
      encoding: "utf8",
    });
    if (status !== 0) {
      process.stderr.write(
        `${stdout}${stderr}\nThe dependencies could not be installed: see npm's words above.\n`,
      );
      process.exit(1);
    }
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function installed(wanted) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}

/** A folder is made by one process only; the others wait until it is gone. */
function waitForLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > staleLockMs) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** This Node when it is new enough, else the one among the dependencies. */
function nodeBinary() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [neededMajor, neededMinor] = nodeVersionNeeded;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return process.execPath;
  return join(modules, "node", "bin", "node");
}

function run(command, args) {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(modules, ".cache", "node"),
  };
  // The task shares the terminal and so gets its signals itself; this process outlives it to pass its status on.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const { status, signal, error } = spawnSync(command, args, { stdio: "inherit", env });
  if (error) {
    process.stderr.write(
      `${command} cannot be started: ${error.message}\nRemove node_modules and run the command again.\n`,
    );
    return 1;
  }
  return status ?? (signal === "SIGINT" ? 130 : 143);
}
