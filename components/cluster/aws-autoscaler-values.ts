import { placement } from "./pools.ts";

/** Namespace and service account of the autoscaler, which its role is bound to. */
export const autoscaler = { namespace: "kube-system", serviceAccount: "cluster-autoscaler" } as const;

/**
 * Values of the cluster autoscaler's chart. Why it, and not EKS Auto Mode: Auto Mode runs DNS outside the cluster's
 * pods, which Speckle's chart and the network policies select; it enforces policies only after settings of its own
 * kind; and it bills every machine a tenth higher. The autoscaler is one Deployment that resizes the groups this
 * program made, the same way DigitalOcean's own does. Karpenter packs better, but brings definitions, a queue and roles
 * that no other cluster here has.
 */
export function autoscalerValues(args: { readonly cluster: string; readonly region: string }) {
  return {
    fullnameOverride: autoscaler.serviceAccount,
    cloudProvider: "aws",
    awsRegion: args.region,
    autoDiscovery: { clusterName: args.cluster },
    rbac: { serviceAccount: { create: true, name: autoscaler.serviceAccount } },
    extraArgs: {
      expander: "least-waste",
      // Pods of the cluster itself would keep idle nodes alive.
      "skip-nodes-with-system-pods": false,
      // Longer than a file import may run: a job is not moved while it works.
      "max-graceful-termination-sec": 1200,
    },
    nodeSelector: placement("general").nodeSelector,
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    // Its own namespace enforces nothing, so it holds itself to the strictest standard.
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}
