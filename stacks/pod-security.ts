import type { Problem } from "../components/problem.ts";
import type { PodSecurity } from "../components/security/namespace.ts";
import type { StackFile } from "./schema.ts";

/** Kubernetes' first minor version that changes pods as it takes them in. */
const repairsPods = 36;

/** How Pod Security is kept: left out, strictly where the cluster is known to be new enough to repair pods. */
export function podSecurityOf({ podSecurity, cluster }: StackFile): PodSecurity {
  return podSecurity ?? (isNewEnough(cluster) ? "restricted" : "baseline");
}

/** Of a cluster that is there already nobody knows how old it is until it is asked. */
function isNewEnough(cluster: StackFile["cluster"]): boolean {
  if (!("version" in cluster)) return cluster.type === "kind";
  const [, minor] = /^1\.(\d+)/.exec(cluster.version) ?? [];
  return Number(minor) >= repairsPods;
}

/** A runtime class is given by a policy that changes pods. */
export function runtimeClassProblems(file: StackFile): Problem[] {
  if (!file.runtimeClass || podSecurityOf(file) === "restricted") return [];
  const reason = "takes Kubernetes 1.36, and podSecurity is baseline, as for clusters that may be older";
  const fix = "Set podSecurity to restricted where the cluster is new enough, or leave runtimeClass out.";
  return [{ path: "runtimeClass", reason, fix }];
}
