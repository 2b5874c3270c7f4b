import { rehearse } from "../../rehearsal/rehearse.ts";

// An up in a process of its own: a folder with a stack's file, then folders with charts.
const [folder = "", ...charts] = process.argv.slice(2);
const quiet = () => {};
await rehearse({
  command: "up",
  stack: "dev",
  charts,
  sets: [],
  keep: false,
  folder,
  report: quiet,
  progress: quiet,
});
