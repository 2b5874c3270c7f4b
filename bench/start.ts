import { spawnSync } from "node:child_process";
import { checkout } from "../rehearsal/home.ts";
import { type Figure, median, seconds } from "./figure.ts";

const repetitions = 5;
const peak = "process.stderr.write(String(process.resourceUsage().maxRSS))";

/** What starting the program costs, against one that only loads the SDK; a dev stack's settings, no cloud SDK. */
export async function startFigures(say: (line: string) => void): Promise<Figure[]> {
  say("start of the program");
  const empty = `await import("@pulumi/pulumi");`;
  const own = `await import("./index.ts");`;
  const floor = { what: "a program that only loads the SDK", ...(await cost(empty)) };
  const { time, memory } = await cost(own);
  return [
    { what: "program start", value: time, unit: "s", against: { what: floor.what, value: floor.time } },
    {
      what: "program memory",
      value: memory,
      unit: "MiB",
      against: { what: floor.what, value: floor.memory },
    },
  ];
}

async function cost(program: string): Promise<{ time: number; memory: number }> {
  let memory = 0;
  const time = await median(repetitions, () =>
    seconds(() => {
      const args = ["--input-type=module", "--eval", `${program}${peak}`];
      const { stderr } = spawnSync(process.execPath, args, { cwd: checkout, encoding: "utf8" });
      memory = Number(stderr) / 1024;
    }),
  );
  return { time, memory };
}
