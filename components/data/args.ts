import type { Input } from "@pulumi/pulumi";
import type { ServiceOwner } from "../sharing/services.ts";
import type { SecretRef } from "../speckle/secrets.ts";
import type { CacheSize } from "./cache-values.ts";
import type { PostgresTls } from "./connections.ts";
import type { PostgresSize } from "./postgres-cluster.ts";

/**
 * What the loss of a store would mean. `precious`: protected from deletion, kept when it leaves the program, and backed
 * up. `rebuildable`: goes with the environment.
 */
export type DataClass = "precious" | "rebuildable";

/** Major versions of PostgreSQL to choose from; the first is the one Speckle is developed and tested on. */
export const postgresVersions = [16, 17, 18] as const;

/** A major version of PostgreSQL. It can be raised, which stops the database for some minutes, and never lowered. */
export type PostgresVersion = (typeof postgresVersions)[number];

/** What a managed store has in common with every other. */
interface Managed {
  readonly mode: "managed";
  /** The cloud's own name of a size, such as `db-s-2vcpu-4gb` or `db.m7g.large`. */
  readonly plan: string;
  /** Copies that take over when the first fails. */
  readonly standbys: number;
}

/** Postgres that the cloud runs. */
export interface ManagedPostgresArgs extends Managed {
  readonly version: PostgresVersion;
  /** Size of the volume in GiB; can grow, never shrink. */
  readonly storageGi: number;
  readonly data: DataClass;
}

/** Valkey that the cloud runs; what it holds can always be computed again. */
export type ManagedCacheArgs = Managed;

/** A bucket of the cloud's. */
export interface ManagedObjectStoreArgs {
  readonly mode: "managed";
  /** Name of the bucket; nobody else in the world may have it. */
  readonly bucket: string;
  readonly data: DataClass;
}

/** IPv4 ranges of a store somebody else runs; anywhere outside the cluster when absent and its host is no address. */
type Ranges = readonly string[] | undefined;

/** Postgres: run by the cloud, in the cluster, or by somebody else. */
export type PostgresChoice = ManagedPostgresArgs | InClusterPostgresArgs | ExistingPostgresArgs;

/** Postgres in the cluster. */
export interface InClusterPostgresArgs extends PostgresSize {
  readonly mode: "inCluster";
  readonly version: PostgresVersion;
  /** Who makes the cluster's operator; default: this environment. */
  readonly operator?: ServiceOwner | undefined;
  readonly data: DataClass;
  readonly backup?: PostgresBackup | undefined;
  readonly restore?: PostgresRestore | undefined;
}

/** How a database in the cluster is backed up: whole once a day, and every change within five minutes. */
export interface PostgresBackup {
  /** A bucket outside the cluster; the environment's own object store when absent. */
  readonly to?: BackupBucket | undefined;
  /** Folder in the bucket. It belongs to one database: another one begins only in an empty folder. */
  readonly path: string;
  /** Days any moment of which can be gone back to. */
  readonly keepDays: number;
}

/** An S3-compatible bucket for backups. */
export interface BackupBucket {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: Input<string>;
  readonly ranges?: Ranges;
}

/** What a new database begins with, in the place of nothing. Read when it is made, and never again. */
export interface PostgresRestore {
  /** Folder of the backup, in the bucket that backups go to. */
  readonly path: string;
  /** The moment to go back to; the last one there is when absent. */
  readonly until?: string | undefined;
}

/** A database somebody else runs, by its parts or by a Secret of Speckle's namespace with the whole URL. */
export interface ExistingPostgresArgs {
  readonly mode: "existing";
  readonly tls: PostgresTls;
  readonly ranges?: Ranges;
  readonly access:
    | {
        readonly host: string;
        readonly port: number;
        readonly database: string;
        readonly user: string;
        readonly password: Input<string>;
      }
    | {
        readonly secret: SecretRef;
        /** Another Secret with the same URL, for the queue of IFC imports; required for these. */
        readonly importQueueSecret?: SecretRef | undefined;
      };
}

/** The cache: run by the cloud, in the cluster, or by somebody else. */
export type CacheChoice = ManagedCacheArgs | ({ readonly mode: "inCluster" } & CacheSize) | ExistingCacheArgs;

/** A Redis-compatible cache somebody else runs; it must never evict (`noeviction`). */
export interface ExistingCacheArgs {
  readonly mode: "existing";
  readonly ranges?: Ranges;
  readonly access:
    | {
        readonly host: string;
        readonly port: number;
        readonly user: string;
        readonly password: Input<string>;
        readonly tls: boolean;
      }
    | { readonly secret: SecretRef; readonly previewSecret: SecretRef };
}

/** The object store: the cloud's, in the cluster, or somebody else's. */
export type ObjectStoreChoice =
  | ManagedObjectStoreArgs
  | { readonly mode: "inCluster"; readonly storage: string }
  | ExistingObjectStoreArgs;

/** An S3-compatible store somebody else runs; its bucket is there and lets Speckle's pages upload (CORS). */
export interface ExistingObjectStoreArgs {
  readonly mode: "existing";
  readonly ranges?: Ranges;
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly access: { readonly secretKey: Input<string> } | { readonly secret: SecretRef };
}

/** The three stores of an environment. */
export interface StoreChoices {
  readonly postgres: PostgresChoice;
  readonly cache: CacheChoice;
  readonly objectStore: ObjectStoreChoice;
}
