import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** Starts a program whose output goes to a file. @param env beside this process's own */
export function startProcess(
  program: string,
  args: readonly string[],
  log: string,
  env: Record<string, string> = {},
): ChildProcess {
  const output = openSync(log, "a");
  const stdio = ["ignore", output, output] as const;
  const child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...env } });
  closeSync(output);
  return child;
}

/** Ends a program at once, and waits until it has. */
export function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on("close", () => resolve());
    child.kill("SIGKILL");
  });
}
