import type { Problem } from "../components/problem.ts";
import type { StackFile } from "./schema.ts";

/** What is wrong with the settings about services that another environment of the cluster made. */
export function sharingProblems(file: StackFile): Problem[] {
  const { cluster, clusterServices, postgres, certificate } = file;
  if (cluster.type === "existing") return [];
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
