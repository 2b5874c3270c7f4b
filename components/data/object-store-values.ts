import type { Input } from "@pulumi/pulumi";
import { secretVersionAnnotation } from "../secrets/annotation.ts";

/** Name of the release, its Deployment, Service and Secret. */
export const objectStoreName = "speckle-object-store";
export const objectStorePort = 7070;
/** The bucket Speckle keeps files in; the server creates it at its first start. */
export const objectStoreBucket = "speckle";
/** Region both sides sign requests for. */
export const objectStoreRegion = "us-east-1";

/** S3 endpoint as pods of the cluster reach it. */
export function objectStoreEndpoint(namespace: string): string {
  return `http://${objectStoreName}.${namespace}.svc.cluster.local:${objectStorePort}`;
}

/** What its pod takes. */
export const objectStoreResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { memory: "512Mi" },
};

/** Values of the Versity S3 Gateway chart. */
export function objectStoreValues(args: {
  readonly storage: string;
  /** Origin whose pages may read and write by presigned URL. */
  readonly origin: string;
  readonly storageClass?: string | undefined;
  /** Mark of the account's key, which the pod reads only as it starts. */
  readonly secretVersion: Input<string>;
}) {
  const { storage, origin, storageClass, secretVersion } = args;
  return {
    fullnameOverride: objectStoreName,
    image: { tag: "v1.7.0" },
    // The volume belongs to one pod: the old one must go before the new one starts.
    strategy: { type: "Recreate" },
    podAnnotations: { [secretVersionAnnotation]: secretVersion },
    auth: { existingSecret: objectStoreName },
    gateway: { region: objectStoreRegion, port: objectStorePort, corsAllowOrigin: origin },
    persistence: { size: storage, ...(storageClass && { storageClassName: storageClass }) },
    resources: objectStoreResources,
    podSecurityContext: { fsGroup: 1000, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
    },
  };
}
