import { output, secret } from "@pulumi/pulumi";
import { connectionUrl } from "../speckle/secrets.ts";
import type { ExistingCacheArgs, ExistingObjectStoreArgs, ExistingPostgresArgs } from "./args.ts";
import type { CacheConnection, ObjectStoreConnection, PostgresConnection } from "./connections.ts";

/** The connection to a database somebody else runs. */
export function existingPostgres({ access, tls }: ExistingPostgresArgs): PostgresConnection {
  if ("secret" in access) {
    const { secret: own, importQueueSecret } = access;
    const importQueueUrl = importQueueSecret && { secret: importQueueSecret };
    return { url: { secret: own }, importQueueUrl, tls, ready: [] };
  }
  const { password, ...parts } = access;
  const text = output(secret(password)).apply((plain) =>
    connectionUrl({ scheme: "postgresql", ...parts, password: plain }),
  );
  return { url: { text }, tls, ready: [] };
}

/** The connection to a cache somebody else runs. */
export function existingCache({ access }: ExistingCacheArgs): CacheConnection {
  if ("secret" in access) {
    return { url: { secret: access.secret }, previewUrl: { secret: access.previewSecret }, ready: [] };
  }
  const { password, tls, ...parts } = access;
  const text = output(secret(password)).apply((plain) =>
    connectionUrl({ scheme: tls ? "rediss" : "redis", ...parts, password: plain }),
  );
  return { url: { text }, previewUrl: { text }, ready: [] };
}

/** The connection to a bucket somebody else runs. */
export function existingObjectStore(args: ExistingObjectStoreArgs): ObjectStoreConnection {
  const { access, endpoint, publicEndpoint, region, bucket, accessKey } = args;
  const secretKey =
    "secret" in access ? { secret: access.secret } : { text: output(secret(access.secretKey)) };
  return { endpoint, publicEndpoint, region, bucket, accessKey, secretKey, createsBucket: false, ready: [] };
}
