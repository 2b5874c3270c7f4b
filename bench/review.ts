import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openEngine } from "../rehearsal/engine.ts";
import { checkout, homeOf } from "../rehearsal/home.ts";
import { pluginPlaces } from "../rehearsal/providers/genuine.ts";
import { binaries } from "../toolchain/binaries.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { withFolder } from "./folder.ts";
import { type Cost, costOf } from "./process.ts";

const repetitions = 3;
const many = 50;

/** What a review costs, against the preview of an empty program; and what each of many environments adds. */
export async function reviewFigures(say: (line: string) => void): Promise<Figure[]> {
  return withFolder(async (folder) => {
    say("a preview of an empty program");
    const floor = await emptyPreview(folder);
    const tree = cleanTree(folder);
    say("a review of prod against a clean reference");
    const one = await middleOf(repetitions, () => review(tree, "prod"));
    say("a review of prod after a change of the program");
    appendFileSync(join(tree, "index.ts"), "// Another program.\n");
    const changed = await middleOf(repetitions, () => review(tree, "prod"));
    say(`a review of ${many} environments`);
    for (let index = 1; index <= many; index++)
      copyFileSync(join(tree, "Pulumi.prod.yaml"), join(tree, `Pulumi.prod-${index}.yaml`));
    commit(tree);
    return figures(floor, { one, changed, all: await review(tree, "all") });
  });
}

function figures(
  floor: number,
  { one, changed, all }: Readonly<Record<"one" | "changed" | "all", Cost>>,
): Figure[] {
  const against = { what: "an empty program's preview", value: floor };
  return [
    { what: "review of prod against a clean reference", value: one.time, unit: "s", against },
    { what: "review of prod after a change of the program", value: changed.time, unit: "s", against },
    {
      what: `each of ${many} environments in one review`,
      value: all.time / many,
      unit: "s",
      against: { what: "one alone", value: one.time },
    },
    {
      what: `memory of a review of ${many} environments, all its processes`,
      value: all.memory,
      unit: "MiB",
      against: { what: "one alone", value: one.memory },
    },
  ];
}

/** The run whose time is the middle one. */
async function middleOf(times: number, run: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let index = 0; index < times; index++) costs.push(await run());
  return costs.sort((a, b) => a.time - b.time)[Math.floor(times / 2)] ?? { time: 0, memory: 0 };
}

async function emptyPreview(folder: string): Promise<number> {
  const home = homeOf("empty", folder);
  const { pulumi } = await binaries(() => {});
  const { plugins } = pluginPlaces();
  const stack = await openEngine({ home, pulumi, program: async () => {}, debugProviders: "", plugins });
  return median(repetitions, () => seconds(() => stack.preview()));
}

/** The last commit in a repository of its own. */
function cleanTree(folder: string): string {
  const tree = join(folder, "tree");
  execFileSync("git", ["clone", "--quiet", "--shared", checkout, tree]);
  symlinkSync(join(checkout, "node_modules"), join(tree, "node_modules"));
  return tree;
}

function commit(tree: string): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: tree, stdio: "pipe" });
  git("add", "--", "index.ts", "Pulumi.*");
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
  git(...identity, "commit", "--quiet", "--message", "Many");
}

function review(tree: string, stack: string): Promise<Cost> {
  return costOf(join(tree, "review", "cli.ts"), [stack], tree);
}
