import { parseArgs } from "node:util";
import { describeProblems } from "../../components/problem.ts";
import { rehearse } from "../../rehearsal/rehearse.ts";

// An up in a process of its own, in a folder with the stack's file; it kills itself after so many finished steps.
const { values, positionals: charts } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: "string", default: "" },
    stack: { type: "string", default: "dev" },
    steps: { type: "string", default: "Infinity" },
  },
});
let left = Number(values.steps);
const quiet = () => {};
const { result, problems } = await rehearse({
  command: "up",
  stack: values.stack,
  charts,
  sets: [],
  keep: false,
  folder: values.folder,
  report: quiet,
  progress: (line) => {
    if (/^ {2}[+~±-] /.test(line)) left -= 1;
    if (left <= 0) process.kill(process.pid, "SIGKILL");
  },
});
if (problems.length > 0) process.stderr.write(describeProblems(problems));
process.exitCode = result === "succeeded" ? 0 : 1;
