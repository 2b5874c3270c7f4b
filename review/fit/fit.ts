import { heavyTaint, type Pool, poolLabels } from "../../components/cluster/pools.ts";
import { parseQuantity } from "../../components/quantity.ts";
import {
  type ConnectionDemand,
  connectionDemand,
  reservedConnections,
} from "../../components/speckle/connections.ts";
import { podsDuringUpdate } from "../effects/workload.ts";
import { type PodGroup, podGroups } from "../findings/pods.ts";
import type { Plan } from "../plan/plan.ts";
import { type Node, type Placed, type Pod, pack } from "./pack.ts";
import { overlaps } from "./ranges.ts";

/** Whether an environment fits on its nodes and its database. */
export interface Fit {
  readonly pools: readonly PoolFit[];
  /** Pods in the nodes they were put into. */
  readonly nodes: readonly Placed[];
  /** Pods that find no node at any time. */
  readonly waiting: readonly string[];
  /** Pods that wait while everything is updated at once, old and new side by side. */
  readonly waitingDuringUpdate: readonly string[];
  /** Pools of which one node may be lost, and who then waits. */
  readonly afterLossOf: readonly { readonly node: string; readonly waiting: readonly string[] }[];
  readonly connections: Connections;
  /** Private ranges that share addresses, a pair each. */
  readonly overlaps: readonly string[];
}

/** How full a pool is. */
export interface PoolFit {
  readonly role: string;
  readonly nodes: number;
  /** Requested share of what its nodes offer, 0 to 1. */
  readonly cpu: number;
  readonly memory: number;
}

/** Connections to PostgreSQL when every pool of connections is full. */
export interface Connections extends ConnectionDemand {
  /** What the server leaves to Speckle; undefined for a database whose limit is not known here. */
  readonly max: number | undefined;
}

/** Packs the plan's pods on its pools as the scheduler would, largest first. */
export function fitOf(plan: Plan): Fit {
  const { pools } = plan.settings;
  const groups = podGroups(plan.objects);
  const packed = (nodes: readonly Node[], updating = false) =>
    pack(
      nodes,
      groups.flatMap((group) => podsOf(group, nodes, updating)),
    );
  const usual = packed(pools.flatMap((pool) => nodesOf(pool, pool.nodes)));
  // Where pods wait, a pool that may grows.
  const grown = pools.flatMap((pool) => nodesOf(pool, pool.scale?.most ?? pool.nodes));
  const placed = usual.waiting.length > 0 ? packed(grown) : usual;
  const updating = packed(grown, true);
  return {
    pools: pools.map((pool) => poolFit(pool, placed.nodes)),
    nodes: placed.nodes,
    waiting: placed.waiting,
    waitingDuringUpdate: updating.waiting.filter((name) => !placed.waiting.includes(name)),
    afterLossOf: pools.filter(({ scale }) => !scale).flatMap((pool) => lossOf(pool, placed.nodes, packed)),
    connections: connections(plan, groups),
    overlaps: overlaps(plan),
  };
}

function nodesOf({ role, size }: Pool, nodes: number): Node[] {
  return Array.from({ length: nodes }, (_, index) => ({
    name: `${role}-${index + 1}`,
    pool: role,
    labels: poolLabels(role),
    taints: role === "heavy" ? [heavyTaint] : [],
    cpu: parseQuantity(size.cpu) ?? 0,
    memory: parseQuantity(size.memory) ?? 0,
  }));
}

function podsOf(group: PodGroup, nodes: readonly Node[], updating: boolean): Pod[] {
  const { cpu, memory } = requestsOf(group);
  const { nodeSelector = {}, tolerations = [], affinity } = group.spec;
  const apart = (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length ?? 0) > 0;
  const common = { group: group.owner, cpu, memory, nodeSelector, tolerations, apart };
  if (group.replicas === undefined)
    return nodes.map(({ name }) => ({ ...common, name: `${shortName(group)} on ${name}`, only: name }));
  const more = updating ? surgeOf(group) : 0;
  return Array.from({ length: group.replicas + more }, (_, index) => ({
    ...common,
    name: `${shortName(group)}-${index + 1}`,
  }));
}

/** Names stay short: they stand in the picture. */
function shortName({ owner }: PodGroup): string {
  return owner.split("/").at(-1) ?? owner;
}

function surgeOf({ object, replicas = 0 }: PodGroup): number {
  const { type = "RollingUpdate", rollingUpdate } = object.spec?.strategy ?? {};
  if (object.kind !== "Deployment" || type === "Recreate") return 0;
  return podsDuringUpdate(replicas, rollingUpdate).surge;
}

/** A pod needs the sum of its containers, or its largest init container, whichever is more. */
function requestsOf({ spec }: PodGroup): { cpu: number; memory: number } {
  const amount = (resource: "cpu" | "memory") => {
    const of = ({ resources }: (typeof spec.containers)[number]) =>
      parseQuantity(String(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? "0")) ?? 0;
    const init = spec.initContainers ?? [];
    const sidecars = init.filter(({ restartPolicy }) => restartPolicy === "Always");
    const sum = [...spec.containers, ...sidecars].reduce((total, container) => total + of(container), 0);
    return Math.max(sum, ...init.map(of));
  };
  return { cpu: amount("cpu"), memory: amount("memory") };
}

function poolFit({ role, size }: Pool, placed: readonly Placed[]): PoolFit {
  const used = placed.filter(({ node }) => node.pool === role);
  const nodes = used.length;
  const own = used.flatMap(({ pods }) => pods);
  const share = (resource: "cpu" | "memory") => {
    const offered = nodes * (parseQuantity(size[resource]) ?? 0);
    return offered === 0 ? 0 : own.reduce((total, pod) => total + pod[resource], 0) / offered;
  };
  return { role, nodes, cpu: share("cpu"), memory: share("memory") };
}

/** The fullest node of a pool is lost: the worst case. A pool that grows gets another by itself. */
function lossOf(
  { role }: Pool,
  placed: readonly Placed[],
  packed: (nodes: readonly Node[]) => { readonly waiting: readonly string[] },
) {
  const own = placed.filter(({ node }) => node.pool === role);
  const lost = own.toSorted((a, b) => fullness(b) - fullness(a))[0];
  if (!lost) return [];
  const left = placed.map(({ node }) => node).filter(({ name }) => name !== lost.node.name);
  return [{ node: lost.node.name, waiting: packed(left).waiting }];
}

function fullness({ node, pods }: Placed): number {
  const total = (resource: "cpu" | "memory") =>
    pods.reduce((sum, pod) => sum + pod[resource], 0) / node[resource];
  return Math.max(total("cpu"), total("memory"));
}

function connections({ settings }: Plan, groups: readonly PodGroup[]): Connections {
  const demand = connectionDemand(settings, ({ name }) => {
    const group = groups.find(({ object }) => object.kind === "Deployment" && object.metadata.name === name);
    return { replicas: group?.replicas ?? 0, surge: group ? surgeOf(group) : 0 };
  });
  const limit = settings.connections;
  return { ...demand, max: limit === undefined ? undefined : limit - reservedConnections };
}
