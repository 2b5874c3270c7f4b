import { execFileSync } from "node:child_process";
import { basename, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Home } from "../home.ts";

/** One running process. */
export interface Process {
  readonly pid: number;
  /** The command line, program first. */
  readonly command: string;
}

/** A process of a rehearsal. */
export interface OwnProcess extends Process {
  /** Name of its program. */
  readonly program: string;
}

/** Every process of this machine that its user may see. */
export function runningProcesses(): Process[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  return lines.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match?.[1] && match[2] ? [{ pid: Number(match[1]), command: match[2] }] : [];
  });
}

/**
 * The processes that belong to a rehearsal: their program lies in its folder. A process number from a file proves
 * nothing, since the number may have been given to somebody else's process after a crash.
 */
export function ownProcesses(home: Home, processes: readonly Process[] = runningProcesses()): OwnProcess[] {
  const folder = home.root + sep;
  return processes
    .filter(({ pid, command }) => pid !== process.pid && command.startsWith(folder))
    .map((one) => ({ ...one, program: programIn(one.command.slice(folder.length)) }));
}

/** Of a command line that begins within a rehearsal's folder: up to there it may have spaces, and not beyond. */
function programIn(command: string): string {
  return basename(command.split(" ")[0] ?? "");
}

/**
 * Ends a rehearsal's processes of some programs, first asking, then not.
 * @param patience seconds in which they may end by themselves
 */
export async function endProcesses(home: Home, programs: readonly string[], patience = 0): Promise<void> {
  const meant = () => ownProcesses(home).filter(({ program }) => programs.includes(program));
  if (await gone(meant, patience)) return;
  if (!(await signalled(meant, "SIGTERM", 2))) await signalled(meant, "SIGKILL", killSeconds);
}

/** Ends every process of a rehearsal at once, since its files go with it; returns those that are still there. */
export async function killProcesses(home: Home): Promise<readonly OwnProcess[]> {
  const meant = () => ownProcesses(home);
  return (await signalled(meant, "SIGKILL", killSeconds)) ? [] : meant();
}

/** Time until a killed process is taken for one that cannot be ended, in seconds: on a busy disk it ends late. */
const killSeconds = 20;

/** Whether processes are gone within so many seconds of a signal. */
async function signalled(
  meant: () => readonly OwnProcess[],
  signal: NodeJS.Signals,
  seconds: number,
): Promise<boolean> {
  for (const { pid } of meant()) send(pid, signal);
  return gone(meant, seconds);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself between the two calls.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function gone(meant: () => readonly OwnProcess[], seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (meant().length === 0) return true;
    await pause(100);
  }
  return meant().length === 0;
}
