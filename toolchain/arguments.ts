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

/** Something wrong in a command line. */
export function wrongArgument(path: string, reason: string, usage: string): Problem {
  return { path, reason, fix: `Usage: ${usage.split("\n")[0]}` };
}
