import type { PostgresChoice } from "../data/args.ts";
import { planFacts } from "../data/plans.ts";
import { type Workload, workloads } from "./workloads.ts";

/** Connections of a server that Speckle leaves to people, backups and whoever runs it; PostgreSQL itself keeps three. */
export const reservedConnections = 5;

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
export function connectionDemand(podsOf: (workload: Workload) => RunningPods): ConnectionDemand {
  const demands = workloads.map((workload) => {
    const { replicas, surge } = podsOf(workload);
    const atRest = replicas * workload.connections;
    return { atRest, atPeak: atRest + surge * workload.connections };
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
