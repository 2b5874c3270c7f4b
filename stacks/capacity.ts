import { poolFor } from "../components/cluster/pools.ts";
import type { Problem } from "../components/problem.ts";
import { parseQuantity } from "../components/quantity.ts";
import {
  connectionDemand,
  connectionLimit,
  defaultConnectionsPerPool,
  leastConnectionsPerPool,
  reservedConnections,
} from "../components/speckle/connections.ts";
import { surgeOf } from "../components/speckle/values.ts";
import { running, type Workload, workload } from "../components/speckle/workloads.ts";
import { type PresetName, presets } from "./presets.ts";
import type { Settings } from "./settings.ts";

/** What the environment asks of nodes and database, and what they have. */
export interface Totals {
  readonly nodes: number;
  /** vCPUs and GiB that the nodes offer to pods. */
  readonly cpu: number;
  readonly memoryGi: number;
  /** Connections Speckle opens at most, while a rolling update runs old and new pods. */
  readonly connections: number;
  /** Connections the database gives; undefined when it is somebody else's. */
  readonly connectionLimit: number | undefined;
}

type Sized = Pick<Settings, "pools" | "workloads" | "postgres" | "ifcImport" | "connectionsPerPool"> & {
  readonly cluster: { readonly type: string };
  /** Absent where nothing is promised of the loss of a node. */
  readonly preset?: PresetName;
};

/** Totals of an environment with the number of nodes it starts with. */
export function totals(settings: Sized): Totals {
  const { pools } = settings;
  const sum = (of: (pool: (typeof pools)[number]) => number) =>
    pools.reduce((total, pool) => total + of(pool), 0);
  return {
    nodes: sum(({ nodes }) => nodes),
    cpu: sum(({ nodes, size }) => nodes * (parseQuantity(size.cpu) ?? 0)),
    memoryGi: sum(({ nodes, size }) => (nodes * (parseQuantity(size.memory) ?? 0)) / 2 ** 30),
    connections: peakConnections(settings),
    connectionLimit: connectionLimit(settings.postgres, settings.cluster.type),
  };
}

/**
 * What cannot work, by its numbers: a pod that fits no node of its pool, fewer nodes than the preset's promise to
 * survive the loss of one needs, and a database with too few connections.
 */
export function capacityProblems(settings: Sized): Problem[] {
  return [
    ...runningWorkloads(settings).flatMap((one) => fitProblems(one, settings)),
    ...lossProblems(settings),
    ...connectionProblems(settings),
  ];
}

/** Totals as one line of words. */
export function describeTotals({ nodes, cpu, memoryGi, connections, connectionLimit }: Totals): string {
  const limit = connectionLimit === undefined ? "of somebody else's database" : `of ${connectionLimit}`;
  const numbers = `${round(cpu)} vCPU, ${round(memoryGi)} GiB for pods`;
  return `${nodes} nodes, ${numbers}; ${connections} database connections ${limit} at the peak of an update`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function runningWorkloads(settings: Sized): Workload[] {
  return running(settings).map(workload);
}

function peakConnections(settings: Sized): number {
  const own = runningWorkloads(settings);
  return connectionDemand(settings, (workload) => {
    const replicas = own.includes(workload) ? settings.workloads[workload.key].replicas : 0;
    return { replicas, surge: workload.strategy === "RollingUpdate" ? surgeOf(replicas) : 0 };
  }).atPeak;
}

function connectionProblems(settings: Sized): Problem[] {
  const limit = connectionLimit(settings.postgres, settings.cluster.type);
  const needed = peakConnections(settings) + reservedConnections;
  if (limit === undefined || needed <= limit) return [];
  const managed = settings.postgres.mode === "managed";
  const path = managed ? "postgres.plan" : "postgres.connections";
  const reason = `gives ${limit} connections, but Speckle opens ${needed - reservedConnections} while an update runs old and new pods, and ${reservedConnections} are kept for people and backups`;
  const raised = managed ? "Choose a larger plan" : `Raise it to ${needed}`;
  const smaller = smallerPools(settings, limit);
  const lowered = smaller === undefined ? "" : `, lower connectionsPerPool to ${smaller}`;
  return [{ path, reason, fix: `${raised}${lowered}, or lower replicas under workloads.` }];
}

/** The most connections per pool with which the database has enough; undefined when none is few enough. */
function smallerPools(settings: Sized, limit: number): number | undefined {
  const { connectionsPerPool: present = defaultConnectionsPerPool } = settings;
  const smaller = Array.from({ length: present - leastConnectionsPerPool }, (_, less) => present - 1 - less);
  return smaller.find(
    (connectionsPerPool) =>
      peakConnections({ ...settings, connectionsPerPool }) + reservedConnections <= limit,
  );
}

function fitProblems({ key, pool: own }: Workload, { pools, workloads: sizes }: Sized): Problem[] {
  const role = poolFor(own, pools);
  const pool = pools.find((candidate) => candidate.role === role);
  if (!pool) return [];
  return (["cpu", "memory"] as const).flatMap((resource) => {
    const [asked, offered] = [sizes[key].requests[resource], pool.size[resource]];
    if ((parseQuantity(asked) ?? 0) <= (parseQuantity(offered) ?? 0)) return [];
    const reason = `asks for ${asked}, but a node of pool ${role} offers ${offered}: no node could ever run it`;
    const fix = `Lower it, or give pool ${role} larger nodes.`;
    return [{ path: `workloads.${key}.requests.${resource}`, reason, fix }];
  });
}

function lossProblems(settings: Sized): Problem[] {
  const { preset, pools, workloads: sizes } = settings;
  const general = pools.find(({ role }) => role === "general");
  if (!preset || !general || presets[preset].spareNodes === 0) return [];
  const left = general.nodes - presets[preset].spareNodes;
  const own = runningWorkloads(settings).filter(({ pool }) => poolFor(pool, pools) === "general");
  return (["cpu", "memory"] as const).flatMap((resource) => {
    const amount = (quantity: string) => parseQuantity(quantity) ?? 0;
    const asked = own.reduce(
      (total, { key }) => total + sizes[key].replicas * amount(sizes[key].requests[resource]),
      0,
    );
    const offered = left * amount(general.size[resource]);
    if (asked <= offered) return [];
    const words = (value: number) => (resource === "cpu" ? round(value) : `${round(value / 2 ** 30)} GiB`);
    const reason = `the preset ${preset} survives the loss of a general node, but Speckle's pods ask for ${words(asked)} ${resource} and ${left} of ${general.nodes} nodes offer ${words(offered)}`;
    const fix =
      "Give pool general more or larger nodes, lower replicas or requests under workloads, or begin with the preset small.";
    return [{ path: "pools.general", reason, fix }];
  });
}
