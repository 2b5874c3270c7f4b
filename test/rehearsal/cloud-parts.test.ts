import assert from "node:assert/strict";
import fc from "fast-check";
import { droplet, instance } from "../../components/cluster/machines.ts";
import { addressIn, isCidr, isWithin, overlaps } from "../../rehearsal/providers/cloud/cidr.ts";
import { amount, fitsOn } from "../../rehearsal/providers/cloud/fit.ts";
import { accessOf, kubeconfigFor, withoutExec } from "../../rehearsal/providers/cloud/kubeconfig.ts";
import { type NodePool, nodesAfter, poolsToGrow } from "../../rehearsal/providers/cloud/pools.ts";
import { changedPaths } from "../../rehearsal/providers/cloud/schema.ts";
import { secretValue } from "../../rehearsal/providers/marshal.ts";

const taint = { key: "k", value: "v", effect: "NoSchedule" };
const node = { name: "n", labels: { role: "heavy" }, taints: [taint], cpu: "3900m", memory: "6Gi" };

function pod(spec: object = {}, status: object = {}) {
  const own = { tolerations: [{ key: "k", operator: "Equal", value: "v" }], containers: [], ...spec };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "d" }, spec: own, status };
}

function requesting(cpu: string, memory: string) {
  return { containers: [{ resources: { requests: { cpu, memory } } }] };
}

describe("ranges of addresses", () => {
  const pairs: [one: unknown, other: unknown, overlap: boolean, within: boolean][] = [
    ["10.0.0.0/16", "10.0.1.0/24", true, false],
    ["10.0.1.0/24", "10.0.0.0/16", true, true],
    ["10.0.0.0/24", "10.0.1.0/24", false, false],
    ["0.0.0.0/0", "255.255.255.255/32", true, false],
    ["10.0.0.0/33", "10.0.0.0/8", false, false],
    ["10.0.0.256/24", "10.0.0.0/8", false, false],
    [undefined, "10.0.0.0/8", false, false],
  ];
  for (const [one, other, overlap, within] of pairs) {
    it(`${one} and ${other} ${overlap ? "overlap" : "do not overlap"}`, () => {
      assert.deepEqual(
        [overlaps(one, other), overlaps(other, one), isWithin(one, other)],
        [overlap, overlap, within],
      );
    });
  }

  it("begin where they say, and every address of them is within", () => {
    const range = fc.record({
      address: fc.ipV4(),
      prefix: fc.integer({ min: 1, max: 32 }),
      offset: fc.nat(),
    });
    fc.assert(
      fc.property(range, ({ address, prefix, offset }) => {
        const cidr = `${address}/${prefix}`;
        assert.ok(isWithin(`${addressIn(cidr, offset)}/32`, cidr));
        assert.ok(isCidr(`${addressIn(cidr, 0)}/${prefix}`));
      }),
    );
    assert.ok(!isCidr("10.0.0.1/24"));
    assert.throws(() => addressIn("ten", 0), /ten is no range of addresses/);
  });
});

describe("changed paths", () => {
  const cases: [olds: unknown, news: unknown, paths: string[]][] = [
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2, b: 1 }, ["a", "b"]],
    [{ a: { b: [1, 2] } }, { a: { b: [1] } }, ["a.b[1]"]],
    [{ a: { b: 1 } }, {}, ["a.b"]],
    [{}, { a: {} }, ["a"]],
    [{ a: [] }, { a: {} }, ["a"]],
    [{ a: secretValue("x") }, { a: "x" }, []],
    [{ a: secretValue("x") }, { a: secretValue("y") }, ["a"]],
    [{ a: undefined }, { a: null }, []],
  ];
  for (const [olds, news, paths] of cases) {
    it(`from ${JSON.stringify(olds)} to ${JSON.stringify(news)} are ${paths.join(", ") || "none"}`, () =>
      assert.deepEqual(changedPaths(olds, news), paths));
  }

  it("are none between equal values, and some between different ones", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (inputs, key) => {
        assert.deepEqual(changedPaths(inputs, structuredClone(inputs)), []);
        assert.notDeepEqual(changedPaths(inputs, { ...inputs, [key]: "another value" }), []);
      }),
    );
  });
});

describe("machines", () => {
  const cases: [size: string, machine: object | undefined][] = [
    ["s-4vcpu-8gb", { cpu: "3900m", memory: "6144Mi", pods: "110" }],
    ["s-4vcpu-8gb-intel", { cpu: "3900m", memory: "6144Mi", pods: "110" }],
    ["c-4", { cpu: "3900m", memory: "6144Mi", pods: "110" }],
    ["s-5vcpu-8gb", undefined],
  ];
  for (const [size, machine] of cases) it(`droplet ${size}`, () => assert.deepEqual(droplet(size), machine));

  const instances: [type: string, machine: object | undefined][] = [
    // 8192 MiB less 7.5 %, less 255 + 11 * 29, less 100.
    ["m7i.large", { cpu: "1930m", memory: "6903Mi", pods: "29" }],
    ["t3.medium", { cpu: "1930m", memory: "3246Mi", pods: "17" }],
    ["m5.xlarge", { cpu: "3920m", memory: "14162Mi", pods: "58" }],
    ["m9.large", undefined],
    ["m5.nano", undefined],
  ];
  for (const [type, machine] of instances)
    it(`instance ${type}`, () => assert.deepEqual(instance(type), machine));
});

