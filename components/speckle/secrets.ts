import type { SecretPurpose } from "./workloads.ts";

/** One key of one Secret. */
export interface SecretRef {
  readonly name: string;
  readonly key: string;
}

/**
 * The Secrets this program makes for Speckle. One object per purpose: the chart lists every Secret on the service
 * accounts that may mount it, and one object listed twice is refused by a server-side apply.
 */
export const speckleSecrets = {
  postgres: { name: "speckle-postgres-url", key: "postgres_url" },
  // The same database in an object of its own: it comes and goes with IFC import, and the database must not go with it.
  importQueue: { name: "speckle-import-queue", key: "fileimport_queue_postgres_url" },
  redis: { name: "speckle-redis", key: "redis_url" },
  previewRedis: { name: "speckle-preview-redis", key: "preview_service_redis_url" },
  objectStore: { name: "speckle-s3", key: "s3_secret_key" },
  session: { name: "speckle-session", key: "session_secret" },
  email: { name: "speckle-email", key: "email_password" },
  google: { name: "speckle-google", key: "google_client_secret" },
  github: { name: "speckle-github", key: "github_client_secret" },
  azureAd: { name: "speckle-azure-ad", key: "azure_ad_client_secret" },
  oidc: { name: "speckle-oidc", key: "oidc_client_secret" },
} as const satisfies Record<SecretPurpose | "importQueue", SecretRef>;

/** Hash of the first password of the administrator, which no workload reads. */
export const administratorSecret: SecretRef = { name: "speckle-accounts", key: "password_hash" };

/** The parts of a connection URL, none of them encoded. */
export interface ConnectionParts {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database?: string;
  /** Parameters of the URL, without their question mark. */
  readonly query?: string;
}

/** A connection URL that survives any user name and password. */
export function connectionUrl(parts: ConnectionParts): string {
  const { scheme, user, password, host, port, database, query } = parts;
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const path = database ? `/${encodeURIComponent(database)}` : "";
  return `${scheme}://${credentials}@${host}:${port}${path}${query ? `?${query}` : ""}`;
}
