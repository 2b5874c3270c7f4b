import type { PlainObject } from "../../../components/merge.ts";
import type { Plan } from "../../../review/plan/plan.ts";
import { claim, object, plan, registered, rendered, resource, workload } from "../support.ts";

/** A change in words, both sides of it, and what the review says of it. */
export type Case = readonly [what: string, before: Plan, after: Plan, words?: RegExp];

/** One object on both sides; undefined where it is not there. */
export function own(before: PlainObject | undefined, after: PlainObject | undefined): [Plan, Plan] {
  const side = (one: PlainObject | undefined) => plan(one ? [registered(one)] : []);
  return [side(before), side(after)];
}

/** One object that a release renders, on both sides. @param kept it has Helm's word that it stays */
export function chart(
  before: PlainObject | undefined,
  after: PlainObject | undefined,
  kept = false,
): [Plan, Plan] {
  const side = (one: PlainObject | undefined) => plan([], one ? [rendered(one, kept)] : []);
  return [side(before), side(after)];
}

/** One resource of a cloud on both sides. */
export function cloud(
  type: string,
  before: PlainObject | undefined,
  after: PlainObject | undefined,
): [Plan, Plan] {
  const side = (inputs: PlainObject | undefined) => plan(inputs ? [resource(type, "thing", inputs)] : []);
  return [side(before), side(after)];
}

/** Types of DigitalOcean's. */
export const [doDatabase, doBucket, doCluster, doPool] = [
  "digitalocean:index/databaseCluster:DatabaseCluster",
  "digitalocean:index/spacesBucket:SpacesBucket",
  "digitalocean:index/kubernetesCluster:KubernetesCluster",
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
];
/** Types of AWS's. */
export const [rds, s3] = ["aws:rds/instance:Instance", "aws:s3/bucket:Bucket"];
/** Types that no cloud has. */
export const password = "random:index/randomPassword:RandomPassword";
export const releaseType = "kubernetes:helm.sh/v3:Release";
export const provider = "pulumi:providers:kubernetes";
/** The namespace of everything here. */
export const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "speckle" } };
/** The one release here. */
export const release = (more: PlainObject = {}) =>
  resource(releaseType, "release", {
    chart: "c",
    version: "1.0.0",
    name: "speckle",
    namespace: "speckle",
    ...more,
  });
/** The definition of databases in the cluster. */
export const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusters.postgresql.cnpg.io" },
  spec: {
    group: "postgresql.cnpg.io",
    names: { kind: "Cluster", plural: "clusters" },
    versions: [{ name: "v1" }],
  },
};
/** A disk. @param policy what becomes of it once nobody claims it */
export const volume = (policy: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "disk" },
  spec: { persistentVolumeReclaimPolicy: policy, csi: { volumeHandle: "1" } },
});
/** A Service. */
export const service = (spec: PlainObject, annotations: PlainObject = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "speckle", annotations },
  spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }], ...spec },
});
/** A route for each match. */
export const routes = (...matches: string[]) =>
  object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
    spec: {
      entryPoints: ["websecure"],
      routes: matches.map((match) => ({ match, services: [{ name: "web", port: 80 }] })),
    },
  });
/** A route behind middlewares. */
export const behind = (...middlewares: string[]) =>
  object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
    spec: { routes: [{ match: "Path(`/a`)", middlewares: middlewares.map((name) => ({ name })) }] },
  });
/** Both a cloud's cluster and a claim in it. */
export const inCluster = (inputs: PlainObject, type = doCluster) =>
  plan([resource(type, "cluster", inputs), registered(claim("1Gi"))]);
/** Stores whose region only the provider knows. */
export const inRegion = (region: string) =>
  plan([
    resource("pulumi:providers:aws", "account", { region }),
    resource(rds, "database", { engine: "postgres" }, { provider: "account" }),
  ]);
/** A database in a network. */
export const inNetwork = (ipRange: string) =>
  plan([
    resource("digitalocean:index/vpc:Vpc", "network", { ipRange }),
    resource(doDatabase, "database", { privateNetworkUuid: "network-id" }),
  ]);
/** A StatefulSet with a volume. */
export const stateful = (size: string, more: PlainObject = {}) =>
  workload("StatefulSet", {
    volumeClaimTemplates: [
      { metadata: { name: "data" }, spec: { resources: { requests: { storage: size } } } },
    ],
    ...more,
  });
/** A pod's volume. */
export const mounting = { volumes: [{ name: "files", persistentVolumeClaim: { claimName: "files" } }] };
/** A Secret. */
export const secret = (more: PlainObject = {}) =>
  object("v1", "Secret", "keys", { stringData: { key: "(secret 0000000000)" }, ...more });
/** The same with another text. */
export const otherSecret = (more: PlainObject = {}) =>
  object("v1", "Secret", "keys", { stringData: { key: "(secret 1111111111)" }, ...more });
