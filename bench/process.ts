import { execFileSync, spawn } from "node:child_process";

/** Wait between two looks at a command's processes, in milliseconds. */
const lookMs = 200;

/** What a command took: seconds, and the most memory that it and its children held at once, in MiB. */
export interface Cost {
  readonly time: number;
  readonly memory: number;
}

/** Runs a program of this project to its end. @throws Error with what it said, when it fails */
export async function costOf(script: string, args: readonly string[], cwd: string): Promise<Cost> {
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, residentMiB(child.pid ?? 0));
  }, lookMs);
  const status = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(said);
  return { time: (performance.now() - started) / 1000, memory };
}

function residentMiB(root: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const own = new Set([root]);
  // Processes are listed in the order they began, so that a parent comes before its children.
  for (const [pid = 0, parent = 0] of processes) if (own.has(parent)) own.add(pid);
  const held = processes.map(([pid = 0, , resident = 0]) => (own.has(pid) ? resident : 0));
  return held.reduce((sum, kibibytes) => sum + kibibytes, 0) / 1024;
}
