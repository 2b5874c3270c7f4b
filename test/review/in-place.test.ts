import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { PlainObject } from "../../components/merge.ts";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { stackFile } from "../../rehearsal/stack-file.ts";
import { withIgnored } from "../../review/plan/ignored.ts";
import { masker } from "../../review/plan/mask.ts";
import type { Plan, PlannedResource } from "../../review/plan/plan.ts";
import { planOf } from "../../review/plan/plans.ts";
import { Renderer } from "../../review/plan/render.ts";
import { registeredBy } from "../../review/plan/side.ts";
import { workingTree } from "../../review/plan/tree.ts";
import { compare } from "../../review/review.ts";
import { cacheDirectory, programs } from "../../toolchain/binaries.ts";
import { stackText } from "../support/graph.ts";
import { Checkout } from "./checkout.ts";
import { resource } from "./support.ts";

const cluster = { type: "existing", kubeconfig: "./kubeconfig", context: "office", storageClass: "fast" };
const base = { preset: "small", domain: "speckle.example.com", cluster };
const cache = ["speckle-cache-valkey"];
const gate = { podLabels: { app: "proxy" } };
const email = { host: "mail.example.com", port: 587, from: "s@example.com", username: "speckle" };

/** Changes of settings, and what loses its data by them. */
const changes: readonly (readonly [what: string, change: PlainObject, lost: readonly string[]])[] = [
  ["the preset production", { preset: "production" }, cache],
  ["the preset large", { preset: "large" }, cache],
  [
    "the preset dev, with less of everything",
    { preset: "dev" },
    [...cache, "Cluster speckle/speckle-postgres", "PersistentVolumeClaim speckle/speckle-object-store-data"],
  ],
  ["a larger cache with the same volume", { cache: { memoryMi: 1024 } }, []],
  ["a larger volume of the cache", { cache: { storage: "8Gi" } }, cache],
  [
    "larger volumes of the other stores",
    { postgres: { storage: "90Gi" }, objectStore: { storage: "90Gi" } },
    [],
  ],
  ["another class of volumes", { cluster: { ...cluster, storageClass: "slow" } }, []],
  ["ports of the nodes", { cluster: { ...cluster, exposure: { type: "nodePort" } } }, []],
  ["IFC import", { ifcImport: true }, []],
  ["another importer and every right outside", { ifcImport: true, outbound: "all", telemetry: true }, []],
  ["restricted pods", { podSecurity: "restricted" }, []],
  ["a mail server", { email, emailPassword: "p" }, []],
  ["a sign-in page", { gate }, []],
  ["other people", { registration: "open", allowFrom: ["203.0.113.0/24"] }, []],
  ["another certificate", { certificate: { mode: "ownAuthority" } }, []],
  ["new passwords", { rotate: { postgres: 1, cache: 1, objectStore: 1, session: 1 } }, []],
  ["larger uploads", { uploads: { fileMb: 500 } }, []],
  ["more pods", { workloads: { server: { replicas: 3 } } }, []],
];

describe("a change of settings on a running environment", function () {
  this.timeout(480_000);
  const checkout = new Checkout();
  const plans = new Map<string, Plan>();

  before(async () => {
    for (const [what, change] of [["base", {}], ...changes] as const) {
      checkout.write(`Pulumi.${stackOf(what)}.yaml`, stackText({ ...base, ...change }));
    }
    checkout.write("kubeconfig", "{}");
    const { helm } = await programs(["helm"], () => {});
    const key = randomBytes(32).toString("hex");
    const quiet = { cache: cacheDirectory(), report: () => {} };
    const renderer = new Renderer({ helm, folders: chartFolders(), mask: masker(key), ...quiet });
    const stacks = ["base", ...changes.map(([what]) => what)].map(stackOf);
    let earlier: readonly PlannedResource[] = [];
    const files = stacks.map((stack) => stackFile(checkout.folder, stack));
    for await (const registered of registeredBy(workingTree(checkout.folder), files, key)) {
      assert.ok("resources" in registered, JSON.stringify(registered));
      const resources = withIgnored(registered.resources, earlier);
      if (earlier.length === 0) earlier = resources;
      plans.set(registered.stack, await planOf({ ...registered, resources }, renderer));
    }
    renderer.dispose();
  });

  for (const [what, , lost] of changes) {
    it(`to ${what} ${lost.length > 0 ? `is known to lose ${lost.join(", ")}` : "loses nothing"}, and never stops halfway`, () => {
      const [before, after] = [plans.get("base"), plans.get(stackOf(what))];
      assert.ok(before && after);
      const found = compare(before, after).changes;
      assert.ok(found.length > 0);
      assert.deepEqual(
        found.filter(({ words }) => words.includes("cannot be changed")).map(({ resource }) => resource),
        [],
      );
      const losing = found.filter(({ effect }) => effect === "data loss").map(({ resource }) => resource);
      assert.deepEqual([...new Set(losing)].sort(), [...lost].sort());
    });
  }

  it("to larger uploads is told of all that changes: Speckle, Traefik's limit and its disk (F45)", () => {
    const [before, after] = [plans.get("base"), plans.get(stackOf("larger uploads"))];
    assert.ok(before && after);
    const { changes: found, effect } = compare(before, after);
    assert.equal(effect, "rolling restart");
    const restarting = found.filter((one) => one.effect === "rolling restart");
    assert.deepEqual([...new Set(restarting.map(({ resource }) => resource))].sort(), [
      "Deployment speckle/speckle-frontend-2",
      "Deployment speckle/speckle-objects",
      "Deployment speckle/speckle-server",
      "Deployment traefik/traefik",
    ]);
    const limit = found.find(({ resource }) => resource === "Middleware speckle/speckle-body-file");
    assert.match(limit?.words ?? "", /^105906176 → 525336576: Traefik takes it up at once$/);
  });
});

function stackOf(what: string): string {
  return what.replaceAll(/[^a-zA-Z]+/g, "-");
}

describe("what a program says to ignore", () => {
  const one = (inputs: PlainObject, ignoreChanges: string[] = []) =>
    resource("a:b:C", "thing", inputs, { ignoreChanges });
  const rows: [what: string, before: PlainObject, after: PlainObject, path: string, seen: PlainObject][] = [
    ["a changed value", { a: { b: 1 } }, { a: { b: 2, c: 3 } }, "a.b", { a: { b: 1, c: 3 } }],
    ["an added value", { a: {} }, { a: { b: 2, c: 3 } }, "a.b", { a: { c: 3 } }],
    ["a removed value", { a: { b: 1 } }, { a: { c: 3 } }, "a.b", { a: { b: 1, c: 3 } }],
    ["a value where nothing was", { c: 3 }, { c: 3 }, "a.b", { c: 3 }],
    ["everything", { a: 1 }, { a: 2, b: 3 }, "a", { a: 1, b: 3 }],
  ];
  for (const [what, earlier, later, path, seen] of rows) {
    it(`stays as it was: ${what}`, () => {
      assert.deepEqual(withIgnored([one(later, [path])], [one(earlier)])[0]?.inputs, seen);
    });
  }
});
