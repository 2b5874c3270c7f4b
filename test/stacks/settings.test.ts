import assert from "node:assert/strict";
import fc from "fast-check";
import { ProblemsError } from "../../components/problem.ts";
import { presetNames } from "../../stacks/presets.ts";
import { parseSettings } from "../../stacks/settings.ts";

const kind = { type: "kind" };
const valid = { preset: "dev", domain: "speckle.example.com", cluster: kind };

const onDigitalOcean = (version: string) => ({
  cluster: {
    type: "digitalocean",
    name: "speckle",
    region: "fra1",
    version,
    ranges: { network: "10.40.0.0/20", pods: "10.41.0.0/16", services: "10.42.0.0/19" },
  },
  objectStore: { bucket: "speckle-files-example" },
});

function parse(config: Record<string, unknown>) {
  return parseSettings(config, (path) => {
    if (path !== "kubeconfig.yaml") throw new Error(`ENOENT: no such file, open '${path}'`);
    return "text of a kubeconfig";
  });
}

function problemsOf(config: Record<string, unknown>) {
  try {
    parse(config);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

/** A wrong stack's file, the paths its report must name, and words that must stand in it. */
const wrong: [what: string, config: Record<string, unknown>, paths: string[], words: RegExp][] = [
  ["nothing at all", {}, ["preset", "domain", "cluster"], /is required and not set/],
  ["no preset", { domain: "a.example", cluster: kind }, ["preset"], /dev, small, production, large/],
  [
    "telemetry that may not go out",
    { ...valid, outbound: "none", telemetry: true },
    ["telemetry"],
    /forbids/,
  ],
  [
    "mail that may not go out",
    {
      ...valid,
      outbound: "none",
      email: { host: "mail.example.com", port: 587, from: "a@example.com", username: "u" },
      emailPassword: "x",
    },
    ["email.ranges"],
    /address ranges/,
  ],
  ["an unknown reach", { ...valid, outbound: "some" }, ["outbound"], /none, required, all/],
  ["a secret nobody rotates", { ...valid, rotate: { sesion: 1 } }, ["rotate.sesion"], /Did you mean session/],
  [
    "a rotation of what somebody else runs",
    {
      ...valid,
      cache: { mode: "existing", secret: { name: "a", key: "b" }, previewSecret: { name: "c", key: "d" } },
      rotate: { cache: 1 },
    },
    ["rotate.cache"],
    /not the program's to change/,
  ],
  [
    "a rotation of a password that is DigitalOcean's own",
    {
      ...valid,
      ...onDigitalOcean("1.36.1-do.0"),
      rotate: { postgres: 1, objectStore: 1 },
    },
    ["rotate.postgres"],
    /not the program's to change/,
  ],
  [
    "a runtime class on a cluster that may be too old for it",
    { ...valid, podSecurity: "baseline", runtimeClass: "gvisor" },
    ["runtimeClass"],
    /1\.36/,
  ],
  [
    "a Prometheus where the environment denies everything",
    { ...valid, monitoring: { prometheus: { namespace: "traefik" } } },
    ["monitoring.prometheus.namespace"],
    /no Prometheus could work there/,
  ],
  ["a rotation that is no number", { ...valid, rotate: { session: "now" } }, ["rotate.session"], /number/],
  ["an unknown preset", { ...valid, preset: "prod" }, ["preset"], /production/],
  ["a misspelt key (F18)", { ...valid, domian: "x" }, ["domian"], /Did you mean domain\?/],
  ["a misspelt key inside (F18)", { ...valid, pools: { hevy: {} } }, ["pools.hevy"], /Did you mean heavy\?/],
  [
    "a misspelt workload (F18)",
    { ...valid, workloads: { servr: {} } },
    ["workloads.servr"],
    /Did you mean server\?/,
  ],
  [
    "memory without a unit, which is a number of bytes",
    { ...valid, workloads: { server: { requests: { memory: 512 } } } },
    ["workloads.server.requests.memory"],
    /such as Mi or Gi/,
  ],
  [
    "a text that YAML takes for a number",
    { ...valid, cluster: { type: "aws", version: 1.3, region: "eu-central-1", accountId: 123456789012 } },
    ["cluster.accountId", "cluster.version", "objectStore.bucket"],
    /Write cluster\.version in quotes: YAML takes it for something else/,
  ],
  [
    "a key that belongs one further in (F18)",
    { ...valid, postgres: { mode: "existing", host: "a.example", secret: { name: "a", key: "b" } } },
    ["postgres.host"],
    /\nDid you mean connection\.host\? Known here: mode,/,
  ],
  [
    "a key like no other (F18)",
    { ...valid, pools: { zzz: {} } },
    ["pools.zzz"],
    /\nKnown here: general, heavy\.$/,
  ],
  [
    "a key of the other cluster type",
    { ...valid, cluster: { type: "kind", context: "x" } },
    ["cluster.context"],
    /no such/,
  ],
  [
    "an unknown cluster type",
    { ...valid, cluster: { type: "gke" } },
    ["cluster.type"],
    /kind, existing, digitalocean, aws/,
  ],
  ["a cluster that is text", { ...valid, cluster: "kind" }, ["cluster"], /object/],
  ["a domain with a scheme", { ...valid, domain: "https://a.example" }, ["domain"], /host name alone/],
  ["a domain with a port", { ...valid, domain: "a.example:8443" }, ["domain"], /host name alone/],
  ["a domain with a path", { ...valid, domain: "a.example/x" }, ["domain"], /host name alone/],
  ["a domain in capitals", { ...valid, domain: "A.Example" }, ["domain"], /host name alone/],
  ["a domain of digits", { ...valid, domain: "1.2.3.4" }, ["domain"], /host name alone/],
  ["a namespace in capitals", { ...valid, namespace: "Speckle" }, ["namespace"], /lower-case/],
  ["a namespace that is taken", { ...valid, namespace: "traefik" }, ["namespace"], /belongs to/],
  ["a system namespace", { ...valid, namespace: "kube-system" }, ["namespace"], /belongs to/],
  [
    "a kind address off this machine",
    { ...valid, cluster: { type: "kind", address: "0.0.0.0" } },
    ["cluster.address"],
    /loopback/,
  ],
  [
    "an existing cluster without a context (F14)",
    { ...valid, cluster: { type: "existing", kubeconfig: "kubeconfig.yaml" } },
    ["cluster.context"],
    /required/,
  ],
  [
    "a kubeconfig that is not there",
    { ...valid, cluster: { type: "existing", kubeconfig: "gone.yaml", context: "c" } },
    ["cluster.kubeconfig"],
    /cannot be read/,
  ],
  ["half a node", { ...valid, pools: { heavy: { nodes: 1.5 } } }, ["pools.heavy.nodes"], /int/],
  ["fewer than no nodes", { ...valid, pools: { heavy: { nodes: -1 } } }, ["pools.heavy.nodes"], />=0/],
  [
    "a memory without a unit's case",
    { ...valid, pools: { heavy: { size: { memory: "8gb" } } } },
    ["pools.heavy.size.memory"],
    /quantity/,
  ],
  [
    "replicas as text",
    { ...valid, workloads: { server: { replicas: "2" } } },
    ["workloads.server.replicas"],
    /number/,
  ],
  ["no replicas", { ...valid, workloads: { server: { replicas: 0 } } }, ["workloads.server.replicas"], />=1/],
  [
    "a limit below the request",
    { ...valid, workloads: { server: { requests: { memory: "3Gi" } } } },
    ["workloads.server.limits.memory"],
    /below the request 3Gi/,
  ],
  [
    "a database without a standby's count",
    { ...valid, postgres: { instances: 0 } },
    ["postgres.instances"],
    />=1/,
  ],
  ["a volume of nothing", { ...valid, postgres: { storage: "0Gi" } }, ["postgres.storage"], /above zero/],
  ["a cache of text", { ...valid, cache: { memoryMi: "256Mi" } }, ["cache.memoryMi"], /number/],
  ["an unknown Pod Security level", { ...valid, podSecurity: "strict" }, ["podSecurity"], /restricted/],
  ["a flag that is neither", { ...valid, telemetry: "yes" }, ["telemetry"], /boolean/],
  ["an address without its range", { ...valid, allowFrom: ["203.0.113.7"] }, ["allowFrom.0"], /range/],
  ["an impossible address", { ...valid, allowFrom: ["203.0.113.700/32"] }, ["allowFrom.0"], /too large/],
  [
    "mail without a password",
    { ...valid, email: { host: "h", port: 587, from: "a@b.example", username: "u" } },
    ["emailPassword"],
    /--secret/,
  ],
  ["a password without mail", { ...valid, emailPassword: "canary" }, ["email"], /mail server/],
  [
    "a mail port as text",
    {
      ...valid,
      emailPassword: "canary",
      email: { host: "h", port: "587", from: "a@b.example", username: "u" },
    },
    ["email.port"],
    /number/,
  ],
  [
    "a value the program owns",
    { ...valid, extraValues: { server: { replicas: 3 } } },
    ["extraValues.server.replicas"],
    /the program sets/,
  ],
  [
    "a whole section the program owns",
    { ...valid, extraValues: { ingress: { enabled: true } } },
    ["extraValues.ingress.enabled"],
    /the program sets/,
  ],
  [
    "a parent of what the program owns",
    { ...valid, extraValues: { s3: "x" } },
    ["extraValues.s3"],
    /the program sets/,
  ],
  [
    "an upload that leaves the importer no room",
    { ...valid, uploads: { fileMb: 2001 } },
    ["uploads.fileMb"],
    /<=2000/,
  ],
  [
    "an object that PostgreSQL cannot keep",
    { ...valid, uploads: { objectMb: 251 } },
    ["uploads.objectMb"],
    /<=250/,
  ],
  [
    "an object smaller than what connectors send",
    { ...valid, uploads: { objectMb: 24 } },
    ["uploads.objectMb"],
    />=25/,
  ],
  ["no upload at all", { ...valid, uploads: { fileMb: 0 } }, ["uploads.fileMb"], />=1/],
  [
    "several at once",
    { ...valid, preset: "x", domain: "http://x", foo: 1 },
    ["preset", "domain", "foo"],
    /no such setting/,
  ],
];

describe("a stack's settings", () => {
  describe("are refused with every problem's path, reason and fix:", () => {
    for (const [what, config, paths, words] of wrong) {
      it(what, () => {
        const problems = problemsOf(config);
        assert.deepEqual(problems.map(({ path }) => path).sort(), [...paths].sort());
        assert.match(problems.map(({ reason, fix }) => `${reason}\n${fix}`).join("\n"), words);
        assert.doesNotMatch(JSON.stringify(problems), /canary/, "a secret is in the report");
        for (const { reason, fix } of problems) assert.ok(reason && fix);
      });
    }
  });

  it("are complete from three keys, for every preset", () => {
    for (const preset of presetNames) {
      const settings = parse({ ...valid, preset });
      assert.deepEqual(
        settings.pools.map(({ role }) => role),
        ["general", "heavy"],
      );
      assert.equal(settings.namespace, "speckle");
      assert.deepEqual(settings.cluster, { type: "kind", name: "speckle-speckle", address: "127.0.0.1" });
    }
  });

  it("enforce restricted where the cluster is new enough to repair pods, unless the file says otherwise", () => {
    const existing = { type: "existing", kubeconfig: "kubeconfig.yaml", context: "office" };
    assert.equal(parse(valid).podSecurity, "restricted");
    const levelOf = (version: string) => parse({ ...valid, ...onDigitalOcean(version) }).podSecurity;
    assert.deepEqual(["1.35.9-do.0", "1.36.1-do.0", "1.40.0-do.0"].map(levelOf), [
      "baseline",
      "restricted",
      "restricted",
    ]);
    assert.equal(parse({ ...valid, cluster: existing }).podSecurity, "baseline");
    assert.equal(parse({ ...valid, cluster: existing, podSecurity: "restricted" }).podSecurity, "restricted");
  });

  it("are the same whether objects come as objects or as the engine's text", () => {
    assert.deepEqual(
      parse({ ...valid, cluster: JSON.stringify(kind), telemetry: "true" }),
      parse({ ...valid, telemetry: true }),
    );
  });

  it("take a quantity without a unit as YAML reads it", () => {
    const { quota, workloads } = parse({
      ...valid,
      quota: { "requests.cpu": 40 },
      workloads: { server: { limits: { cpu: 1.5 } } },
    });
    assert.deepEqual([quota, workloads.server.limits.cpu], [{ "requests.cpu": "40" }, "1.5"]);
  });

  it("change only what the file changes", () => {
    const settings = parse({
      ...valid,
      pools: { heavy: { nodes: 3 } },
      workloads: { server: { replicas: 2 } },
    });
    const preset = parse(valid);
    assert.equal(settings.pools.find(({ role }) => role === "heavy")?.nodes, 3);
    assert.equal(settings.workloads.server.replicas, 2);
    assert.deepEqual({ ...settings, pools: 0, workloads: 0 }, { ...preset, pools: 0, workloads: 0 });
    assert.deepEqual(settings.workloads.objects, preset.workloads.objects);
  });

  it("never end in anything but settings or a report (F18)", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom("preset", "domain", "cluster", "pools", "email", "quota", "extraValues", "x"),
          fc.anything(),
        ),
        (config) => {
          const problems = problemsOf({ ...valid, ...config });
          for (const { path, reason, fix } of problems) assert.ok(path !== undefined && reason && fix);
        },
      ),
    );
  });
});
