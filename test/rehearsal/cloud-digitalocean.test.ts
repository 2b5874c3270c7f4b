import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { planFacts } from "../../components/data/plans.ts";
import type { Fault } from "../../rehearsal/providers/cloud/faults.ts";
import { accessOf } from "../../rehearsal/providers/cloud/kubeconfig.ts";
import { digitaloceanProvider } from "../../rehearsal/providers/digitalocean/provider.ts";
import { secretValue, unknownMark } from "../../rehearsal/providers/marshal.ts";
import type { Properties } from "../../rehearsal/providers/plugin.ts";
import { canaryKey, cloudBench, type Held } from "../support/cloud.ts";

const vpc = "digitalocean:index/vpc:Vpc";
const cluster = "digitalocean:index/kubernetesCluster:KubernetesCluster";
const nodePool = "digitalocean:index/kubernetesNodePool:KubernetesNodePool";
const database = "digitalocean:index/databaseCluster:DatabaseCluster";
const firewall = "digitalocean:index/databaseFirewall:DatabaseFirewall";
const bucket = "digitalocean:index/spacesBucket:SpacesBucket";
const key = "digitalocean:index/spacesKey:SpacesKey";

const clusterInputs = {
  name: "staging",
  region: "fra1",
  version: "1.36.1-do.0",
  ha: false,
  nodePool: { name: "default", size: "s-2vcpu-4gb", nodeCount: 1 },
};
const taint = { key: "speckle.systems/workload", value: "heavy", effect: "NoSchedule" };
const heavyInputs = {
  size: "s-4vcpu-8gb",
  autoScale: true,
  minNodes: 0,
  maxNodes: 3,
  nodeCount: 1,
  labels: { "speckle.systems/workload": "heavy" },
  taints: [taint],
};
const databaseInputs = {
  name: "staging-pg",
  engine: "pg",
  version: "16",
  size: "db-s-1vcpu-2gb",
  nodeCount: 1,
  region: "fra1",
};

