import type { PoolRole } from "../cluster/pools.ts";
import { type IdentityProvider, identityProviders } from "./sign-in.ts";

/** A workload's key in the Speckle chart's values. */
export type WorkloadKey =
  | "server"
  | "objects"
  | "frontend_2"
  | "preview_service"
  | "webhook_service"
  | "fileimport_service"
  | "ifc_import_service"
  | "monitoring";

/** What a container asks for, in Kubernetes quantities. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
}

/** The secrets a workload reads, by purpose. */
export type SecretPurpose =
  | "postgres"
  | "redis"
  | "previewRedis"
  | "objectStore"
  | "session"
  | "email"
  | IdentityProvider;

/** What the server's image reads. */
const serverSecrets: readonly SecretPurpose[] = [
  "postgres",
  "redis",
  "previewRedis",
  "objectStore",
  "session",
  "email",
  ...identityProviders,
];

/** Pools of Postgres connections that one pod has. */
export interface ConnectionPools {
  readonly always: number;
  /** Further ones, for the queue of IFC imports. */
  readonly ifcImport: number;
}

/**
 * Those of the server's image, beside one connection that listens. Source: speckle-server, packages/server: knexfile.ts
 * and modules/core/utils/dbNotificationListener.ts; modules/fileuploads/index.ts and
 * modules/fileuploads/graph/resolvers/fileUploads.ts have one each where FILEIMPORT_QUEUE_POSTGRES_URL is set.
 */
const serverPools: ConnectionPools = { always: 1, ifcImport: 2 };

/** What the Speckle chart's newest rendering says of one workload; a contract test holds it against the chart. */
export interface Workload {
  readonly key: WorkloadKey;
  /** Name of the Deployment, the ServiceAccount and the labels `app` and `app.kubernetes.io/name`. */
  readonly name: string;
  readonly service: { readonly name: string; readonly port: number };
  /** Container port the Service sends to. */
  readonly port: { readonly name: string; readonly number: number };
  /** Image repository on Docker Hub; the tag is the chart's version. */
  readonly image: string;
  readonly priorityClass: "high-priority" | "low-priority";
  readonly strategy: "RollingUpdate" | "Recreate";
  /** terminationGracePeriodSeconds. */
  readonly graceSeconds: number;
  /** The pool its pods run on. */
  readonly pool: PoolRole;
  /** The chart's default requests and limits of one pod. */
  readonly requests: Resources;
  readonly limits: Resources;
  /** Most Postgres connections one pod opens, beside those of pools whose size is a setting. */
  readonly connections: number;
  /** Pools of Postgres connections whose size is the setting `connectionsPerPool`; default: none. */
  readonly connectionPools?: ConnectionPools;
  /** Secrets its pods read through environment variables. */
  readonly secrets: readonly SecretPurpose[];
  /** Meets the `restricted` Pod Security Standard. */
  readonly restricted: boolean;
}

