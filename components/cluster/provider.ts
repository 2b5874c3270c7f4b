import { Provider } from "@pulumi/kubernetes/provider.js";
import type { ComponentResource, Input, Output, Resource } from "@pulumi/pulumi";

/**
 * The Kubernetes provider of a cluster. A renewed token or certificate leaves everything in place, since the
 * identifier alone decides whether it is another cluster; Secrets and ConfigMaps are updated in place, since pods
 * would find them absent while they are deleted and made again.
 */
export function clusterProvider(
  name: string,
  args: {
    readonly kubeconfig: Output<string>;
    readonly context?: string;
    readonly identifier: Input<string>;
    /** Made before everything in the cluster, and deleted after it: nodes and what they need. */
    readonly dependsOn?: readonly Resource[];
  },
  parent?: ComponentResource,
): Provider {
  const { kubeconfig, context, identifier, dependsOn = [] } = args;
  return new Provider(
    name,
    {
      kubeconfig,
      ...(context && { context }),
      clusterIdentifier: identifier,
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    { ...(parent && { parent }), dependsOn: [...dependsOn] },
  );
}
