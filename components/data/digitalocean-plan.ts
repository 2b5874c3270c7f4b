import { publicInternet } from "../network/cidr.ts";
import type { ManagedCacheArgs, ManagedObjectStoreArgs, ManagedPostgresArgs } from "./args.ts";
import { abandonedUploadDays, oldVersionDays, uploadRule } from "./managed.ts";

/** Where a store is made: the beginning of its name, and the region. */
interface Place {
  readonly name: string;
  readonly region: string;
}

/** Private ranges of a cluster's network. */
export interface NetworkRanges {
  readonly network: string;
  readonly pods: string;
  readonly services: string;
}

/** Where DigitalOcean puts its stores: databases in the network, on ports of their own; buckets in the public internet. */
export function digitaloceanLocations({ network, pods, services }: NetworkRanges) {
  return {
    postgres: { at: "outside", ranges: [network], port: 25060 },
    cache: { at: "outside", ranges: [network], port: 25061 },
    objectStore: { at: "outside", ranges: publicInternet([network, pods, services]), port: 443 },
  } as const;
}

/** When DigitalOcean may maintain a database, in UTC. */
const maintenanceWindows = [{ day: "sunday", hour: "03:00:00" }];

/** A managed PostgreSQL as plain data. */
export function postgresPlan({ name, region }: Place, args: ManagedPostgresArgs) {
  return {
    name: `${name}-postgres`,
    region,
    engine: "pg",
    version: String(args.version),
    size: args.plan,
    nodeCount: 1 + args.standbys,
    storageSizeMib: String(args.storageGi * 1024),
    maintenanceWindows,
  };
}

/** A managed Valkey as plain data: full rather than forgetful, since it holds queues. */
export function cachePlan({ name, region }: Place, args: ManagedCacheArgs) {
  return {
    name: `${name}-valkey`,
    region,
    engine: "valkey",
    version: "8",
    size: args.plan,
    nodeCount: 1 + args.standbys,
    evictionPolicy: "noeviction",
    maintenanceWindows,
  };
}

/** Settings of a managed Valkey: kept on disk, encrypted on the way. */
export const cacheSettings = { persistence: "rdb", ssl: true, valkeyMaxmemoryPolicy: "noeviction" };

/** A bucket as plain data: private, with what was overwritten kept for a while. */
export function bucketPlan({ region }: Place, { bucket }: Pick<ManagedObjectStoreArgs, "bucket">) {
  return {
    name: bucket,
    region,
    acl: "private",
    versioning: { enabled: true },
    lifecycleRules: [
      {
        id: "abandoned-uploads",
        enabled: true,
        abortIncompleteMultipartUploadDays: abandonedUploadDays,
        noncurrentVersionExpiration: { days: oldVersionDays },
      },
    ],
  };
}

/** Rules by which browsers use the bucket. */
export function corsPlan(origin: string) {
  return [uploadRule(origin)];
}

/** S3 endpoint of a region: never the bucket's own host. */
export function spacesEndpoint(region: string): string {
  return `https://${region}.digitaloceanspaces.com`;
}
