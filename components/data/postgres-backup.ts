import { type Input, interpolate } from "@pulumi/pulumi";
import type { SecretRef } from "../speckle/secrets.ts";
import type { PostgresBackup, PostgresRestore } from "./args.ts";
import { postgresDatabase, postgresName, postgresOwnerSecret } from "./postgres-cluster.ts";

/** Keys of the Secret with the key of the bucket that backups go to. */
export const backupKeys = {
  accessKey: "accessKeyId",
  secretKey: "secretAccessKey",
  region: "region",
} as const;

/** Name of that Secret. */
export const backupSecret = "speckle-postgres-backup";

/** The bucket that backups go to and come from, as the operator reaches it. */
export interface Archive {
  readonly endpoint: Input<string>;
  readonly bucket: Input<string>;
  /** The secret half of its key; the rest is in the Secret for backups. */
  readonly secretKey: SecretRef;
}

/** What of a `Cluster` follows from its backups. */
export type Archiving = ReturnType<typeof archiving>;

/** What of a `Cluster` follows from its backups, and from the one it begins with. */
export function archiving(archive: Archive, { path, keepDays }: PostgresBackup, restore?: PostgresRestore) {
  return {
    backup: {
      retentionPolicy: `${keepDays}d`,
      barmanObjectStore: {
        ...store(archive, path),
        wal: { compression: "gzip" },
        data: { compression: "gzip" },
      },
    },
    // Stores that are not Amazon's know no checksums at the end of a request.
    env: ["AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"].map((name) => ({
      name,
      value: "when_required",
    })),
    ...(restore && recovery(archive, restore)),
  };
}

function recovery(archive: Archive, { path, until }: PostgresRestore) {
  const source = "backup";
  return {
    bootstrap: {
      recovery: {
        source,
        database: postgresDatabase.database,
        owner: postgresDatabase.user,
        secret: { name: postgresOwnerSecret.name },
        ...(until && { recoveryTarget: { targetTime: until } }),
      },
    },
    externalClusters: [
      { name: source, barmanObjectStore: { ...store(archive, path), serverName: postgresName } },
    ],
  };
}

function store({ endpoint, bucket, secretKey }: Archive, path: string) {
  return {
    destinationPath: interpolate`s3://${bucket}/${path}`,
    endpointURL: endpoint,
    s3Credentials: {
      accessKeyId: { name: backupSecret, key: backupKeys.accessKey },
      secretAccessKey: secretKey,
      region: { name: backupSecret, key: backupKeys.region },
    },
  };
}

/** The order to back the database up: at once, and then each night at two. */
export function scheduledBackup(namespace: string) {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "ScheduledBackup",
    metadata: { name: postgresName, namespace },
    spec: {
      // Seconds first.
      schedule: "0 0 2 * * *",
      immediate: true,
      backupOwnerReference: "cluster",
      cluster: { name: postgresName },
      method: "barmanObjectStore",
    },
  };
}
