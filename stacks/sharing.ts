import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../components/problem.ts";
import type { StackFile } from "./schema.ts";

/** What is wrong with the settings about services that another environment of the cluster made. */
export function sharingProblems(file: StackFile): Problem[] {
  const { cluster, clusterServices, postgres, certificate } = file;
  if (cluster.type === "existing") {
    const asUsual = isDeepStrictEqual(cluster.exposure, { type: "loadBalancer" });
    return clusterServices === "create" || asUsual ? [] : [strangeExposure];
  }
  const owners: Record<string, string | undefined> = {
    clusterServices,
    "postgres.operator": postgres.mode === "inCluster" ? postgres.operator : undefined,
    "certificate.certManager": certificate?.mode === "given" ? undefined : certificate?.certManager,
  };
  return Object.entries(owners).flatMap(([path, owner]) => {
    if (owner !== "shared") return [];
    const reason = `this environment makes its own cluster (${cluster.type}), where no other one was before`;
    const fix =
      "Leave it out; or set cluster.type to existing, with a kubeconfig of the cluster that is shared.";
    return [{ path, reason, fix }];
  });
}

const strangeExposure: Problem = {
  path: "cluster.exposure",
  reason: "says how traffic gets to Traefik, which another environment made (`clusterServices: shared`)",
  fix: "Remove it; what that environment's file says of it counts for this one too.",
};
