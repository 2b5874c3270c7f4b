import type { Input } from "@pulumi/pulumi";
import { secretVersionAnnotation } from "../secrets/annotation.ts";

/** Name of the release, its Service and the Secret with its users. */
export const cacheName = "speckle-valkey";
export const cachePort = 6379;
/** The one user; a chart with users but without `default` would let anyone in. */
export const cacheUser = "default";

/** How large the cache is. */
export interface CacheSize {
  /** Memory limit of the pod, in MiB; three quarters of it hold data, the rest is for rewriting the log. */
  readonly memoryMi: number;
  /** Size of the volume with the append-only log. */
  readonly storage: string;
}

/** What its pod takes. */
export function cacheResources({ memoryMi }: Pick<CacheSize, "memoryMi">) {
  const memory = `${memoryMi}Mi`;
  return { requests: { cpu: "50m", memory }, limits: { memory } };
}

/** Values of the Valkey chart. */
export function cacheValues(
  args: CacheSize & {
    readonly storageClass?: string | undefined;
    /** Mark of the users' passwords, which the pod reads only as it starts. */
    readonly secretVersion: Input<string>;
  },
) {
  const { memoryMi, storage, storageClass, secretVersion } = args;
  return {
    image: { tag: "8.1.4-alpine" },
    // A StatefulSet of one: the chart's standalone mode is a Deployment whose rolling update waits for its own volume.
    replica: {
      enabled: true,
      replicas: 0,
      replicationUser: cacheUser,
      persistence: { size: storage, ...(storageClass && { storageClass }) },
      // Kubernetes changes no StatefulSet's volumes: another size is another cache, whose old volume must not be found.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" },
    },
    auth: {
      enabled: true,
      usersExistingSecret: cacheName,
      aclUsers: { [cacheUser]: { permissions: "~* &* +@all" } },
    },
    valkeyConfig: [
      "appendonly yes",
      "appendfsync everysec",
      `maxmemory ${Math.floor(memoryMi * 0.75)}mb`,
      "maxmemory-policy noeviction",
      "",
    ].join("\n"),
    podAnnotations: { [secretVersionAnnotation]: secretVersion },
    readinessProbe: { enabled: true },
    resources: cacheResources(args),
    // Without requests of its own the container that writes the configuration is refused wherever there is a quota.
    initResources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "64Mi" } },
  };
}
