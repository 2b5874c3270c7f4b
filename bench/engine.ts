import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { chartFolders } from "../rehearsal/charts/folders.ts";
import { openEngine } from "../rehearsal/engine.ts";
import { checkout, homeOf } from "../rehearsal/home.ts";
import { pluginPlaces } from "../rehearsal/providers/genuine.ts";
import { type RehearseOptions, rehearse } from "../rehearsal/rehearse.ts";
import { binaries } from "../toolchain/binaries.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { withFolder } from "./folder.ts";

const repetitions = 3;

/** What an up without changes costs, against that of an empty program. */
export async function engineFigures(say: (line: string) => void): Promise<Figure[]> {
  return withFolder(async (folder) => {
    say("an up of an empty program");
    const floor = await emptyUp(folder);
    say("an up of dev without changes");
    const second = await unchangedUp(folder);
    const against = { what: "an empty program's up", value: floor };
    return [{ what: "second up of dev, without changes", value: second, unit: "s", against }];
  });
}

async function emptyUp(folder: string): Promise<number> {
  const home = homeOf("empty", folder);
  const { pulumi } = await binaries(() => {});
  const { plugins } = pluginPlaces();
  const options = { home, pulumi, program: async () => {}, debugProviders: "", plugins };
  const up = async () => (await openEngine(options)).up();
  await up();
  return median(repetitions, () => seconds(up));
}

async function unchangedUp(folder: string): Promise<number> {
  const run = rehearsalIn(folder);
  await run("up");
  const second = await median(repetitions, () => seconds(() => run("up")));
  await run("down");
  return second;
}

/** A rehearsal of dev in a folder of its own. */
export function rehearsalIn(folder: string): (command: RehearseOptions["command"]) => Promise<void> {
  copyFileSync(join(checkout, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  const quiet = { report: () => {}, progress: () => {} };
  return async (command) => {
    const { result, problems } = await rehearse({
      ...quiet,
      command,
      stack: "dev",
      charts: chartFolders(),
      sets: [],
      keep: false,
      folder,
    });
    if (result !== "succeeded") throw new Error(`${command}: ${JSON.stringify(problems)}`);
  };
}
