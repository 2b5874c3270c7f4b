import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { stacksOf } from "../../rehearsal/stack-file.ts";

const root = new URL("../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const names = readdirSync(new URL("docs/workflows", root)).sort();

interface Step {
  readonly uses?: string;
  readonly if?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly strategy?: { readonly matrix: { readonly stack: string | readonly string[] } };
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
/** A token that says who asks, which AWS takes for a role. */
const signingIn = { contents: "read", "id-token": "write" };
/** Everything beyond reading the code that any job may do, and where. */
const permissions: Readonly<Record<string, Record<string, string>>> = {
  "review-comment.yml comment": { actions: "read", "pull-requests": "write" },
  "preview.yml preview": signingIn,
  "deploy.yml deploy": signingIn,
  "drift.yml drift": signingIn,
};
const reachesCloud = (job: Job) => job.steps.some(({ run = "" }) => /\bpulumi (up|preview)\b/.test(run));

const variable = (name: string) => `\${{ vars.${name} }}`;

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
        const opens = JSON.stringify(job).includes("secrets.") || job.permissions?.["id-token"];
        assert.equal(Boolean(opens), reachesCloud(job), key);
        if (!opens) continue;
        assert.ok(job.environment, `${key} takes secrets from no environment`);
        if (triggers.includes("pull_request")) assert.equal(job.if, ownBranchesOnly);
      }
    });

    it("signs in to either cloud, to AWS by a role alone, and after the packages' own scripts", () => {
      assert.doesNotMatch(source, /AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)/i);
      for (const [key, job] of jobs.filter(([, job]) => reachesCloud(job))) {
        const place = (test: (step: Step) => boolean | undefined) => job.steps.findIndex(test);
        const role = place(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
        const engine = place(({ run }) => /\bpulumi (up|preview)\b/.test(run ?? ""));
        const packages = place(({ run }) => run === "npm ci");
        assert.ok(packages >= 0 && packages < role && role < engine, key);
        const { if: condition, with: inputs } = job.steps[role] ?? {};
        assert.equal(condition, "vars.AWS_ROLE != ''");
        assert.deepEqual(inputs, {
          "role-to-assume": variable("AWS_ROLE"),
          "aws-region": variable("AWS_REGION"),
        });
        const names = Object.keys(job.steps[engine]?.env ?? {});
        for (const name of ["DIGITALOCEAN_TOKEN", "SPACES_ACCESS_KEY_ID", "SPACES_SECRET_ACCESS_KEY"])
          assert.ok(names.includes(name), `${key} ${name}`);
      }
    });

    it("names environments that this project has, in one of GitHub's for what it may do", () => {
      for (const [key, { environment, strategy }] of jobs) {
        const stacks = strategy?.matrix.stack ?? [];
        if (typeof stacks === "string") continue;
        for (const stack of stacks)
          assert.ok(stacksOf(fileURLToPath(root)).includes(stack), `${key} ${stack}`);
        // What changes an environment has credentials of its own, and nothing else has them.
        if (stacks.length > 0) assert.match(environment ?? "", /^\$\{\{ matrix\.stack \}\}-\w+$/);
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
