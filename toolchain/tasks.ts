import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeProblems } from "../components/problem.ts";
import { parsedArguments } from "./arguments.ts";
import { binaries, programs } from "./binaries.ts";
import { debianProgram } from "./debian.ts";
import { mendable } from "./mendable.ts";
import { edgeProgramNames, testProgramNames } from "./pins.ts";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string) => join(checkout, "node_modules", ".bin", name);
const mocha = join(checkout, "node_modules", "mocha", "bin", "mocha.js");

/** One command of a task; a failing one ends it. */
interface Step {
  /** Named when it fails; absent when it names its failures itself. */
  readonly what?: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

const types: Step = { what: "types", command: bin("tsc"), args: ["--noEmit", "-p", checkout] };
const lint: Step = {
  what: "format and lint",
  command: bin("biome"),
  args: ["check", "--error-on-warnings", checkout],
};
const test = (args: readonly string[], env: Record<string, string> = {}): Step => ({
  what: "tests",
  command: process.execPath,
  args: [mocha, ...args],
  env,
});

const tasks: Record<string, (args: readonly string[]) => Promise<number>> = {
  test: async (args) => {
    await binaries(report);
    await testPrograms();
    return runSteps([types, lint, test(["test/**/*.test.ts", ...args])]);
  },
  "test:edge": async (args) => {
    await edgePrograms();
    return runSteps([test(["test/edge/**/*.edge.ts", ...args])]);
  },
  start: async (args) => rehearse(["up", "dev", ...args]),
  rehearse: async (args) => rehearse(args),
  review: async (args) => runSteps([program("review", args)]),
  settings: async (args) => runSteps([program("settings", args)]),
  smoke: async (args) => runSteps([program("smoke", args)]),
  check: async () => runSteps([types, lint]),
  fix: async () => runSteps([{ ...lint, args: ["check", "--write", checkout] }]),
  golden: async () =>
    runSteps([
      test(["test/golden.test.ts", "test/rehearsal/cloud-schema.test.ts"], { UPDATE_GOLDEN: "1" }),
      test(["test/library/consumers.test.ts", "--grep", "recorded"], { UPDATE_GOLDEN: "1" }),
    ]),
  release: async (args) =>
    runSteps([
      {
        command: process.execPath,
        args: [join(checkout, "test", "support", "record-release.ts"), ...args],
      },
    ]),
  docs: async () => {
    // Reads the sources with the compiler's own parser, which no other task should wait for.
    const { pages } = await import("./docs.ts");
    mkdirSync(join(checkout, "docs"), { recursive: true });
    for (const [name, page] of Object.entries(pages)) writeFileSync(join(checkout, "docs", name), page());
    return 0;
  },
  bench: async (args) =>
    runSteps([{ command: process.execPath, args: [join(checkout, "bench", "main.ts"), ...args] }]),
  toolchain: async (args) => {
    const { values } = parsedArguments(args, { edge: { type: "boolean" } }, "npm run toolchain [-- --edge]");
    const found = await (values.edge ? edgePrograms() : binaries(report));
    for (const [name, path] of Object.entries(found)) process.stdout.write(`${name}\t${path}\n`);
    return 0;
  },
};

process.exitCode = await runTask(process.argv[2] ?? "", process.argv.slice(3));

async function runTask(name: string, args: readonly string[]): Promise<number> {
  const task = tasks[name];
  if (!task) {
    report(`there is no task ${name || "without a name"}: ${Object.keys(tasks).join(", ")}`);
    return 2;
  }
  try {
    return await task(args);
  } catch (error) {
    report(describeProblems(mendable(error)));
    return 1;
  }
}

/** All that `npm run test:edge` runs. */
async function edgePrograms(): Promise<Record<string, string>> {
  return {
    ...(await binaries(report)),
    ...(await programs(edgeProgramNames, report)),
    haproxy: debianProgram("haproxy", report),
    chromium: debianProgram("chromium", report),
  };
}

/** Not worth failing for: without one a test says what it did not try, and fails in continuous integration alone. */
async function testPrograms(): Promise<void> {
  for (const make of [() => programs(testProgramNames, report), () => debianProgram("chromium", report)]) {
    try {
      await make();
    } catch (error) {
      report(describeProblems(mendable(error)));
    }
  }
}

function rehearse(args: readonly string[]): number {
  return runSteps([program("rehearsal", args)]);
}

/** A folder's own command line; it names its failures itself. */
function program(folder: string, args: readonly string[]): Step {
  return { command: process.execPath, args: [join(checkout, folder, "cli.ts"), ...args] };
}

function runSteps(steps: readonly Step[]): number {
  for (const { what, command, args, env } of steps) {
    const { status } = spawnSync(command, args, {
      cwd: checkout,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    if (status !== 0) {
      if (what) report(`${what}: failed`);
      return status ?? 1;
    }
  }
  return 0;
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
