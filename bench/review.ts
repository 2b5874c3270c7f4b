import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openEngine } from "../rehearsal/engine.ts";
import { checkout, homeOf } from "../rehearsal/home.ts";
import { pluginPlaces } from "../rehearsal/providers/genuine.ts";
import { binaries } from "../toolchain/binaries.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { withFolder } from "./folder.ts";

const repetitions = 3;
const many = 50;

/** What a review costs, against the preview of an empty program; and what each of many environments adds. */
export async function reviewFigures(say: (line: string) => void): Promise<Figure[]> {
  return withFolder(async (folder) => {
    say("a preview of an empty program");
    const floor = { what: "an empty program's preview", value: await emptyPreview(folder) };
    const tree = cleanTree(folder);
    say("a review of prod against a clean reference");
    const clean = await median(repetitions, () => seconds(() => review(tree, "prod")));
    say("a review of prod after a change of the program");
    appendFileSync(join(tree, "index.ts"), "// Another program.\n");
    const changed = await median(repetitions, () => seconds(() => review(tree, "prod")));
    say(`a review of ${many} environments`);
    for (let index = 1; index <= many; index++)
      copyFileSync(join(tree, "Pulumi.prod.yaml"), join(tree, `Pulumi.prod-${index}.yaml`));
    commit(tree);
    const all = await seconds(() => review(tree, "all"));
    return [
      { what: "review of prod against a clean reference", value: clean, unit: "s", against: floor },
      { what: "review of prod after a change of the program", value: changed, unit: "s", against: floor },
      {
        what: `each of ${many} environments in one review`,
        value: all / many,
        unit: "s",
        against: { what: "one alone", value: clean },
      },
    ];
  });
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

function review(tree: string, stack: string): void {
  const script = join(tree, "review", "cli.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, stack], {
    cwd: tree,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}
