import type { Input, Resource } from "@pulumi/pulumi";
import type { SecretRef } from "../speckle/secrets.ts";

/** A secret text: one the program knows, or one in a Secret that it never sees. */
export type SecretText = { readonly text: Input<string> } | { readonly secret: SecretRef };

/**
 * How Speckle's services check the database they talk to: against the certificate authorities they trust, not at all
 * (encrypted all the same), or without encryption.
 */
export type PostgresTls = "verified" | "unverified" | "off";

/** What Speckle needs of its database, wherever that is. */
export interface PostgresConnection {
  /** `postgresql://` URL. */
  readonly url: SecretText;
  /** The same URL for the queue of IFC imports, in another Secret; default: one that is made with `url`. */
  readonly importQueueUrl?: SecretText | undefined;
  readonly tls: PostgresTls;
  /** PEM text of the authority that signed the database's certificate; absent when Node.js knows it. */
  readonly authority?: Input<string> | undefined;
  /** Ready before Speckle starts. */
  readonly ready: readonly Resource[];
}

/** What Speckle needs of its cache. The chart wants the URL in two Secrets, since it lists each once per account. */
export interface CacheConnection {
  /** `redis://` or `rediss://` URL. */
  readonly url: SecretText;
  /** The same URL for the queue of previews. */
  readonly previewUrl: SecretText;
  readonly ready: readonly Resource[];
}

/** What Speckle needs of its object store. */
export interface ObjectStoreConnection {
  /** S3 endpoint as pods reach it: with its scheme, of the region rather than the bucket. */
  readonly endpoint: Input<string>;
  /** The same as browsers reach it; they upload by presigned URL. */
  readonly publicEndpoint: Input<string>;
  readonly region: string;
  readonly bucket: Input<string>;
  /** Whether Speckle makes the bucket at its first start. */
  readonly createsBucket: boolean;
  /** Access key id: an identifier, not a secret. */
  readonly accessKey: Input<string>;
  readonly secretKey: SecretText;
  readonly ready: readonly Resource[];
}
