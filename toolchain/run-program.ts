import { spawn } from "node:child_process";

/** One run of a program. */
export interface ProgramRun {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Standard input: on a command line every user of the machine could read it. Default: none. */
  readonly input?: string;
  /** Asks the program to end by SIGTERM, so that it can leave things in order. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program to its end and returns what it prints.
 * @throws Error with what it says on standard error when it fails
 */
export function runProgram({ program, args, env, input = "", signal }: ProgramRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env });
    const end = () => child.kill("SIGTERM");
    if (signal?.aborted) end();
    signal?.addEventListener("abort", end);
    let [out, words] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      words += chunk;
    });
    child.on("error", reject);
    // It may end before it has read everything.
    child.stdin.on("error", () => {});
    child.on("close", (status) => {
      signal?.removeEventListener("abort", end);
      if (status === 0) resolve(out);
      else reject(new Error(words.trim() || `ended with ${status ?? "a signal"}`));
    });
    child.stdin.end(input);
  });
}
