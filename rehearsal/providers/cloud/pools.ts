import { setTimeout as pause } from "node:timers/promises";
import { applyNodes, type NodeSpec, removeNodes } from "../../control-plane/nodes.ts";
import { ApiError, type KubernetesClient } from "../../kubernetes/client.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { fitsOn } from "./fit.ts";

/** A group of equal machines that a cloud makes into nodes. */
export interface NodePool {
  readonly name: string;
  /** The cloud's own label that tells the pool's nodes from others. */
  readonly label: { readonly key: string; readonly value: string };
  readonly least: number;
  readonly most: number;
  /** Nodes it is to have; with autoscaling only where it starts. */
  readonly wanted: number;
  /** Who adds nodes: nobody, the cloud, or an autoscaler that has to run in the cluster. */
  readonly autoscaler: "none" | "cloud" | "cluster";
  /** A node by its position; its name differs from all others'. */
  readonly node: (index: number) => NodeSpec;
}

/** How long a pod may refuse to be evicted before it is ended, in seconds. */
const drainSeconds = 30;

/** Nodes a pool has after a change: an autoscaled one keeps those it has, within its bounds. */
export function nodesAfter(pool: NodePool, current: number, previous?: NodePool): number {
  if (pool.autoscaler === "none") return pool.wanted;
  const start = previous && previous.wanted === pool.wanted ? current : pool.wanted;
  return Math.min(pool.most, Math.max(pool.least, start));
}

/** Brings a pool's nodes in line with its description: labels, taints and number. */
export async function applyPool(
  client: KubernetesClient,
  pool: NodePool,
  previous?: NodePool,
): Promise<void> {
  const names = await nodeNames(client, pool);
  await resizePool(client, pool, names, nodesAfter(pool, names.length, previous));
}

/** Empties a pool's nodes, so that what runs there moves, and removes them. */
export async function removePool(client: KubernetesClient, pool: NodePool): Promise<void> {
  await drain(client, await nodeNames(client, pool));
}

/** Removes a pool's nodes at once, with what runs there. */
export async function dropPool(client: KubernetesClient, pool: NodePool): Promise<void> {
  await removeNodes(client, await nodeNames(client, pool));
}

/**
 * One look at the pods that wait: every autoscaled pool on which one of them would fit gets one node more, up to its
 * maximum. Returns the names of the pools that grew.
 */
export async function autoscale(client: KubernetesClient, pools: readonly NodePool[]): Promise<string[]> {
  const [nodes, pods] = await Promise.all([client.list("v1", "Node"), client.list("v1", "Pod")]);
  const own = pools.some(({ autoscaler }) => autoscaler === "cluster") && (await hasAutoscaler(client));
  const active = pools.filter(
    ({ autoscaler }) => autoscaler === "cloud" || (autoscaler === "cluster" && own),
  );
  const growing = poolsToGrow(active, nodes, pods);
  for (const pool of growing) {
    const names = nodes.filter((node) => isIn(pool, node)).map(({ metadata }) => metadata.name);
    await resizePool(client, pool, names, names.length + 1);
  }
  return growing.map(({ name }) => name);
}

/** Pools that get a node more for pods that wait; none that has its maximum, or an empty node already. */
export function poolsToGrow(
  pools: readonly NodePool[],
  nodes: readonly KubernetesObject[],
  pods: readonly KubernetesObject[],
): NodePool[] {
  const waiting = pods.filter(isUnschedulable);
  const busy = new Set(pods.map((pod) => pod.spec?.nodeName));
  const canGrow = pools.filter((pool) => {
    const own = nodes.filter((node) => isIn(pool, node));
    return own.length < pool.most && own.every(({ metadata }) => busy.has(metadata.name));
  });
  const chosen = waiting.map((pod) => canGrow.find((pool) => fitsOn(pod, pool.node(0))));
  return canGrow.filter((pool) => chosen.includes(pool));
}

function isIn(pool: NodePool, node: KubernetesObject): boolean {
  return node.metadata.labels?.[pool.label.key] === pool.label.value;
}

function isUnschedulable(pod: KubernetesObject): boolean {
  const conditions: { type: string; status: string; reason?: string }[] = pod.status?.conditions ?? [];
  return conditions.some(
    ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
}

async function hasAutoscaler(client: KubernetesClient): Promise<boolean> {
  const deployments = await client.list("apps/v1", "Deployment");
  return deployments.some(
    ({ metadata, status }) => metadata.name.includes("autoscaler") && status?.readyReplicas > 0,
  );
}

async function nodeNames(client: KubernetesClient, { label }: NodePool): Promise<string[]> {
  const nodes = await client.list("v1", "Node", { labelSelector: `${label.key}=${label.value}` });
  return nodes.map(({ metadata }) => metadata.name);
}

async function resizePool(
  client: KubernetesClient,
  pool: NodePool,
  names: readonly string[],
  count: number,
): Promise<void> {
  const kept = Array.from({ length: count }, (_, index) => pool.node(index));
  await applyNodes(client, kept);
  await drain(
    client,
    names.filter((name) => !kept.some((spec) => spec.name === name)),
  );
}

async function drain(client: KubernetesClient, names: readonly string[]): Promise<void> {
  const cordon = { spec: { unschedulable: true } };
  await Promise.all(names.map((name) => client.merge({ apiVersion: "v1", kind: "Node", name }, cordon)));
  await Promise.all(names.map((name) => evictAll(client, name)));
  await removeNodes(client, names);
}

async function evictAll(client: KubernetesClient, node: string): Promise<void> {
  const deadline = Date.now() + drainSeconds * 1000;
  const podsLeft = async () => {
    const pods = await client.list("v1", "Pod", { fieldSelector: `spec.nodeName=${node}` });
    return pods.filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet"));
  };
  for (let pods = await podsLeft(); pods.length > 0; pods = await podsLeft()) {
    const late = Date.now() > deadline;
    await Promise.all(pods.map((pod) => (late ? end(client, pod) : evict(client, pod))));
    if (late) return;
    await pause(200);
  }
}

/** A disruption budget may refuse for now (429), and the pod may have gone (404): both are asked again. */
async function evict(client: KubernetesClient, { metadata }: KubernetesObject): Promise<void> {
  if (metadata.deletionTimestamp) return;
  await client.evict(metadata).catch((error) => {
    if (!(error instanceof ApiError) || (error.code !== 429 && error.code !== 404)) throw error;
  });
}

async function end(client: KubernetesClient, { metadata }: KubernetesObject): Promise<void> {
  const { name, namespace } = metadata;
  await client.delete({ apiVersion: "v1", kind: "Pod", name, namespace }, { gracePeriodSeconds: 0 });
}
