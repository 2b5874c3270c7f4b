import type { SpeckleValuesArgs } from "./values.ts";
import { podLabels, running, workload } from "./workloads.ts";

/**
 * A PodDisruptionBudget for each workload of several pods, by its key, since the chart has none: a node that is emptied
 * takes one pod of it at a time. A single pod has none, which would hold up its node for ever; and what does not work
 * holds up nothing.
 */
export function disruptionBudgets(args: Pick<SpeckleValuesArgs, "namespace" | "workloads" | "ifcImport">) {
  const several = running(args).filter((key) => args.workloads[key].replicas > 1);
  return several.map((key) => ({
    key,
    metadata: { name: workload(key).name, namespace: args.namespace },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: podLabels(workload(key)) },
    },
  }));
}
