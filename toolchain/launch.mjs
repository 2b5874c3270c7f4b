// Starts a task of this project on any Node from 18 on: installs what is missing, then hands over to a Node that runs
// TypeScript itself. Plain JavaScript without dependencies, since it runs before there are any.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const modules = join(checkout, "node_modules");
const stamp = join(modules, ".speckle-stacks-lock");
const lock = join(checkout, ".speckle-stacks-installing");
const nodeVersionNeeded = [22, 18];

installDependencies();
const [task, ...rest] = process.argv.slice(2);
process.exit(run(nodeBinary(), [join(checkout, "toolchain", "tasks.ts"), task ?? "", ...rest]));

function installDependencies() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(checkout, "package-lock.json")))
    .digest("hex");
  if (installed(wanted)) return;
  refuseLink();
  waitForLock();
  try {
    if (!installed(wanted) && npmCi()) writeFileSync(stamp, wanted);
  } finally {
    rmSync(lock, { force: true });
  }
  if (!installed(wanted)) process.exit(1);
}

/** npm empties the folder before it installs: behind a link that is another checkout's. */
function refuseLink() {
  if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  process.stderr.write(
    `${modules} is a link to ${readlinkSync(modules)}, which an installation would empty for all who use it.\nRemove the link and run the command again.\n`,
  );
  process.exit(1);
}

function npmCi() {
  process.stderr.write("installing dependencies (npm ci)\n");
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith(".js") ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stdout, stderr } = spawnSync(command, [...args, ...quiet], {
    cwd: checkout,
    encoding: "utf8",
  });
  if (status !== 0) {
    process.stderr.write(
      `${stdout}${stderr}\nThe dependencies could not be installed: see npm's words above.\n`,
    );
  }
  return status === 0;
}

function installed(wanted) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}

/** The file is made by one process only; the others wait until it is gone or its maker is. */
function waitForLock() {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!alive(lockHolder())) rmSync(lock, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function lockHolder() {
  return existsSync(lock) ? Number(readFileSync(lock, "utf8")) : process.pid;
}

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
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
      `${command} cannot be started: ${error.message}\nRemove node_modules and run the command again; where npm runs no scripts (ignore-scripts), install Node ${nodeVersionNeeded.join(".")} or later instead.\n`,
    );
    return 1;
  }
  return status ?? (signal === "SIGINT" ? 130 : 143);
}
