import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ProblemsError } from "../components/problem.ts";
import { chartFolders } from "../rehearsal/charts/folders.ts";
import { checkout } from "../rehearsal/home.ts";
import { stackConfig } from "../rehearsal/stack-file.ts";
import { parsedArguments, stackNameProblems, usageAsked, wrongArgument } from "../toolchain/arguments.ts";
import { mendable } from "../toolchain/mendable.ts";
import type { Plan } from "./plan/plan.ts";
import { previewReview } from "./preview.ts";
import { html } from "./report/html.ts";
import { manifests } from "./report/manifests.ts";
import { markdown } from "./report/markdown.ts";
import { type Review, refused } from "./review.ts";
import { review } from "./run.ts";

const usage = `npm run review -- <stack>|all [options]

  --against REF   git reference to compare the working tree with; default: HEAD
  --plan FILE     classify the steps of a real \`pulumi preview --json\` instead
  --charts DIR    take chart archives from this folder first
  --json          one JSON document on standard output instead of Markdown
  --html FILE     write the review as a page of its own as well
  --manifests DIR write every object of each environment after the change as DIR/<stack>.yaml, without its secrets
`;

const exitStatus: Readonly<Record<Review["result"], number>> = {
  unchanged: 0,
  changed: 0,
  failed: 1,
  refused: 2,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (usageAsked(args, usage)) return 0;
  const { reviews, against, json } = await run(args);
  const worst = Math.max(...reviews.map(({ result }) => exitStatus[result]));
  process.stdout.write(
    json ? `${JSON.stringify({ against, reviews }, null, 2)}\n` : markdown(reviews, against),
  );
  return worst;
}

async function run(args: readonly string[]) {
  const json = args.includes("--json");
  try {
    const { stack, against, plan, charts, page, folder } = optionsOf(args);
    const planned = (made: Plan) => {
      if (folder) writeFileSync(join(folder, `${made.stack}.yaml`), manifests(made));
    };
    if (folder) mkdirSync(folder, { recursive: true });
    const reviews = plan
      ? [previewReview(stack, plan, acknowledged(stack))]
      : await all(review({ checkout, stack, against, charts, report: say, planned }));
    if (page) writeFileSync(page, html(reviews, plan ?? against));
    return { reviews, against: plan ?? against, json };
  } catch (error) {
    const problems = mendable(error);
    const stack = args.find((arg) => !arg.startsWith("-")) ?? "";
    return { reviews: [refused(stack, problems)], against: "", json };
  }
}

/** A preview does not tell the settings. */
function acknowledged(stack: string): string[] {
  const { acknowledgeDataLoss } = stackConfig(checkout, stack, []);
  return Array.isArray(acknowledgeDataLoss) ? acknowledgeDataLoss.map(String) : [];
}

async function all(reviews: AsyncIterable<Review>): Promise<Review[]> {
  const found: Review[] = [];
  for await (const one of reviews) found.push(one);
  return found;
}

function optionsOf(args: readonly string[]) {
  const options = {
    against: { type: "string" },
    plan: { type: "string" },
    charts: { type: "string" },
    json: { type: "boolean" },
    html: { type: "string" },
    manifests: { type: "string" },
  } as const;
  const { values, positionals } = parsedArguments(args, options, usage);
  const [stack = "", ...more] = positionals;
  const htmlFolder = dirname(values.html ?? "");
  const problems = [
    ...stackNameProblems("stack", stack, usage),
    ...more.map((extra) => wrong(extra, "is more than a stack")),
    ...(existsSync(htmlFolder) ? [] : [wrong("--html", `there is no folder ${htmlFolder}`)]),
    ...(values.plan && values.manifests
      ? [wrong("--manifests", "a real preview has no objects of charts")]
      : []),
    ...(values.plan && values.against ? [wrong("--against", "a real preview already has both sides")] : []),
  ];
  if (problems.length > 0) throw new ProblemsError(problems);
  return {
    stack,
    against: values.against ?? "HEAD",
    plan: values.plan,
    charts: chartFolders(values.charts),
    page: values.html,
    folder: values.manifests,
  };
}

function wrong(path: string, reason: string) {
  return wrongArgument(path, reason, usage);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
