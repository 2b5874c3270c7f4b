import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isPlainObject } from "../components/merge.ts";
import { ProblemsError } from "../components/problem.ts";
import { checkout } from "../rehearsal/home.ts";
import { stackConfig } from "../rehearsal/stack-file.ts";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import { readText } from "../stacks/text.ts";
import { parsedArguments, stackNameProblems, usageAsked, wrongArgument } from "../toolchain/arguments.ts";
import { mendable } from "../toolchain/mendable.ts";
import type { Outcome } from "./outcome.ts";
import { summary } from "./report.ts";
import { smoke } from "./smoke.ts";
import { usualPorts } from "./way.ts";

const usage = `npm run smoke -- <stack> [options]

  --at ADDRESS       ask there, wherever the names lead
  --authority FILE   trust this authority's certificate (PEM) besides those this machine trusts
  --wait SECONDS     look again until all is as it should be, at most so long
  --json             one JSON document on standard output
`;

const exitStatus: Readonly<Record<Outcome["result"], number>> = { succeeded: 0, failed: 1, refused: 2 };

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (usageAsked(args, usage)) return 0;
  const outcome = await run(args);
  process.stdout.write(args.includes("--json") ? `${JSON.stringify(outcome, null, 2)}\n` : summary(outcome));
  return exitStatus[outcome.result];
}

async function run(args: readonly string[]): Promise<Outcome> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 100) / 10;
  try {
    const { stack, settings, ...options } = optionsOf(args);
    const { passed, problems } = await smoke({ settings, ...options });
    const result = problems.length === 0 ? "succeeded" : "failed";
    return { stack, url: `https://${settings.domain}`, result, seconds: seconds(), passed, problems };
  } catch (error) {
    const problems = mendable(error);
    const stack = args.find((arg) => !arg.startsWith("-")) ?? "";
    return { stack, url: "", result: "refused", seconds: seconds(), passed: [], problems };
  }
}

function optionsOf(args: readonly string[]) {
  const options = {
    at: { type: "string" },
    authority: { type: "string" },
    wait: { type: "string" },
    json: { type: "boolean" },
  } as const;
  const { values, positionals } = parsedArguments(args, options, usage);
  const [stack = "", ...more] = positionals;
  const { wait = "0", at, authority } = values;
  const problems = [
    ...stackNameProblems("stack", stack, usage),
    ...more.map((extra) => wrong(extra, "is more than a stack")),
    ...(/^\d+$/.test(wait) ? [] : [wrong("--wait", `${wait} is no number of seconds`)]),
  ];
  if (problems.length > 0) throw new ProblemsError(problems);
  const settings = settingsOf(stack);
  // Browsers know that names below localhost are this machine; its resolver may not.
  const own = settings.cluster.type === "kind" ? settings.cluster.address : undefined;
  const way = { address: at ?? own, ...usualPorts, authority: authority && authorityIn(authority) };
  return { stack, settings, way, wait: Number(wait), report: say };
}

function authorityIn(file: string): string {
  try {
    return new X509Certificate(readFileSync(file)).toString();
  } catch (error) {
    const reason = `${file} holds no certificate in PEM form: ${(error as Error).message}`;
    throw new ProblemsError([wrong("--authority", reason)]);
  }
}

function settingsOf(stack: string): Settings {
  const config = stackConfig(checkout, stack, []);
  const { cluster } = config;
  const kubeconfig = isPlainObject(cluster) ? cluster.kubeconfig : undefined;
  // Whoever looks from outside may have no way to the cluster, and needs none.
  return parseSettings(config, (path) => (path === kubeconfig ? "" : readText(path)));
}

function wrong(path: string, reason: string) {
  return wrongArgument(path, reason, usage);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
