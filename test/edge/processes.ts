import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

/**
 * Starts a program whose output goes to a file.
 * @param env beside this process's own
 * @param detached whether it leads a group of processes, to be ended with `endGroup`
 */
export function startProcess(
  program: string,
  args: readonly string[],
  log: string,
  env: Record<string, string> = {},
  detached = false,
): ChildProcess {
  const output = openSync(log, "a");
  const stdio = ["ignore", output, output] as const;
  const child = spawn(program, args, { detached, stdio: [...stdio], env: { ...process.env, ...env } });
  closeSync(output);
  return child;
}

/** Ends a program at once, and waits until it has. */
export async function endProcess(child: ChildProcess): Promise<void> {
  await ended(child, () => child.kill("SIGKILL"));
}

/** Ends a detached program with everything it has started, as systemd does, and waits until it has. */
export async function endGroup(child: ChildProcess): Promise<void> {
  await ended(child, () => {
    try {
      process.kill(-Number(child.pid), "SIGTERM");
    } catch (error) {
      // It ended by itself, and nobody has told this process yet.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  });
}

async function ended(child: ChildProcess, end: () => unknown): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  end();
  await closed;
}
