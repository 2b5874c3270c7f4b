import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const names = readdirSync(new URL("docs/workflows", root)).sort();

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: string | Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const ownBranchesOnly = "github.event.pull_request.head.repo.full_name == github.repository";
/** Everything beyond reading the code that any job may do, and where. */
const permissions: Readonly<Record<string, Record<string, string>>> = {
  "review-comment.yml comment": { actions: "read", "pull-requests": "write" },
};

for (const name of names) {
  const source = text(`docs/workflows/${name}`);
  const workflow = parse(source) as Workflow;
  const triggers = typeof workflow.on === "string" ? [workflow.on] : Object.keys(workflow.on);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  describe(`the workflow ${name}`, () => {
    it("pins every action to a commit, and says which version that is", () => {
      const uses = source.split("\n").filter((line) => line.includes("uses:"));
      assert.equal(uses.length, steps.filter((step) => step.uses).length);
      for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it("gives each job the least it needs", () => {
      assert.deepEqual(workflow.permissions, {});
      for (const [key, job] of jobs)
        assert.deepEqual(job.permissions, permissions[`${name} ${key}`] ?? { contents: "read" }, key);
    });

    it("is never started with the rights of this repository on a stranger's code", () => {
      assert.ok(!triggers.includes("pull_request_target"));
      if (triggers.includes("workflow_run"))
        assert.ok(steps.every(({ uses = "", run }) => !uses.startsWith("actions/checkout@") && !run));
    });

    it("has no secret where a fork's code runs (F17)", () => {
      for (const [key, job] of jobs) {
        if (!JSON.stringify(job).includes("secrets.")) continue;
        assert.ok(job.environment, `${key} takes secrets from no environment`);
        if (triggers.includes("pull_request")) assert.equal(job.if, ownBranchesOnly);
      }
    });

    it("keeps what strangers write out of its scripts", () => {
      for (const step of steps) {
        assert.doesNotMatch(step.run ?? "", /\$\{\{/);
        assert.doesNotMatch(String(step.with?.script ?? ""), /\$\{\{/);
      }
    });

    it("leaves no token in the working copy", () => {
      for (const { uses = "", with: inputs } of steps)
        if (uses.startsWith("actions/checkout@")) assert.equal(inputs?.["persist-credentials"], false);
    });

    it("ends by itself, and never cuts off what changes an environment", () => {
      for (const [key, job] of jobs) {
        assert.ok(job["timeout-minutes"], key);
        if (!job.steps.some(({ run }) => run?.includes("pulumi up"))) continue;
        assert.equal(job.concurrency?.["cancel-in-progress"], false);
        assert.ok(job.environment);
      }
    });

    it("runs commands this project has", () => known(source));
  });
}

describe("the page about continuous integration", () => {
  const page = text("docs/continuous-integration.md");

  it("names every workflow there is", () => {
    assert.deepEqual([...page.matchAll(/^\| `([\w-]+\.yml)` /gm)].map(([, name]) => name).sort(), names);
  });

  it("has the same commands as the workflows", () => known(page));
});

function known(source: string): void {
  const { scripts } = JSON.parse(text("package.json"));
  for (const [, script = ""] of source.matchAll(/npm run (?:--silent )?([\w-]+)/g))
    assert.ok(scripts[script], script);
}
