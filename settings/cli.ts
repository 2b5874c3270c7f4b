import { describeProblems, type Problem, ProblemsError } from "../components/problem.ts";
import { checkout } from "../rehearsal/home.ts";
import { parsedArguments, stackNameProblems, usageAsked, wrongArgument } from "../toolchain/arguments.ts";
import { mendable } from "../toolchain/mendable.ts";
import { shownSettings } from "./shown.ts";
import { type Row, rows, settingsTable } from "./table.ts";

const usage = `npm run settings -- <stack> [<other>] [--json]

  every value a stack is made with, its preset's among them, or those that differ between two; no secret is shown

  --json   one JSON document on standard output
`;

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  if (usageAsked(args, usage)) return 0;
  const { stacks, settings, problems } = run(args);
  if (args.includes("--json"))
    process.stdout.write(`${JSON.stringify({ stacks, settings, problems }, null, 2)}\n`);
  else if (problems.length > 0) process.stderr.write(`${describeProblems(problems)}\n`);
  else process.stdout.write(settingsTable(stacks, settings));
  return problems.length > 0 ? 2 : 0;
}

interface Outcome {
  readonly stacks: readonly string[];
  readonly settings: readonly Row[];
  readonly problems: readonly Problem[];
}

function run(args: readonly string[]): Outcome {
  try {
    const stacks = stacksOf(args);
    return { stacks, settings: rows(stacks.map((stack) => shownSettings(checkout, stack))), problems: [] };
  } catch (error) {
    return { stacks: [], settings: [], problems: mendable(error) };
  }
}

function stacksOf(args: readonly string[]): readonly string[] {
  const { positionals } = parsedArguments(args, { json: { type: "boolean" } }, usage);
  const [stack = "", other, ...more] = positionals;
  const stacks = other === undefined ? [stack] : [stack, other];
  const problems = [
    ...stacks.flatMap((name) => stackNameProblems("stack", name, usage)),
    ...more.map((extra) => wrongArgument(extra, "is more than two stacks", usage)),
  ];
  if (problems.length > 0) throw new ProblemsError(problems);
  return stacks;
}
