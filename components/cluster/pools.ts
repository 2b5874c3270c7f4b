/** The two kinds of node pool every cluster has; a pool's nodes carry its role as a label. */
export type PoolRole = "general" | "heavy";

/** Label of every node of a pool, and key of the heavy pool's taint. */
export const workloadLabel = "speckle.systems/workload";

/** The taint that keeps everything but preview and file import off the heavy nodes. */
export const heavyTaint = { key: workloadLabel, value: "heavy", effect: "NoSchedule" } as const;

/** What one node of a pool has, in Kubernetes quantities. */
export interface NodeSize {
  readonly cpu: string;
  readonly memory: string;
}

/** Bounds of a pool's number of nodes. */
export interface PoolScale {
  readonly least: number;
  readonly most: number;
}

/** One node pool as plain data: the same for all clusters. */
export interface Pool {
  readonly role: PoolRole;
  /** Number of nodes; the number to start with where it changes by itself. */
  readonly nodes: number;
  /** Bounds within which a cloud changes the number while pods wait or nodes idle; fixed when absent. */
  readonly scale?: PoolScale;
  /** What one node offers to pods. */
  readonly size: NodeSize;
}

/** Labels of a pool's nodes. */
export function poolLabels(role: PoolRole): Record<string, string> {
  return { [workloadLabel]: role };
}

/** Where work for a pool runs: there, or on general nodes where the cluster has no such pool. */
export function poolFor(role: PoolRole, pools: readonly Pick<Pool, "role">[]): PoolRole {
  return pools.some((pool) => pool.role === role) ? role : "general";
}

/** What a pod needs to run on a pool, in the Speckle chart's own field names. */
export function placement(role: PoolRole) {
  return {
    nodeSelector: poolLabels(role),
    tolerations: role === "heavy" ? [{ ...heavyTaint, operator: "Equal" }] : [],
  };
}
