import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { type Problem, ProblemsError } from "../components/problem.ts";

/** The words of a command line by their options. @throws ProblemsError with the first line of the usage as the way out */
export function parsedArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new ProblemsError([wrongArgument("arguments", (error as Error).message, usage)]);
  }
}

/** Whether a command line asks how it is used, and nothing else is to be done: it has been told then. */
export function usageAsked(args: readonly string[], usage: string): boolean {
  const asked = args.includes("--help") || args.includes("-h");
  if (asked) process.stdout.write(usage);
  return asked;
}

/** What is wrong with a stack's name in a command line. @param path where it stands */
export function stackNameProblems(path: string, name: string, usage: string): Problem[] {
  if (/^[\w.-]+$/.test(name)) return [];
  return [wrongArgument(path, `${name || "nothing"} is no stack's name`, usage)];
}

/** Something wrong in a command line. */
export function wrongArgument(path: string, reason: string, usage: string): Problem {
  return { path, reason, fix: `Usage: ${usage.split("\n")[0]}` };
}
