import assert from "node:assert/strict";
import type { PlainObject } from "../../components/merge.ts";
import { type Effect, worstOf } from "../../review/effects/change.ts";
import { classify } from "../../review/effects/classify.ts";
import type { Plan } from "../../review/plan/plan.ts";
import { claim, database, object, plan, registered, rendered, resource, workload } from "./support.ts";

type Case = readonly [what: string, before: Plan, after: Plan, effect: Effect, words?: RegExp];

/** One object on both sides; undefined where it is not there. */
function own(before: PlainObject | undefined, after: PlainObject | undefined): [Plan, Plan] {
  const side = (one: PlainObject | undefined) => plan(one ? [registered(one)] : []);
  return [side(before), side(after)];
}

function chart(before: PlainObject | undefined, after: PlainObject | undefined, kept = false): [Plan, Plan] {
  const side = (one: PlainObject | undefined) => plan([], one ? [rendered(one, kept)] : []);
  return [side(before), side(after)];
}

function cloud(type: string, before: PlainObject | undefined, after: PlainObject | undefined): [Plan, Plan] {
  const side = (inputs: PlainObject | undefined) => plan(inputs ? [resource(type, "thing", inputs)] : []);
  return [side(before), side(after)];
}

const [doDatabase, doBucket, doCluster, doPool] = [
  "digitalocean:index/databaseCluster:DatabaseCluster",
  "digitalocean:index/spacesBucket:SpacesBucket",
  "digitalocean:index/kubernetesCluster:KubernetesCluster",
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
];
const [rds, s3] = ["aws:rds/instance:Instance", "aws:s3/bucket:Bucket"];
const password = "random:index/randomPassword:RandomPassword";
const releaseType = "kubernetes:helm.sh/v3:Release";
const provider = "pulumi:providers:kubernetes";
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "speckle" } };
const release = (more: PlainObject = {}) =>
  resource(releaseType, "release", {
    chart: "c",
    version: "1.0.0",
    name: "speckle",
    namespace: "speckle",
    ...more,
  });
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusters.postgresql.cnpg.io" },
  spec: {
    group: "postgresql.cnpg.io",
    names: { kind: "Cluster", plural: "clusters" },
    versions: [{ name: "v1" }],
  },
};
const volume = (policy: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "disk" },
  spec: { persistentVolumeReclaimPolicy: policy, csi: { volumeHandle: "1" } },
});
const service = (spec: PlainObject, annotations: PlainObject = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "speckle", annotations },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }], ...spec },
});
const routes = (...matches: string[]) =>
  object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
    spec: {
      entryPoints: ["websecure"],
      routes: matches.map((match) => ({ match, services: [{ name: "web", port: 80 }] })),
    },
  });
/** A route behind middlewares. */
const behind = (...middlewares: string[]) =>
  object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
    spec: { routes: [{ match: "Path(`/a`)", middlewares: middlewares.map((name) => ({ name })) }] },
  });
const inCluster = (inputs: PlainObject, type = doCluster) =>
  plan([resource(type, "cluster", inputs), registered(claim("1Gi"))]);
const inRegion = (region: string) =>
  plan([
    resource("pulumi:providers:aws", "account", { region }),
    resource(rds, "database", { engine: "postgres" }, { provider: "account" }),
  ]);
const inNetwork = (ipRange: string) =>
  plan([
    resource("digitalocean:index/vpc:Vpc", "network", { ipRange }),
    resource(doDatabase, "database", { privateNetworkUuid: "network-id" }),
  ]);
const stateful = (size: string, more: PlainObject = {}) =>
  workload("StatefulSet", {
    volumeClaimTemplates: [
      { metadata: { name: "data" }, spec: { resources: { requests: { storage: size } } } },
    ],
    ...more,
  });
const mounting = { volumes: [{ name: "files", persistentVolumeClaim: { claimName: "files" } }] };
const secret = (more: PlainObject = {}) =>
  object("v1", "Secret", "keys", { stringData: { key: "(secret 0000000000)" }, ...more });
const otherSecret = (more: PlainObject = {}) =>
  object("v1", "Secret", "keys", { stringData: { key: "(secret 1111111111)" }, ...more });