/** Every Deployment of the Speckle chart 2.31.14. */
export const workloads: readonly Workload[] = [
  {
    key: "server",
    name: "speckle-server",
    service: { name: "speckle-server", port: 3000 },
    port: { name: "http", number: 3000 },
    image: "speckle/speckle-server",
    priorityClass: "high-priority",
    strategy: "RollingUpdate",
    graceSeconds: 310,
    pool: "general",
    requests: { cpu: "1000m", memory: "1Gi" },
    limits: { cpu: "1500m", memory: "3Gi" },
    connections: 1,
    connectionPools: serverPools,
    secrets: serverSecrets,
    restricted: true,
  },
  {
    key: "objects",
    name: "speckle-objects",
    service: { name: "speckle-objects", port: 3000 },
    port: { name: "http", number: 3000 },
    image: "speckle/speckle-server",
    priorityClass: "high-priority",
    strategy: "RollingUpdate",
    graceSeconds: 310,
    pool: "general",
    requests: { cpu: "1000m", memory: "1Gi" },
    limits: { cpu: "1500m", memory: "3Gi" },
    connections: 1,
    connectionPools: serverPools,
    secrets: serverSecrets,
    restricted: true,
  },
  {
    key: "frontend_2",
    name: "speckle-frontend-2",
    service: { name: "speckle-frontend-2", port: 8080 },
    port: { name: "www", number: 8080 },
    image: "speckle/speckle-frontend-2",
    priorityClass: "high-priority",
    strategy: "RollingUpdate",
    graceSeconds: 30,
    pool: "general",
    requests: { cpu: "250m", memory: "256Mi" },
    limits: { cpu: "1000m", memory: "512Mi" },
    connections: 0,
    secrets: ["redis"],
    restricted: false,
  },
  {
    key: "preview_service",
    name: "speckle-preview-service",
    service: { name: "speckle-preview-service-metrics", port: 3001 },
    port: { name: "metrics", number: 3001 },
    image: "speckle/speckle-preview-service",
    priorityClass: "low-priority",
    strategy: "Recreate",
    graceSeconds: 30,
    pool: "heavy",
    requests: { cpu: "500m", memory: "2Gi" },
    limits: { cpu: "1000m", memory: "4Gi" },
    connections: 0,
    secrets: ["previewRedis"],
    restricted: true,
  },
  {
    key: "webhook_service",
    name: "speckle-webhook-service",
    service: { name: "speckle-webhook-service-metrics", port: 9095 },
    port: { name: "metrics", number: 9095 },
    image: "speckle/speckle-webhook-service",
    priorityClass: "low-priority",
    strategy: "Recreate",
    graceSeconds: 30,
    pool: "general",
    requests: { cpu: "500m", memory: "2Gi" },
    limits: { cpu: "1000m", memory: "4Gi" },
    connections: 1,
    secrets: ["postgres"],
    restricted: true,
  },
  {
    key: "fileimport_service",
    name: "speckle-fileimport-service",
    service: { name: "speckle-fileimport-service-metrics", port: 9093 },
    port: { name: "metrics", number: 9093 },
    image: "speckle/speckle-fileimport-service",
    priorityClass: "low-priority",
    strategy: "Recreate",
    graceSeconds: 610,
    pool: "heavy",
    requests: { cpu: "100m", memory: "512Mi" },
    limits: { cpu: "1000m", memory: "2Gi" },
    connections: 1,
    secrets: ["postgres"],
    restricted: true,
  },
  {
    key: "ifc_import_service",
    name: "speckle-ifc-import-service",
    service: { name: "speckle-ifc-import-service-metrics", port: 9093 },
    port: { name: "metrics", number: 9093 },
    image: "speckle/speckle-ifc-import-service",
    priorityClass: "low-priority",
    strategy: "Recreate",
    graceSeconds: 610,
    pool: "heavy",
    requests: { cpu: "100m", memory: "512Mi" },
    limits: { cpu: "1000m", memory: "2Gi" },
    connections: 1,
    secrets: ["postgres"],
    restricted: true,
  },
  {
    key: "monitoring",
    name: "speckle-monitoring",
    service: { name: "speckle-monitoring-metrics", port: 9092 },
    port: { name: "metrics", number: 9092 },
    image: "speckle/speckle-monitor-deployment",
    priorityClass: "low-priority",
    strategy: "RollingUpdate",
    graceSeconds: 10,
    pool: "general",
    requests: { cpu: "100m", memory: "64Mi" },
    limits: { cpu: "200m", memory: "512Mi" },
    connections: 2,
    secrets: ["postgres"],
    restricted: true,
  },
];

/** The facts of one workload. */
export function workload(key: WorkloadKey): Workload {
  const found = workloads.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no Speckle workload has the key ${key}`);
  return found;
}

/** Labels by which a workload's pods are found, at every version of the chart. */
export function podLabels({ name }: Workload): Record<string, string> {
  return { app: name, project: "speckle-server" };
}

/** What decides which workloads run. */
export interface WorkloadChoice {
  /** The IFC importer runs, instead of the older importer. */
  readonly ifcImport: boolean;
}

/** The workloads that run. */
export function running(choice: WorkloadChoice): WorkloadKey[] {
  const keys = workloads.map(({ key }) => key);
  return keys.filter((key) => !importers.has(key) || key === importer(choice));
}

const importers: ReadonlySet<WorkloadKey> = new Set(["fileimport_service", "ifc_import_service"]);

/** Both importers would claim the same uploads, so one of them runs. */
export function importer({ ifcImport }: WorkloadChoice): "ifc_import_service" | "fileimport_service" {
  return ifcImport ? "ifc_import_service" : "fileimport_service";
}
