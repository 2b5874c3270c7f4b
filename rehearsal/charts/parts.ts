import type { PlainObject } from "../../components/merge.ts";
import { type Template, value } from "./template.ts";

/** What every container of these charts but Speckle's frontend is held to. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** The labels every chart made by `helm create` gives its objects. */
export function standardLabels(name: string, version: string): Record<string, string> {
  return { "helm.sh/chart": `${name}-${version}`, "app.kubernetes.io/managed-by": "Helm" };
}

/** Where the pods of a workload may run, from values that all these charts name alike. */
export function scheduling(prefix = ""): Record<string, Template> {
  const keys = ["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints"];
  return Object.fromEntries(keys.map((key) => [key, value(`${prefix}${key}`)]));
}

/** The definition of a namespaced custom resource whose contents are not looked at. */
export function definition(group: string, version: string, kind: string): PlainObject {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      // What was made with a definition outlives the chart, as with the genuine ones.
      annotations: { "helm.sh/resource-policy": "keep" },
    },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: "Namespaced",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          subresources: { status: {} },
        },
      ],
    },
  };
}