const cases: readonly Case[] = [
  // What destroys data.
  ["a claim is removed", ...own(claim("1Gi"), undefined), "data loss", /volume is deleted/],
  ["a chart no longer renders a claim", ...chart(claim("1Gi"), undefined), "data loss"],
  ["a claim shrinks", ...own(claim("2Gi"), claim("1Gi")), "data loss", /cannot shrink/],
  [
    "a claim moves to another class",
    ...own(claim("1Gi"), claim("1Gi", { storageClassName: "fast" })),
    "data loss",
  ],
  [
    "a chart's claim moves to another class",
    ...chart(claim("1Gi"), claim("1Gi", { storageClassName: "fast" })),
    "data loss",
    /Helm's upgrade fails/,
  ],
  ["the in-cluster database is removed", ...own(database(), undefined), "data loss", /all instances/],
  [
    "the in-cluster database shrinks",
    ...own(database(), database({ storage: { size: "10Gi" } })),
    "data loss",
  ],
  [
    "the in-cluster database is renamed in the program without an alias",
    plan([registered(database(), "old")]),
    plan([registered(database(), "new")]),
    "data loss",
    /without an alias/,
  ],
  [
    "a namespace with a claim is removed",
    plan([registered(namespace, "space")], [rendered(claim("1Gi"))]),
    plan([], [rendered(claim("1Gi"))]),
    "data loss",
    /files/,
  ],
  [
    "the definition of databases is removed",
    plan([registered(database())], [rendered(definition)]),
    plan([registered(database())]),
    "data loss",
  ],
  [
    "a StatefulSet that deletes its volumes is removed",
    ...own(stateful("1Gi", { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } }), undefined),
    "data loss",
  ],
  ["a volume with the policy Delete is removed", ...own(volume("Delete"), undefined), "data loss"],
  ["the managed database is removed", ...cloud(doDatabase, { engine: "pg" }, undefined), "data loss"],
  ["the managed database gets another name", ...cloud(doDatabase, { name: "a" }, { name: "b" }), "data loss"],
  [
    "the managed database gets another engine",
    ...cloud(doDatabase, { engine: "pg" }, { engine: "mysql" }),
    "data loss",
  ],
  [
    "the managed database moves to another network",
    ...cloud(doDatabase, { privateNetworkUuid: "a" }, { privateNetworkUuid: "b" }),
    "data loss",
  ],
  [
    "the managed database's disk shrinks",
    ...cloud(doDatabase, { storageSizeMib: "61440" }, { storageSizeMib: "30720" }),
    "data loss",
  ],
  [
    "the database in the managed cluster is renamed",
    ...cloud("digitalocean:index/databaseDb:DatabaseDb", { name: "a" }, { name: "b" }),
    "data loss",
  ],
  [
    "a Spaces bucket is renamed, an update for the provider",
    ...cloud(doBucket, { name: "a" }, { name: "b" }),
    "data loss",
    /empty one/,
  ],
  [
    "a Spaces bucket moves to another region",
    ...cloud(doBucket, { region: "fra1" }, { region: "ams3" }),
    "data loss",
  ],
  ["a Spaces bucket is removed", ...cloud(doBucket, { name: "a" }, undefined), "data loss"],
  ["an S3 bucket is renamed", ...cloud(s3, { bucket: "a" }, { bucket: "b" }), "data loss"],
  ["RDS is encrypted with another key", ...cloud(rds, { kmsKeyId: "a" }, { kmsKeyId: "b" }), "data loss"],
  ["RDS gets less storage", ...cloud(rds, { allocatedStorage: 100 }, { allocatedStorage: 50 }), "data loss"],
  ["RDS is removed", ...cloud(rds, { engine: "postgres" }, undefined), "data loss"],
  [
    "a key that encrypts is removed",
    ...cloud("aws:kms/key:Key", { description: "a" }, undefined),
    "data loss",
  ],
  [
    "the default pool's size changes under in-cluster stores (F22)",
    inCluster({ nodePool: { size: "s-2vcpu-4gb" } }),
    inCluster({ nodePool: { size: "s-4vcpu-8gb" } }),
    "data loss",
    /files/,
  ],
  [
    "kind's cluster is made anew under in-cluster stores",
    plan([
      resource("command:local:Command", "c-nodes", { triggers: ["a"] }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    plan([
      resource("command:local:Command", "c-nodes", { triggers: ["b"] }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    "data loss",
  ],
  [
    "kind is told of other nodes, which it cannot have without a new cluster",
    plan([
      resource("command:local:Command", "c-nodes", { stdin: "a" }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    plan([
      resource("command:local:Command", "c-nodes", { stdin: "b" }),
      resource(provider, "c-kubernetes", {}),
      registered(claim("1Gi")),
    ]),
    "data loss",
  ],
  [
    "the provider leads to another cluster",
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(claim("1Gi"))]),
    plan([resource(provider, "k", { clusterIdentifier: "b" }), registered(claim("1Gi"))]),
    "data loss",
  ],
  [
    "an unnamed cluster's kubeconfig changes (F3)",
    plan([resource(provider, "k", { kubeconfig: "(secret 0)" }), registered(claim("1Gi"))]),
    plan([resource(provider, "k", { kubeconfig: "(secret 1)" }), registered(claim("1Gi"))]),
    "data loss",
  ],
  [
    "a release that holds a claim gets another name",
    plan([release()], [rendered(claim("1Gi"))]),
    plan([release({ name: "other" })], [rendered(claim("1Gi"))]),
    "data loss",
  ],
  [
    "a release that holds a claim is removed",
    plan([release()], [rendered(claim("1Gi"))]),
    plan([]),
    "data loss",
  ],
  [
    "the network is made anew beneath the managed database, whose input reads as before",
    inNetwork("10.1.0.0/16"),
    inNetwork("10.2.0.0/16"),
    "data loss",
    /every database/,
  ],
  [
    "the provider leads to another region, which no resource names",
    inRegion("eu-central-1"),
    inRegion("eu-west-1"),
    "data loss",
    /every database/,
  ],
  // What makes something anew.
  [
    "a Deployment's selector changes",
    ...own(workload("Deployment"), workload("Deployment", { selector: { matchLabels: { app: "other" } } })),
    "replacement",
  ],
  ["a StatefulSet's volume template grows", ...own(stateful("1Gi"), stateful("2Gi")), "replacement"],
  [
    "a chart's StatefulSet gets another service",
    ...chart(stateful("1Gi"), stateful("1Gi", { serviceName: "x" })),
    "replacement",
    /Helm's upgrade fails/,
  ],
  [
    "a binding leads to another role",
    ...own(
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", { roleRef: { name: "a" } }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", { roleRef: { name: "c" } }),
    ),
    "replacement",
  ],
  [
    "a priority gets another value",
    ...own(
      object("scheduling.k8s.io/v1", "PriorityClass", "p", { value: 1 }),
      object("scheduling.k8s.io/v1", "PriorityClass", "p", { value: 2 }),
    ),
    "replacement",
  ],
  [
    "a node pool gets another size",
    ...cloud(doPool, { size: "s-2vcpu-4gb" }, { size: "s-4vcpu-8gb" }),
    "replacement",
  ],
  ["a password gets longer", ...cloud(password, { length: 32 }, { length: 48 }), "replacement"],
  [
    "the network gets another range",
    ...cloud("digitalocean:index/vpc:Vpc", { ipRange: "10.1.0.0/16" }, { ipRange: "10.2.0.0/16" }),
    "replacement",
  ],
  [
    "a load balancer turns internal",
    ...own(
      service({}, { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" }),
      service({}, { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" }),
    ),
    "replacement",
  ],
  [
    "a Secret marked immutable changes",
    ...own(secret({ immutable: true }), otherSecret({ immutable: true })),
    "replacement",
  ],
  [
    "a Secret changes under a provider that does not update Secrets",
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(secret())]),
    plan([resource(provider, "k", { clusterIdentifier: "a" }), registered(otherSecret())]),
    "replacement",
  ],
  [
    "the program itself asks for replacement",
    plan([resource("x:y:Z", "z", { a: 1 })]),
    plan([resource("x:y:Z", "z", { a: 2 }, { replaceOnChanges: ["a"] })]),
    "replacement",
  ],
  // What is away for a while.
  [
    "a Recreate workload gets another image",
    ...own(
      workload("Deployment", { strategy: { type: "Recreate" } }),
      workload("Deployment", { strategy: { type: "Recreate" } }, { image: "speckle:2" }),
    ),
    "downtime",
  ],
  [
    "the only pod of a StatefulSet changes",
    ...own(
      stateful("1Gi"),
      workload(
        "StatefulSet",
        { volumeClaimTemplates: (stateful("1Gi").spec as PlainObject).volumeClaimTemplates },
        { image: "speckle:2" },
      ),
    ),
    "downtime",
  ],
  [
    "the only pod may not be doubled",
    ...own(
      workload("Deployment", { strategy: { rollingUpdate: { maxSurge: 0 } } }),
      workload("Deployment", { strategy: { rollingUpdate: { maxSurge: 0 } } }, { image: "speckle:2" }),
    ),
    "downtime",
  ],
  [
    "a new pod waits for the old one's volume",
    plan([], [rendered(workload("Deployment", {}, {}, mounting)), rendered(claim("1Gi"))]),
    plan(
      [],
      [rendered(workload("Deployment", {}, { image: "speckle:2" }, mounting)), rendered(claim("1Gi"))],
    ),
    "downtime",
    /lets go of the volume/,
  ],
  [
    "a workload is set to no pods",
    ...own(workload("Deployment", { replicas: 2 }), workload("Deployment", { replicas: 0 })),
    "downtime",
  ],
  ["a workload is removed", ...chart(workload("Deployment"), undefined), "downtime"],
  ["a StatefulSet that keeps its volumes is removed", ...own(stateful("1Gi"), undefined), "downtime"],
  [
    "a database of one instance gets more connections",
    ...own(
      database({ instances: 1 }),
      database({ instances: 1, postgresql: { parameters: { max_connections: "200" } } }),
    ),
    "downtime",
  ],
  [
    "the database gets another major version (F72)",
    ...own(database(), database({ imageName: "postgresql:17.2" })),
    "downtime",
    /pg_upgrade/,
  ],
  [
    "the managed database gets another size",
    ...cloud(doDatabase, { size: "db-s-1vcpu-2gb" }, { size: "db-s-2vcpu-4gb" }),
    "downtime",
  ],
  [
    "RDS gets another version",
    ...cloud(rds, { engineVersion: "16.3" }, { engineVersion: "16.4" }),
    "downtime",
  ],
  ["a Service is removed", ...own(service({}), undefined), "downtime"],
  ["a Service selects others", ...own(service({}), service({ selector: { app: "x" } })), "downtime"],
  [
    "a Service gives up its load balancer",
    ...own(service({ type: "LoadBalancer" }), service({ type: "ClusterIP" })),
    "downtime",
  ],
  [
    "a route is no longer behind the allow-list",
    ...own(behind("allow", "headers"), behind("headers")),
    "none",
  ],
  ["a route vanishes", ...own(routes("Path(`/a`)", "Path(`/b`)"), routes("Path(`/a`)")), "downtime"],
  [
    "a Secret goes that a workload reads",
    plan(
      [registered(secret())],
      [rendered(workload("Deployment", {}, { envFrom: [{ secretRef: { name: "keys" } }] }))],
    ),
    plan([], [rendered(workload("Deployment", {}, { envFrom: [{ secretRef: { name: "keys" } }] }))]),
    "downtime",
    /still needs it/,
  ],
  [
    "a release nobody can render changes",
    plan([release()]),
    plan([release({ version: "2.0.0" })]),
    "downtime",
  ],
  [
    "a DNS record is removed",
    ...cloud("digitalocean:index/dnsRecord:DnsRecord", { name: "@" }, undefined),
    "downtime",
  ],
  // What restarts without anybody noticing.
  [
    "a rolling workload gets another image",
    ...own(workload("Deployment"), workload("Deployment", {}, { image: "speckle:2" })),
    "rolling restart",
  ],
  [
    "a rolling workload gets more memory",
    ...chart(
      workload("Deployment"),
      workload("Deployment", {}, { resources: { limits: { memory: "2Gi" } } }),
    ),
    "rolling restart",
  ],
  [
    "a StatefulSet of three gets another image",
    ...own(
      workload("StatefulSet", { replicas: 3 }),
      workload("StatefulSet", { replicas: 3 }, { image: "speckle:2" }),
    ),
    "rolling restart",
  ],
  [
    "a DaemonSet gets another image",
    ...own(workload("DaemonSet"), workload("DaemonSet", {}, { image: "speckle:2" })),
    "rolling restart",
  ],
  [
    "a database of three gets a fix",
    ...own(database(), database({ imageName: "postgresql:16.15" })),
    "rolling restart",
  ],
  // What nobody notices.
  ["a claim grows", ...own(claim("1Gi"), claim("2Gi")), "none"],
  ["a chart's kept claim is no longer rendered", ...chart(claim("1Gi"), undefined, true), "none", /stays/],
  ["a volume with the policy Retain is removed", ...own(volume("Retain"), undefined), "none"],
  ["the in-cluster database grows", ...own(database(), database({ storage: { size: "40Gi" } })), "none"],
  [
    "a parameter is reloaded",
    ...own(database(), database({ postgresql: { parameters: { max_connections: "100", work_mem: "8MB" } } })),
    "none",
  ],
  [
    "a workload gets more pods",
    ...own(workload("Deployment", { replicas: 1 }), workload("Deployment", { replicas: 2 })),
    "none",
  ],
  [
    "a workload without pods gets another image",
    ...own(
      workload("Deployment", { replicas: 0 }),
      workload("Deployment", { replicas: 0 }, { image: "speckle:2" }),
    ),
    "none",
  ],
  ["a Secret changes in place", ...own(secret(), otherSecret()), "none"],
  [
    "a network policy is removed",
    ...own(object("networking.k8s.io/v1", "NetworkPolicy", "p"), undefined),
    "none",
  ],
  [
    "a bucket that is retained is removed",
    plan([resource(doBucket, "b", {}, { retainOnDelete: true })]),
    plan([]),
    "none",
  ],
  [
    "an ignored input changes",
    plan([resource(doPool, "p", { nodeCount: 1 })]),
    plan([resource(doPool, "p", { nodeCount: 2 }, { ignoreChanges: ["nodeCount"] })]),
    "none",
  ],
  [
    "the in-cluster database is renamed in the program with an alias",
    plan([registered(database(), "old")]),
    plan([registered(database(), "new", { aliases: [registered(database(), "old").urn] })]),
    "none",
  ],
  [
    "a named cluster's kubeconfig changes (F3)",
    plan([
      resource(provider, "k", { clusterIdentifier: "a", kubeconfig: "(secret 0)" }),
      registered(claim("1Gi")),
    ]),
    plan([
      resource(provider, "k", { clusterIdentifier: "a", kubeconfig: "(secret 1)" }),
      registered(claim("1Gi")),
    ]),
    "none",
  ],
  ["everything is new", plan([]), plan([registered(database()), resource(doBucket, "b", {})]), "none"],
];

describe("the effect of a change", () => {
  for (const [what, before, after, effect, words] of cases) {
    it(`is ${effect} when ${what}`, () => {
      const changes = classify(before, after);
      assert.equal(worstOf(changes), effect, JSON.stringify(changes, null, 1));
      if (words) assert.match(changes[0]?.words ?? "", words);
    });
  }

  it("is nothing at all where nothing changes", () => {
    for (const [, before] of cases) assert.deepEqual(classify(before, before), []);
  });

  it("is told the worst first", () => {
    const [before, after] = own(claim("1Gi"), undefined);
    const changes = classify(before, { ...after, ...plan([resource(doPool, "p", {})]) });
    assert.deepEqual(
      changes.map(({ effect }) => effect),
      ["data loss", "none"],
    );
  });
});
