import { scratchLimits } from "../speckle/values.ts";
import { type WorkloadKey, workload } from "../speckle/workloads.ts";
import { binding, podsOf } from "./pod-security.ts";

/** Speckle's workloads that open files of strangers. */
export const fileWorkloads = (Object.keys(scratchLimits) as WorkloadKey[]).map((key) => workload(key).name);

/**
 * Gives the pods that open files of strangers a RuntimeClass, such as gVisor's, as the API server takes them in: the
 * chart has no value for one. A pod that names one of its own keeps it. Kubernetes 1.36 or later.
 */
export function sandbox(runtimeClass: string, namespace: string) {
  const name = `${namespace}-sandbox`;
  return {
    policy: {
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: podsOf(["CREATE"]),
        matchConditions: [
          {
            name: "opens-files",
            expression: `has(object.metadata.labels) && "app" in object.metadata.labels && object.metadata.labels["app"] in ${JSON.stringify(fileWorkloads)}`,
          },
          { name: "without-a-class", expression: "!has(object.spec.runtimeClassName)" },
        ],
        mutations: [
          {
            patchType: "JSONPatch",
            jsonPatch: {
              expression: `[JSONPatch{op: "add", path: "/spec/runtimeClassName", value: "${runtimeClass}"}]`,
            },
          },
        ],
      },
    },
    binding: binding(name, namespace),
  };
}
