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
export type PostgresChoice =
  | ManagedPostgresArgs
  | ({
      readonly mode: "inCluster";
      /** Who makes the cluster's operator; default: this environment. */
      readonly operator?: ServiceOwner | undefined;
    } & PostgresSize)
  | ExistingPostgresArgs;

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
    | { readonly secret: SecretRef };
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
