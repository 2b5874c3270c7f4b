import type { PostgresChoice } from "../data/args.ts";
import { planFacts } from "../data/plans.ts";
import { type Workload, type WorkloadChoice, workloads } from "./workloads.ts";

/** Connections of a server that Speckle leaves to people, backups and whoever runs it; PostgreSQL itself keeps three. */
export const reservedConnections = 5;

/** Connections in one pool of a pod: the default of Speckle's chart 2.31.14, `db.maxConnectionsServer`. */
export const defaultConnectionsPerPool = 8;

/** Fewest connections in one pool: a transaction holds one while the request around it asks with another. */
export const leastConnectionsPerPool = 2;

/** What decides how many connections a pod opens. */
export interface ConnectionChoice extends WorkloadChoice {
  /** Most connections in one pool; default: the chart's 8. */
  readonly connectionsPerPool?: number | undefined;
}

/** Most connections that one pod of a workload opens. */
export function podConnections({ connections, connectionPools }: Workload, choice: ConnectionChoice): number {
  const { ifcImport, connectionsPerPool = defaultConnectionsPerPool } = choice;
  const { always = 0, ifcImport: withImports = 0 } = connectionPools ?? {};
  return connections + (always + (ifcImport ? withImports : 0)) * connectionsPerPool;
}

/** Pods of a workload. */
export interface RunningPods {
  readonly replicas: number;
  /** Pods beside them while a rolling update runs old and new ones. */
  readonly surge: number;
}

/** Connections that Speckle opens when every pool of connections is full. */
export interface ConnectionDemand {
  readonly atRest: number;
  /** While every rolling workload is updated at once. */
  readonly atPeak: number;
}

/** What Speckle's pods ask of the database. @param podsOf how many pods of each workload there are */
export function connectionDemand(
  choice: ConnectionChoice,
  podsOf: (workload: Workload) => RunningPods,
): ConnectionDemand {
  const demands = workloads.map((workload) => {
    const { replicas, surge } = podsOf(workload);
    const each = podConnections(workload, choice);
    return { atRest: replicas * each, atPeak: (replicas + surge) * each };
  });
  const sum = (key: keyof ConnectionDemand) => demands.reduce((total, demand) => total + demand[key], 0);
  return { atRest: sum("atRest"), atPeak: sum("atPeak") };
}

/** Connections a server gives to clients; undefined when it is somebody else's, or of a plan that is not known. */
export function connectionLimit(postgres: PostgresChoice, cluster: string): number | undefined {
  if (postgres.mode === "inCluster") return postgres.connections;
  const known = cluster === "digitalocean" || cluster === "aws";
  return postgres.mode === "managed" && known ? planFacts[cluster].connections(postgres.plan) : undefined;
}
