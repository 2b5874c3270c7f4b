import { scratchLimits } from "../speckle/values.ts";
import { type WorkloadKey, workload } from "../speckle/workloads.ts";
import { podChange } from "./admission.ts";

/** Speckle's workloads that open files of strangers. */
export const fileWorkloads = (Object.keys(scratchLimits) as WorkloadKey[]).map((key) => workload(key).name);

/**
 * Gives the pods that open files of strangers a RuntimeClass, such as gVisor's, as the API server takes them in: the
 * chart has no value for one. A pod that names one of its own keeps it. Kubernetes 1.36 or later.
 */
export function sandbox(runtimeClass: string, namespace: string) {
  const conditions = [
    {
      name: "opens-files",
      expression: `has(object.metadata.labels) && "app" in object.metadata.labels && object.metadata.labels["app"] in ${JSON.stringify(fileWorkloads)}`,
    },
    { name: "without-a-class", expression: "!has(object.spec.runtimeClassName)" },
  ];
  return podChange(
    `${namespace}-sandbox`,
    namespace,
    conditions,
    `[JSONPatch{op: "add", path: "/spec/runtimeClassName", value: "${runtimeClass}"}]`,
  );
}
