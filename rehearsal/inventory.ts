import { workloadLabel } from "../components/cluster/pools.ts";
import type { KubernetesClient } from "./kubernetes/client.ts";
import { describeObject, isReady, type KubernetesObject } from "./kubernetes/objects.ts";
import { podReason } from "./kubernetes/reasons.ts";
import type { PodReport } from "./outcome.ts";

/** What controllers write and forget by themselves. */
const passing = new Set(["APIService", "ComponentStatus", "Endpoints", "EndpointSlice", "Event", "Lease"]);

/** What controllers make in every namespace, each at its own time, and make anew as long as the namespace is there. */
const inEveryNamespace = new Set(["ConfigMap kube-root-ca.crt", "ServiceAccount default"]);

/** Every lasting object of a control plane, in words. */
export async function inventory(client: KubernetesClient): Promise<Set<string>> {
  const { groups } = await client.request<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
    "GET",
    "/apis",
  );
  const versions = ["v1", ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  // A definition that goes meanwhile takes its group and its objects with it.
  const kinds = (await Promise.all(versions.map((version) => client.kinds(version).catch(() => [])))).flat();
  const listable = kinds.filter(
    ({ verbs, kind }) => verbs.includes("list") && verbs.includes("delete") && !passing.has(kind),
  );
  const objects = await Promise.all(
    listable.map(({ apiVersion, kind }) => client.list(apiVersion, kind).catch(() => [])),
  );
  const lasting = objects
    .flat()
    .filter(({ kind, metadata }) => !inEveryNamespace.has(`${kind} ${metadata.name}`));
  return new Set(lasting.map(describeObject));
}

/** The pods of an environment, by namespace and name. */
export async function podReports(client: KubernetesClient): Promise<PodReport[]> {
  const pods = await client.list("v1", "Pod");
  // Afterwards: of a pod that is seen on a new node, the node is seen as well.
  const nodes = await client.list("v1", "Node");
  const pools = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[workloadLabel] ?? ""]));
  return pods
    .map((pod) => podReport(pod, pools))
    .sort((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`));
}

function podReport(pod: KubernetesObject, pools: ReadonlyMap<string, string>): PodReport {
  const { name, namespace = "" } = pod.metadata;
  const node: string = pod.spec.nodeName ?? "";
  const phase: string = pod.status?.phase ?? "Pending";
  const ready = phase === "Succeeded" || isReady(pod);
  const reason = ready ? "" : (podReason(pod) ?? "starting");
  return { namespace, name, phase, ready, node, pool: pools.get(node) ?? "", reason };
}

/** What the program makes up is at least so long: a route may hold the link for the first account. */
const madeUp = /[0-9A-Za-z]{32,}/g;

/** Rules of every route that Traefik has been given. */
export async function routesOf(client: KubernetesClient): Promise<string[]> {
  const routes = await client.list("traefik.io/v1alpha1", "IngressRoute").catch(() => []);
  const matches = routes.flatMap(({ spec }) => spec.routes.map(({ match }: { match: string }) => match));
  return matches.map((match) => match.replaceAll(madeUp, "(secret)"));
}

/** Every NetworkPolicy, as `namespace/name`. */
export async function policiesOf(client: KubernetesClient): Promise<string[]> {
  const policies = await client.list("networking.k8s.io/v1", "NetworkPolicy");
  return policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
}
