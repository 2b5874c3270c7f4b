import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chartFolders } from "../rehearsal/charts/folders.ts";
import { stopControlPlane } from "../rehearsal/control-plane/control-plane.ts";
import { checkout, homeOf } from "../rehearsal/home.ts";
import type { Outcome } from "../rehearsal/outcome.ts";
import { stackFile } from "../rehearsal/stack-file.ts";
import { classify } from "../review/effects/classify.ts";
import type { PlannedResource } from "../review/plan/plan.ts";
import { type Tree, treeOf, workingTree } from "../review/plan/tree.ts";
import { cacheDirectory } from "../toolchain/binaries.ts";
import { plan } from "./review/support.ts";
import { itIsNotTried } from "./support/missing.ts";
import { type Essence, essence, planned, type Release, registrationsOf } from "./support/release.ts";
import { assertUnchanged, stageIn } from "./support/stage.ts";
import { temporaryFolder } from "./support/temporary.ts";

const folder = new URL("golden/releases/", import.meta.url);
const releases = readdirSync(folder)
  .map((file): [string, Release] => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(new URL(file, folder), "utf8")),
  ])
  .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));

/** What is replaced or given up on purpose in the state of a release, and why. */
const onPurpose: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "0.0.1": {
    "speckle-cluster-nodes": "kind's cluster was made anew whenever its configuration had another digest",
    "speckle-cluster-kubernetes": "the digest was part of the cluster's identity",
  },
  "0.1.0": {
    "speckle-namespaces-refusal": "clouds' clusters are new enough to repair pods, and enforce restricted",
    "speckle-namespaces-refusal-binding": "as above",
  },
};

describe("state that an earlier release made", function () {
  this.timeout(240_000);

  for (const [name, { stacks }] of releases) {
    describe(name, () => {
      const folder = temporaryFolder("release");
      let now: Record<string, readonly PlannedResource[]>;
      before(async () => {
        for (const [stack, { settings }] of Object.entries(stacks))
          writeFileSync(stackFile(folder, stack), settings);
        now = await registrationsOf(workingTree(checkout), folder);
      });

      for (const [stack, { resources: earlier }] of Object.entries(stacks)) {
        it(`is taken over whole: ${stack}, with nothing replaced and no data lost`, () => {
          const later = now[stack] ?? [];
          const known = new Set(later.flatMap(({ urn, aliases }) => [urn, ...aliases]));
          const allowed = Object.keys(onPurpose[name] ?? {});
          const gone = earlier.map(({ urn }) => urn).filter((urn) => !known.has(urn));
          assert.deepEqual(
            gone.filter((urn) => !allowed.some((resource) => urn.endsWith(`::${resource}`))),
            [],
          );
          const unforeseen = dangers(earlier, later).filter(
            (words) => !allowed.some((resource) => words.startsWith(`${resource} `)),
          );
          assert.deepEqual(unforeseen, []);
        });
      }
    });
  }

  it("would show a change that replaces something, and one that forgets something", () => {
    const [, { stacks }] = releases.at(-1) ?? assert.fail();
    const earlier = stacks.staging?.resources ?? [];
    const same = earlier.map(planned);
    assert.deepEqual(dangers(earlier, same), []);
    const moved = earlier.map((one) =>
      one.urn.endsWith("speckle-cluster-control-plane")
        ? { ...one, inputs: { ...one.inputs, region: "ams3" } }
        : one,
    );
    assert.match(String(dangers(moved, same)), /speckle-cluster-control-plane region/);
    const without = same.filter(({ name }) => name !== "speckle-postgres-server");
    assert.match(String(dangers(earlier, without)), /speckle-postgres-server/);
  });
});

/** Changes that replace something or lose data, in words. */
function dangers(earlier: readonly Essence[], later: readonly PlannedResource[]): string[] {
  const before = plan(earlier.map(planned));
  const after = plan(later.map((resource) => ({ ...resource, ...essence(resource) })));
  return classify(before, after)
    .filter(({ effect }) => effect === "replacement" || effect === "data loss")
    .map(({ resource, path, words }) => `${resource} ${path}: ${words}`);
}

const [newest, release] = releases.at(-1) ?? assert.fail("no release is recorded");
const isHere =
  spawnSync("git", ["cat-file", "-e", `${release.commit}^{commit}`], { cwd: checkout }).status === 0;

describe(`dev of the release ${newest}`, function () {
  if (!isHere)
    return itIsNotTried(`its commit ${release.commit} is not in this clone`, "clone with every commit");
  this.timeout(1_200_000);
  let tree: Tree;
  let end: () => Promise<unknown>;
  before(() => {
    tree = treeOf(release.commit, { checkout, cache: cacheDirectory(), report: () => {} });
    // In a folder of its own also where the checkout's program is the release's.
    if (tree.folder === checkout)
      symlinkSync(join(checkout, "node_modules"), join(tree.stacks, "node_modules"));
    end = () => stopControlPlane(homeOf("dev", tree.stacks));
  });
  after(async () => {
    try {
      await end?.();
    } finally {
      tree?.dispose();
    }
  });

  it("is upgraded where it runs, by the real engine: nothing is replaced, and every pod is ready again", async () => {
    const first = released("up");
    assert.deepEqual([first.result, first.problems], ["succeeded", []]);
    const { run } = stageIn(tree.stacks, "dev");
    const preview = await run("preview");
    assert.deepEqual([preview.problems, preview.operations.replace, preview.operations.delete], [[], 0, 0]);
    const up = await run("up");
    assert.deepEqual([up.problems, up.operations], [[], preview.operations]);
    assert.ok(up.pods.length >= 12 && up.pods.every(({ ready }) => ready));
    assertUnchanged(await run("up"));
  });

  /** A command of the release's own rehearsal. */
  function released(command: string): Outcome {
    const charts = chartFolders().flatMap((folder) => ["--charts", folder]);
    const args = [join(tree.stacks, "rehearsal", "cli.ts"), command, "dev", "--json", ...charts];
    return JSON.parse(
      execFileSync(process.execPath, args, { cwd: tree.stacks, encoding: "utf8", stdio: "pipe" }),
    );
  }
});
