import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlainObject } from "../../components/merge.ts";
import { envelope } from "../../review/plan/mask.ts";
import { previewReview } from "../../review/preview.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { claim, database, object, workload } from "./support.ts";

/** A resource's state as the engine's preview prints it. */
function state(type: string, name: string, inputs: PlainObject, more: PlainObject = {}) {
  const urn = `urn:pulumi:prod::speckle-stacks::speckle-stacks:index:SpeckleEnvironment$${type}::${name}`;
  return {
    urn,
    custom: true,
    id: `${name}-1`,
    type,
    inputs: { ...inputs, __defaults: [] },
    outputs: inputs,
    ...more,
  };
}

function step(op: string, before?: ReturnType<typeof state>, after?: ReturnType<typeof state>) {
  const { urn } = (after ?? before) as ReturnType<typeof state>;
  return { op, urn, ...(before && { oldState: before }), ...(after && { newState: after }) };
}

describe("the review of a real preview", () => {
  const file = join(temporaryFolder("preview"), "plan.json");

  function review(document: unknown, acknowledged: string[] = []) {
    writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
    return previewReview("prod", file, acknowledged);
  }

  const vpc = "digitalocean:index/vpc:Vpc";
  const bucket = "digitalocean:index/spacesBucket:SpacesBucket";
  const cluster = "kubernetes:postgresql.cnpg.io/v1:Cluster";

  it("says that nothing changes when every step is the same", () => {
    const same = state(bucket, "files", { name: "a" });
    assert.equal(review({ steps: [step("same", same, same)] }).result, "unchanged");
  });

  it("fails on a bucket that is deleted, unless it is acknowledged", () => {
    const steps = [step("delete", state(bucket, "files", { name: "a" }))];
    const { result, effect, changes } = review({ steps });
    assert.deepEqual([result, effect, changes.length], ["failed", "data loss", 1]);
    assert.equal(review({ steps }, ["files"]).result, "changed");
  });

  it("believes the engine about what it replaces", () => {
    const [from, to] = [
      state(vpc, "network", { description: "a" }),
      state(vpc, "network", { description: "b" }),
    ];
    const steps = [
      step("create-replacement", from, to),
      step("replace", from, to),
      step("delete-replaced", from),
    ];
    assert.equal(review({ steps }).effect, "replacement");
    assert.equal(review({ steps: [step("update", from, to)] }).effect, "none");
  });

  it("knows what a refresh found: something changed by hand, something gone, and everything else as it was", () => {
    const deployment = (replicas: number) =>
      state("kubernetes:apps/v1:Deployment", "server", workload("Deployment", { replicas }));
    const service = state("kubernetes:core/v1:Service", "web", object("v1", "Service", "web"));
    const other = state(vpc, "network", { description: "a" });
    // A refresh's own step tells the state before it on both sides, as the engine prints it.
    const refreshed = [deployment(2), service, other].map((known) => step("refresh", known, known));
    assert.equal(review({ steps: refreshed }).result, "unchanged");
    const steps = [
      ...refreshed,
      step("update", deployment(5), deployment(2)),
      step("create", undefined, service),
    ];
    const found = review({ steps });
    assert.deepEqual(found.problems, []);
    assert.deepEqual(found.changes.map(({ resource }) => resource).sort(), [
      "Deployment speckle/server",
      "Service speckle/web",
    ]);
  });

  it("never takes a step of the engine's for nothing, whatever the inputs say", () => {
    const same = state(vpc, "network", { description: "a" });
    const steps = [{ ...step("update", same, same), diffReasons: ["tags"] }];
    const { result, changes } = review({ steps });
    assert.equal(result, "changed");
    assert.match(changes[0]?.words ?? "", /update because of tags/);
  });

  it("knows what goes with a replaced object", () => {
    const steps = [
      step("replace", state(cluster, "db", database()), state(cluster, "db", database({ instances: 1 }))),
    ];
    assert.equal(review({ steps }).effect, "data loss");
  });

  it("counts what is created, and what only the program's structure is, as nothing", () => {
    const component = state(
      "speckle-stacks:index:SpeckleEnvironment",
      "speckle",
      { domain: "a" },
      { custom: false },
    );
    const created = state("kubernetes:core/v1:PersistentVolumeClaim", "files", claim("1Gi"));
    const { effect, changes } = review({
      steps: [step("create", undefined, component), step("create", undefined, created)],
    });
    assert.deepEqual(
      [effect, changes.map(({ resource }) => resource)],
      ["none", ["PersistentVolumeClaim speckle/files"]],
    );
  });

  it("shows no secret of the preview (F4)", () => {
    const secret = (value: string) =>
      state("kubernetes:core/v1:Secret", "keys", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "keys", namespace: "speckle" },
        stringData: envelope({ key: value }),
      });
    const found = review({ steps: [step("update", secret("canary-a"), secret("canary-b"))] });
    assert.equal(found.changes.length, 1);
    assert.doesNotMatch(JSON.stringify(found), /canary/);
  });

  for (const [what, document, reason] of [
    ["is no JSON", "{", /cannot be read/],
    ["is a list", [], /no preview/],
    ["has steps that are none", { steps: [1] }, /no steps/],
    [
      "is of a preview that failed",
      { steps: [], diagnostics: [{ severity: "error", message: "no such chart" }] },
      /no such chart[\s\S]*preview again/,
    ],
  ] as const) {
    it(`refuses a file that ${what}`, () => assert.throws(() => review(document), reason));
  }
});