describe("the simulated DigitalOcean", () => {
  let bench: ReturnType<typeof cloudBench>;
  const begin = (options: Parameters<typeof cloudBench>[1] = {}) => {
    bench = cloudBench(digitaloceanProvider, options);
  };
  beforeEach(() => begin());

  it("takes the nodes of a pool away that a crash left half-way, before it makes the pool anew (F13)", async () => {
    const { id } = await bench.make(cluster, "cluster", clusterInputs);
    const { open } = await bench.make(nodePool, "heavy", { ...heavyInputs, clusterId: id });
    const contents = JSON.parse(readFileSync(bench.state, "utf8"));
    for (const record of contents.records) record.creating = record.type === nodePool;
    writeFileSync(bench.state, JSON.stringify(contents));
    const again = await bench.make(nodePool, "heavy", { ...heavyInputs, clusterId: id });
    assert.notEqual(again.open.name, open.name);
    assert.deepEqual([...bench.nodes.keys()].sort(), ["default", again.open.name].sort());
  });

  const wrongInputs: [what: string, type: string, inputs: Properties, reason: RegExp][] = [
    [
      "an unknown input",
      vpc,
      { region: "fra1", ipRanges: "10.0.0.0/16" },
      /ipRanges .* no such input; did you mean ipRange/,
    ],
    ["a missing input", vpc, {}, /region is required/],
    ["a wrong type", vpc, { region: 3 }, /region must be of type string/],
    [
      "a missing input inside",
      cluster,
      { ...clusterInputs, nodePool: { name: "x" } },
      /nodePool.size is required/,
    ],
    ["no list", nodePool, { clusterId: "x", size: "s", tags: "a" }, /tags must be a list/],
    [
      "EKS's name of an effect",
      nodePool,
      { ...heavyInputs, clusterId: "x", taints: [{ ...taint, effect: "NO_SCHEDULE" }] },
      /taints\[0\].effect must be one of NoSchedule/,
    ],
    [
      "a taint without a value",
      nodePool,
      { ...heavyInputs, clusterId: "x", taints: [{ key: "a", effect: "NoSchedule" }] },
      /taints\[0\].value is required/,
    ],
  ];
  for (const [what, type, inputs, reason] of wrongInputs) {
    it(`refuses ${what}, by its path`, () => assert.rejects(bench.make(type, "one", inputs), reason));
  }

  it("refuses a type it does not have, by its name", () =>
    assert.rejects(
      bench.make("digitalocean:index/app:App", "app", {}),
      /digitalocean:index\/app:App is not simulated/,
    ));

  it("accepts what is not known yet", async () => {
    const inputs = { ...heavyInputs, clusterId: unknownMark, taints: unknownMark };
    const { failures } = await bench.provider.check({ urn: "a::b::c::d", type: nodePool }, inputs, {
      olds: {},
      seed: "",
    });
    assert.deepEqual(failures, []);
  });

  const refusals: [what: string, type: string, inputs: Properties, reason: RegExp][] = [
    ["an unknown region", vpc, { region: "mars1" }, /region "mars1" does not exist/],
    ["a public range", vpc, { region: "fra1", ipRange: "8.8.0.0/16" }, /no private range/],
    ["a range that begins elsewhere", vpc, { region: "fra1", ipRange: "10.0.0.1/16" }, /no private range/],
    ["an unknown version", cluster, { ...clusterInputs, version: "1.36" }, /version "1.36" is not offered/],
    [
      "an unknown machine size",
      cluster,
      { ...clusterInputs, nodePool: { name: "x", size: "s-3vcpu-5gb", nodeCount: 1 } },
      /size "s-3vcpu-5gb" of pool x is not offered/,
    ],
    [
      "ranges of pods and services that overlap",
      cluster,
      { ...clusterInputs, clusterSubnet: "10.244.0.0/15" },
      /clusterSubnet 10.244.0.0\/15 and serviceSubnet 10.245.0.0\/16 overlap/,
    ],
    ["a network that is not there", cluster, { ...clusterInputs, vpcUuid: "none" }, /vpcUuid names Vpc none/],
    [
      "the Redis engine (F29)",
      database,
      { ...databaseInputs, engine: "redis" },
      /engine "redis" is not offered/,
    ],
    ["an unknown plan", database, { ...databaseInputs, size: "db-huge" }, /size "db-huge" is not offered/],
    [
      "a standby on the smallest plan",
      database,
      { ...databaseInputs, size: "db-s-1vcpu-1gb", nodeCount: 2 },
      /no standby nodes/,
    ],
  ];
  for (const [what, type, inputs, reason] of refusals) {
    it(`does not create ${what}`, () => assert.rejects(bench.make(type, "one", inputs), reason));
  }

  it("does not create a network whose range another has", async () => {
    await bench.make(vpc, "one", { region: "fra1", ipRange: "10.10.0.0/16" });
    const other = bench.make(vpc, "two", { region: "ams3", ipRange: "10.10.16.0/20" });
    await assert.rejects(other, /ipRange 10.10.16.0\/20 overlaps with VPC one-\w+, which has 10.10.0.0\/16/);
  });

  it("replaces the cluster for another default size, a network or an older version, and not for its pool's count (F22)", async () => {
    const one = await bench.make(cluster, "cluster", clusterInputs);
    const cases: [Properties, string[]][] = [
      [{ nodePool: { ...clusterInputs.nodePool, size: "s-4vcpu-8gb" } }, ["nodePool.size"]],
      [{ nodePool: { ...clusterInputs.nodePool, nodeCount: 2 } }, []],
      [{ region: "ams3" }, ["region"]],
      [{ version: "1.35.1-do.1" }, ["version"]],
      [{ surgeUpgrade: false }, []],
    ];
    for (const [change, replaces] of cases) {
      const diff = await bench.diff(one, change);
      assert.deepEqual(diff.replaces, replaces);
      assert.equal(diff.deleteBeforeReplace, replaces.length > 0, "its name is fixed");
      assert.ok(diff.changes.length > 0);
    }
    assert.deepEqual((await bench.diff(one, {})).changes, []);
  });

  it("makes nodes of pools, keeps an autoscaled pool's number, and makes a new pool before the old one goes", async () => {
    const { id: clusterId } = await bench.make(cluster, "cluster", clusterInputs);
    const heavy = await bench.make(nodePool, "heavy", { ...heavyInputs, clusterId });
    assert.equal(bench.nodes.get(heavy.open.name), 1);
    bench.nodes.set(heavy.open.name, 3);
    await bench.update(heavy, { maxNodes: 2 });
    assert.equal(bench.nodes.get(heavy.open.name), 2);
    const { replaces, deleteBeforeReplace } = await bench.diff(heavy, { size: "s-8vcpu-16gb" });
    assert.deepEqual([replaces, deleteBeforeReplace], [["size"], false]);
    await bench.remove(heavy);
    assert.deepEqual([...bench.nodes], [["default", 1]]);
  });

  it("needs a first node for a pool that may be empty (F24)", async () => {
    const { id: clusterId } = await bench.make(cluster, "cluster", clusterInputs);
    const { nodeCount: _, ...without } = heavyInputs;
    await assert.rejects(
      bench.make(nodePool, "heavy", { ...without, clusterId }),
      /needs a nodeCount to start with/,
    );
  });

  it("has a second cluster refused, since there is one control plane", async () => {
    await bench.make(cluster, "one", clusterInputs);
    await assert.rejects(bench.make(cluster, "two", { ...clusterInputs, name: "two" }), /one control plane/);
  });

  it("keeps its memory for its owner, without any secret, and finds it again in another process", async () => {
    const made = await bench.make(database, "database", databaseInputs);
    const access = await bench.make(key, "key", { name: "blobs" });
    await bench.make(cluster, "cluster", clusterInputs);
    assert.equal(statSync(bench.state).mode & 0o777, 0o600);
    const text = readFileSync(bench.state, "utf8");
    const secrets = [made.open.password, access.open.secretKey, canaryKey];
    for (const secret of secrets) assert.ok(secret.length > 10 && !text.includes(secret));
    const again = digitaloceanProvider({ state: bench.state, host: {} as never });
    assert.deepEqual(
      again.leftovers().map(({ name }) => name),
      ["database", "key", "cluster"],
    );
  });

  it("makes up a name once, keeps it, and makes up another for what replaces it", async () => {
    const resource = { type: vpc, urn: "urn:pulumi:s::p::t::network" };
    const nameOf = async (inputs: Properties, olds: Properties) =>
      (await bench.provider.check(resource, { region: "fra1", ...inputs }, { olds, seed: "" })).inputs;
    const first = await nameOf({}, {});
    assert.match(String(first.name), /^network-[0-9a-f]{7}$/);
    assert.equal((await nameOf({}, first)).name, first.name);
    assert.notEqual((await nameOf({}, {})).name, first.name);
    assert.match(String((await nameOf({}, await nameOf({ name: "chosen" }, {}))).name), /^network-/);
  });

  it("does not keep what the program marked as secret", async () => {
    await bench.make(vpc, "network", { region: "fra1", description: secretValue("canary-description") });
    assert.ok(!readFileSync(bench.state, "utf8").includes("canary-description"));
  });

  it("marks what is secret, keeps a database's password, and knows its connections (F30)", async () => {
    const made = await bench.make(database, "database", databaseInputs);
    for (const name of ["password", "uri", "privateUri"])
      assert.notEqual(made.outputs[name], made.open[name]);
    assert.match(
      made.open.privateUri,
      /^postgresql:\/\/doadmin:AVNS_\w+@private-staging-pg.*:25060\/defaultdb\?sslmode=require$/,
    );
    const grown = await bench.update(made, { size: "db-s-2vcpu-4gb" });
    assert.equal(grown.open.password, made.open.password);
    assert.deepEqual(bench.provider.connectionLimits(), { database: 97 });
    assert.equal(planFacts.digitalocean.connections("db-s-1vcpu-1gb"), 22);
    await assert.rejects(bench.update(grown, { size: "db-s-1vcpu-1gb" }), /cannot shrink/);
  });

  it("lets only a cluster that exists through a database's firewall (F28)", async () => {
    const { id: clusterId } = await bench.make(database, "database", databaseInputs);
    const rules = (value: string) => ({ clusterId, rules: [{ type: "k8s", value }] });
    await assert.rejects(
      bench.make(firewall, "firewall", rules("none")),
      /Kubernetes cluster none, which does not exist/,
    );
    const { id } = await bench.make(cluster, "cluster", clusterInputs);
    await bench.make(firewall, "firewall", rules(id));
  });

  it("leaves load balancers behind, which keep the network, when the cluster goes first (F25)", async () => {
    begin({ loadBalancers: ["traefik/traefik"] });
    const network = await bench.make(vpc, "network", { region: "fra1", ipRange: "10.10.0.0/16" });
    const own = await bench.make(cluster, "cluster", { ...clusterInputs, vpcUuid: network.id });
    await assert.rejects(bench.remove(network), /KubernetesCluster .* still uses it/);
    await bench.remove(own);
    assert.deepEqual(bench.provider.leftovers().slice(1), [
      {
        type: "load balancer",
        name: "traefik/traefik",
        reason: "cluster staging was deleted before it",
        onPurpose: false,
        holds: [network.id],
      },
    ]);
    await assert.rejects(bench.remove(network), /load balancer traefik\/traefik still stands in it/);
  });

  it("takes load balancers along when it is told to", async () => {
    begin({ loadBalancers: ["traefik/traefik"] });
    await bench.remove(
      await bench.make(cluster, "cluster", { ...clusterInputs, destroyAllAssociatedResources: true }),
    );
    assert.deepEqual(bench.provider.leftovers(), []);
  });

  const used: Fault = { kind: "filled-buckets" };
  for (const [forceDestroy, faults, kept] of [
    [false, [], false],
    [false, [used], true],
    [true, [used], false],
  ] as const) {
    it(`${kept ? "keeps" : "deletes"} a bucket (used: ${faults.length > 0}, forceDestroy: ${forceDestroy})`, async () => {
      begin({ faults });
      const one = await bench.make(bucket, "bucket", { name: "blobs", region: "fra1", forceDestroy });
      assert.equal(one.open.endpoint, "fra1.digitaloceanspaces.com");
      if (kept) await assert.rejects(bench.remove(one), /not empty/);
      else await bench.remove(one);
      assert.equal(bench.provider.leftovers().length, kept ? 1 : 0);
    });
  }

  const userOf = (held: Held) => accessOf(held.open.kubeConfigs[0].rawConfig).user;
  const fetched = async (name: string) => {
    const token = "digitalocean:index/getKubernetesCluster:getKubernetesCluster";
    const { kubeConfigs } = (await bench.provider.invoke?.(token, { name })) as any;
    return parse(kubeConfigs[0].rawConfig).users[0].user;
  };

  it("gives a kubeconfig that works, and a fresh one on demand (F21)", async () => {
    const one = await bench.make(cluster, "cluster", clusterInputs);
    assert.equal(userOf(one)["client-key-data"], canaryKey);
    assert.equal((await fetched("staging"))["client-key-data"], canaryKey);
    assert.notEqual(one.outputs.kubeConfigs, one.open.kubeConfigs);
  });

  it("has an expired one in its outputs when asked for, which a fresh one mends (F21)", async () => {
    begin({ faults: [{ kind: "expired-token" }] });
    const one = await bench.make(cluster, "cluster", clusterInputs);
    assert.deepEqual(userOf(one), { token: "expired" });
    assert.equal((await fetched("staging"))["client-key-data"], canaryKey);
    assert.deepEqual((await bench.diff(one, {})).changes, []);
  });

  it("makes nothing in a preview, in which the kubeconfig is known already", async () => {
    const { outputs } = await bench.provider.create({ urn: "a", type: cluster }, clusterInputs, {
      preview: true,
    });
    assert.ok(outputs.kubeConfigs);
    assert.deepEqual(bench.provider.leftovers(), [], "a preview makes nothing");
    assert.match((await bench.make(vpc, "network", { region: "fra1" })).open.ipRange, /^10\.\d+\.0\.0\/20$/);
  });
});