describe("a pod fits on a node", () => {
  const cases: [what: string, spec: object, fits: boolean][] = [
    ["that it tolerates", {}, true],
    ["that it selects", { nodeSelector: { role: "heavy" } }, true],
    ["not when it selects another", { nodeSelector: { role: "general" } }, false],
    ["not when it does not tolerate the taint", { tolerations: [] }, false],
    ["when it tolerates everything", { tolerations: [{ operator: "Exists" }] }, true],
    [
      "not when it tolerates another effect",
      { tolerations: [{ key: "k", value: "v", effect: "NoExecute" }] },
      false,
    ],
    ["up to its CPU", requesting("3900m", "1Gi"), true],
    ["not beyond its CPU", requesting("4", "1Gi"), false],
    ["not beyond its memory", requesting("1", "6145Mi"), false],
  ];
  for (const [what, spec, fits] of cases) it(what, () => assert.equal(fitsOn(pod(spec), node), fits));

  it("by amounts that are amounts", () => {
    assert.deepEqual([amount("500m"), amount("1Gi"), amount("2"), amount(3)], [0.5, 2 ** 30, 2, 3]);
    assert.throws(() => amount("many"), /"many" is no Kubernetes quantity/);
  });
});

describe("a pool", () => {
  const pool: NodePool = {
    name: "heavy",
    label: { key: "pool", value: "heavy" },
    least: 1,
    most: 3,
    wanted: 2,
    autoscaler: "cloud",
    node: (index) => ({ ...node, name: `heavy-${index}`, labels: { ...node.labels, pool: "heavy" } }),
  };
  const sizes: [
    what: string,
    own: Partial<NodePool>,
    current: number,
    previous: Partial<NodePool> | undefined,
    after: number,
  ][] = [
    ["has what it wants", { autoscaler: "none" }, 0, undefined, 2],
    ["begins with what it wants", {}, 0, undefined, 2],
    ["keeps what it grew to", {}, 3, {}, 3],
    ["goes down to its maximum", { most: 2 }, 3, {}, 2],
    ["goes up to its minimum", { least: 3 }, 1, {}, 3],
    ["follows a new wish", { wanted: 1 }, 3, {}, 1],
  ];
  for (const [what, own, current, previous, after] of sizes) {
    it(what, () =>
      assert.equal(nodesAfter({ ...pool, ...own }, current, previous && { ...pool, ...previous }), after),
    );
  }

  const waiting = { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] };
  const nodeOf = (name: string) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { pool: "heavy" } },
  });
  const grows = (nodes: string[], pods: ReturnType<typeof pod>[]) =>
    poolsToGrow([pool], nodes.map(nodeOf), pods).map(({ name }) => name);
  const onNode = (name: string) => pod({ nodeName: name });

  it("grows for a pod that waits and fits, up to its maximum", () => {
    assert.deepEqual(grows([], [pod({}, waiting)]), ["heavy"]);
    assert.deepEqual(grows(["a"], [onNode("a"), pod({}, waiting)]), ["heavy"]);
    assert.deepEqual(grows(["a", "b", "c"], [...["a", "b", "c"].map(onNode), pod({}, waiting)]), []);
  });

  it("does not grow for a pod that runs, that would not fit, or that an empty node does not help", () => {
    assert.deepEqual(grows([], [pod()]), []);
    assert.deepEqual(grows([], [pod({ tolerations: [] }, waiting)]), []);
    assert.deepEqual(grows(["a"], [pod({}, waiting)]), []);
  });
});

describe("a kubeconfig in the rehearsal", () => {
  const access = { server: "https://127.0.0.1:6443", authority: "Y2E=", context: "kwok", user: {} };
  const rehearsal = kubeconfigFor(access, { token: "rehearsal" });
  const exec = { exec: { command: "aws", args: ["eks", "get-token"] } };

  it("that asks a cloud's program gets the rehearsal's credentials, and keeps its context", () => {
    const given = kubeconfigFor({ ...access, context: "eks" }, exec);
    const { user, context, server } = accessOf(withoutExec(given, rehearsal));
    assert.deepEqual([user, context, server], [{ token: "rehearsal" }, "eks", access.server]);
  });

  it("with credentials of its own stays as it is", () => {
    const expired = kubeconfigFor(access, { token: "expired" });
    assert.equal(withoutExec(expired, rehearsal), expired);
  });

  it("of another server is refused, so that nothing is rehearsed there", () => {
    for (const user of [exec, { token: "real" }]) {
      const elsewhere = kubeconfigFor({ ...access, server: "https://example.org" }, user);
      assert.throws(() => withoutExec(elsewhere, rehearsal), /its own control plane alone.*example\.org/);
    }
  });

  it("that names no cluster is refused", () => {
    assert.throws(() => accessOf("contexts: []"), /names no cluster/);
  });
});
