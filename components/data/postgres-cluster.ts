import type { PostgresVersion } from "./args.ts";
import type { Archiving } from "./postgres-backup.ts";

/** Name of the database cluster; the operator derives the names of its Secrets and Services from it. */
export const postgresName = "speckle-postgres";

/** Namespace of the CloudNativePG operator. */
export const postgresOperatorNamespace = "cnpg-system";

/** What the operator's pod takes. */
export const postgresOperatorResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { memory: "256Mi" },
};

/** Values of the CloudNativePG operator's chart. */
export const postgresOperatorValues = { resources: postgresOperatorResources };

/** The Secret with the password of the database's owner; the operator follows its changes. */
export const postgresOwnerSecret = { name: `${postgresName}-owner`, key: "password" };
/** The database, and the user it belongs to. */
export const postgresDatabase = { database: "speckle", user: "speckle" };

/**
 * Versions of the database's images: CloudNativePG's catalog of 2026-08. All on one base, or `pg_upgrade` cannot lead
 * over; of its variants `system` alone has the programs that write backups.
 */
const imageVersions: Record<PostgresVersion, string> = { 16: "16.15", 17: "17.11", 18: "18.6" };

/** How large the database is. */
export interface PostgresSize {
  /** Instances: one primary, the others standbys on other nodes. */
  readonly instances: number;
  /** Size of each instance's volume; can grow, never shrink. */
  readonly storage: string;
  readonly cpu: string;
  readonly memory: string;
  /** max_connections of the server. */
  readonly connections: number;
}

/** The `Cluster` object that the CloudNativePG operator turns into a running PostgreSQL. */
export function postgresCluster(
  args: PostgresSize & {
    readonly version: PostgresVersion;
    readonly namespace: string;
    readonly storageClass?: string | undefined;
    /** What follows from backups. */
    readonly archiving?: Archiving | undefined;
  },
) {
  const { version, instances, storage, cpu, memory, connections, namespace, storageClass, archiving } = args;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: {
      name: postgresName,
      namespace,
      annotations: { "pulumi.com/waitFor": "condition=Ready" },
    },
    spec: {
      instances,
      // The budget that the operator makes for a single instance would hold up its node for ever.
      enablePDB: instances > 1,
      imageName: `ghcr.io/cloudnative-pg/postgresql:${imageVersions[version]}-${archiving ? "system" : "standard"}-bookworm`,
      bootstrap: {
        initdb: {
          database: postgresDatabase.database,
          owner: postgresDatabase.user,
          secret: { name: postgresOwnerSecret.name },
          dataChecksums: true,
        },
      },
      ...archiving,
      postgresql: { parameters: { max_connections: String(connections) } },
      storage: { size: storage, ...(storageClass && { storageClass }) },
      resources: { requests: { cpu, memory }, limits: { memory } },
      affinity: { enablePodAntiAffinity: true, topologyKey: "kubernetes.io/hostname" },
    },
  };
}
