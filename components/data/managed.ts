import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { StoreLocation } from "../network/peers.ts";
import type { Rotations } from "../secrets/table.ts";
import { type ConnectionParts, connectionUrl } from "../speckle/secrets.ts";
import type { ManagedCacheArgs, ManagedObjectStoreArgs, ManagedPostgresArgs, StoreChoices } from "./args.ts";
import type { CacheConnection, ObjectStoreConnection, PostgresConnection } from "./connections.ts";
import type { Acknowledging } from "./keeping.ts";

/** How often the secrets of a store have been rotated. */
export interface Rotating {
  readonly rotations?: Rotations | undefined;
}

/** The stores a cloud runs, made next to the cluster that brings them; nothing but its pods can reach them. */
export interface ManagedStores {
  /** Where each of them will be, as far as it is known before they are made. */
  readonly locations: Record<keyof StoreChoices, StoreLocation>;
  postgres(
    name: string,
    args: ManagedPostgresArgs & Acknowledging & Rotating,
    opts: ComponentResourceOptions,
  ): PostgresConnection;
  cache(name: string, args: ManagedCacheArgs & Rotating, opts: ComponentResourceOptions): CacheConnection;
  /** @param args with the origin whose pages may upload */
  objectStore(
    name: string,
    args: ManagedObjectStoreArgs & Acknowledging & Rotating & { readonly origin: string },
    opts: ComponentResourceOptions,
  ): ObjectStoreConnection;
}

/** Database and user of Speckle in a managed PostgreSQL. */
export const postgresDatabase = "speckle";

/** Who reads the URL of a managed database: node-postgres of Speckle's services, or asyncpg of the IFC importer. */
export type PostgresClient = "services" | "importer";

/** Both check the certificate of the database; asyncpg checks the host's name for `verify-full` alone. */
const sslModes: Record<PostgresClient, string> = { services: "require", importer: "verify-full" };

/** URL of Speckle's database in a managed PostgreSQL. */
export function managedUrl(
  client: PostgresClient,
  access: Pick<ConnectionParts, "user" | "password" | "host" | "port">,
): string {
  const query = `sslmode=${sslModes[client]}`;
  return connectionUrl({ scheme: "postgresql", database: postgresDatabase, query, ...access });
}

/** How browsers upload straight to a bucket: Speckle's pages read the ETag of each PUT. */
export function uploadRule(origin: string) {
  return {
    allowedOrigins: [origin],
    allowedMethods: ["GET", "HEAD", "PUT"],
    allowedHeaders: ["*"],
    exposeHeaders: ["ETag"],
    maxAgeSeconds: 3600,
  };
}

/** Days after which the parts of an upload that was given up are removed. */
export const abandonedUploadDays = 7;

/** Days for which a bucket keeps what was overwritten or deleted. */
export const oldVersionDays = 30;
