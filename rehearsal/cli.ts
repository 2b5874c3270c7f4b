import { closest } from "fastest-levenshtein";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { parsedArguments, stackNameProblems, usageAsked, wrongArgument } from "../toolchain/arguments.ts";
import { mendable } from "../toolchain/mendable.ts";
import { chartFolders } from "./charts/folders.ts";
import { isHangUp } from "./hang-up.ts";
import { type Command, commands, emptyOutcome, type Outcome } from "./outcome.ts";
import { faultNotations, parseFault } from "./providers/cloud/faults.ts";
import { rehearse } from "./rehearse.ts";
import { summary } from "./report.ts";

const usage = `npm run rehearse -- up|preview|status|down <stack> [options]

  --json            one JSON document on standard output
  --charts DIR      take chart archives from this folder first
  --set key=value   another value for a setting; may be given several times
  --fault FAULT     let a simulated cloud fail: ${faultNotations.join(", ")}
  --cluster-of STACK  run on the cluster of that stack, which is up: with \`clusterServices: shared\`
  --keep            preview: leave running what was started; down: leave the control plane
`;

const exitStatus: Record<Outcome["result"], number> = { succeeded: 0, failed: 1, refused: 2 };

process.on("unhandledRejection", (reason) => {
  const engineListens = process.listenerCount("unhandledRejection") > 1;
  if (!engineListens && !isHangUp(reason)) throw reason;
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  if (usageAsked(args, usage)) return 0;
  const outcome = await run(args);
  process.stdout.write(json ? `${JSON.stringify(outcome, null, 2)}\n` : summary(outcome));
  return exitStatus[outcome.result];
}

async function run(args: readonly string[]): Promise<Outcome> {
  try {
    return await rehearse(optionsOf(args));
  } catch (error) {
    const [word = "", stack = ""] = args;
    return {
      ...emptyOutcome(stack, isCommand(word) ? word : "status"),
      result: "refused",
      problems: mendable(error),
    };
  }
}

function optionsOf(args: readonly string[]) {
  const options = {
    json: { type: "boolean" },
    charts: { type: "string" },
    set: { type: "string", multiple: true },
    fault: { type: "string", multiple: true },
    "cluster-of": { type: "string" },
    keep: { type: "boolean" },
  } as const;
  const { values, positionals } = parsedArguments(args, options, usage);
  const [word = "", stack = "", ...more] = positionals;
  const { "cluster-of": clusterOf } = values;
  const problems = [
    ...(isCommand(word) ? [] : [commandProblem(word)]),
    ...stackNameProblems("stack", stack, usage),
    ...more.map((extra) => wrong(extra, "is more than a command and a stack")),
    ...(clusterOf === undefined ? [] : stackNameProblems("--cluster-of", clusterOf, usage)),
  ];
  if (!isCommand(word) || problems.length > 0) throw new ProblemsError(problems);
  return {
    command: word,
    stack,
    charts: chartFolders(values.charts),
    sets: values.set ?? [],
    faults: (values.fault ?? []).map(parseFault),
    clusterOf,
    keep: values.keep ?? false,
    report: say,
    // Line by line is for somebody who watches.
    progress: process.stderr.isTTY ? say : () => {},
  };
}

function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word);
}

function commandProblem(word: string): Problem {
  if (!word) return wrong("command", "none is given");
  return wrong("command", `there is no ${word}; did you mean ${closest(word, [...commands])}?`);
}

function wrong(path: string, reason: string): Problem {
  return wrongArgument(path, reason, usage);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
