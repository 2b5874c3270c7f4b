import { accountsName } from "../accounts/accounts-job.ts";
import { cacheName } from "../data/cache-values.ts";
import { objectStoreName } from "../data/object-store-values.ts";
import { postgresName } from "../data/postgres-cluster.ts";
import { gatheredGi } from "../edge/traefik-values.ts";
import { authorityConfigMap } from "../speckle/values.ts";
import { type WorkloadKey, workload } from "../speckle/workloads.ts";

/**
 * What the loss of a volume means. `precious`: work that nobody can make again. `rebuildable`: queues and sessions; people
 * sign in again, and lost previews and imports are asked for again. `scratch`: nothing, it goes with its pod.
 * `configuration` and `secret`: nothing, it is made from elsewhere; nobody may write there.
 */
export type VolumeData = "precious" | "rebuildable" | "scratch" | "configuration" | "secret";

/** What a volume is, in the words of a pod's `volumes`. */
export type VolumeKind = "emptyDir" | "persistentVolumeClaim" | "configMap" | "secret" | "projected";

/** One volume of an environment's pods. */
export interface VolumeFacts {
  /** What runs the pods: Deployments, StatefulSets, or the cluster of an operator. */
  readonly pods: readonly string[];
  /** Its name in the pods; a name made up by Kubernetes ends in a dash here. */
  readonly volume: string;
  readonly kind: VolumeKind;
  /** `Memory` counts against the container's memory. Default: the node's disk, or the network's for a claim. */
  readonly medium?: "Memory";
  /** Most it may hold; default: what the container may write to its node's disk, or have of memory. */
  readonly limit?: string;
  /** Containers that may write to it. */
  readonly writtenBy: readonly string[];
  readonly what: string;
  readonly data: VolumeData;
}

const named = (...keys: WorkloadKey[]) => keys.map((key) => workload(key).name);
const scratch = { kind: "emptyDir", data: "scratch" } as const;

/** Every volume of every pod of an environment. */
export const volumes: readonly VolumeFacts[] = [
  {
    pods: [postgresName],
    volume: "pgdata",
    kind: "persistentVolumeClaim",
    limit: "`postgres.storage`",
    writtenBy: ["postgres"],
    what: "The database: projects, models, accounts",
    data: "precious",
  },
  {
    pods: [objectStoreName],
    volume: "data",
    kind: "persistentVolumeClaim",
    limit: "`objectStore.storage`",
    writtenBy: ["versitygw"],
    what: "Uploaded files",
    data: "precious",
  },
  {
    pods: [cacheName],
    volume: "valkey-data",
    kind: "persistentVolumeClaim",
    limit: "`cache.storage`",
    writtenBy: [cacheName, `${cacheName}-init`],
    what: "Log of the cache: sessions, queues",
    data: "rebuildable",
  },
  {
    ...scratch,
    pods: named("server", "objects", "webhook_service"),
    volume: "tmp",
    writtenBy: ["main"],
    what: "Uploads on their way",
  },
  {
    ...scratch,
    pods: named("fileimport_service", "ifc_import_service"),
    volume: "tmp",
    writtenBy: ["main"],
    what: "Files of strangers while they are imported",
  },
  {
    ...scratch,
    pods: named("fileimport_service"),
    volume: "dotconfig",
    writtenBy: ["main"],
    what: "What the importer's libraries note",
  },
  {
    ...scratch,
    pods: ["traefik"],
    volume: "tmp",
    limit: `${gatheredGi()}Gi`,
    writtenBy: ["traefik"],
    what: "Bodies of uploads until they are complete; it grows with `uploads`",
  },
  {
    ...scratch,
    pods: ["traefik"],
    volume: "data",
    writtenBy: ["traefik"],
    what: "Nothing: Traefik's place for certificates it would get itself",
  },
  {
    ...scratch,
    pods: ["cloudnative-pg"],
    volume: "scratch-data",
    writtenBy: ["manager"],
    what: "The operator's program for instances",
  },
  {
    ...scratch,
    pods: [cacheName],
    volume: "valkey-acl",
    medium: "Memory",
    writtenBy: [cacheName, `${cacheName}-init`],
    what: "Hash of the user's password, made as the pod starts",
  },
  {
    pods: [cacheName],
    volume: "valkey-users-secret",
    kind: "secret",
    writtenBy: [],
    what: "Password of the cache's user",
    data: "secret",
  },
  {
    pods: ["cloudnative-pg"],
    volume: "webhook-certificates",
    kind: "secret",
    writtenBy: [],
    what: "Certificate the operator answers the API server with",
    data: "secret",
  },
  ...["scripts", "valkey-config"].map((volume) => ({
    pods: [cacheName],
    volume,
    kind: "configMap" as const,
    writtenBy: [],
    what: "The cache's settings",
    data: "configuration" as const,
  })),
  {
    pods: [
      ...named("server", "objects", "webhook_service"),
      ...named("fileimport_service", "ifc_import_service", "monitoring"),
      accountsName,
    ],
    volume: authorityConfigMap.name,
    kind: "configMap",
    writtenBy: [],
    what: "Authorities that sign the stores' certificates, where there are any",
    data: "configuration",
  },
  {
    pods: [
      "cert-manager",
      "cert-manager-cainjector",
      "cert-manager-webhook",
      "cloudnative-pg",
      postgresName,
      "traefik",
    ],
    volume: "kube-api-access-",
    kind: "projected",
    writtenBy: [],
    what: "Token of the Kubernetes API, an hour long",
    data: "secret",
  },
];

/** Containers that may write to their own file system, and why: all others cannot. */
export const writableRoots: Readonly<Record<string, string>> = {
  [workload("frontend_2").name]: "Speckle's chart gives it no security context",
  [workload("preview_service").name]: "the browser in it writes where it likes",
};
