import { z } from "zod";
import { postgresVersions } from "../components/data/args.ts";
import { byteQuantity, dnsLabel, ipv4Range, quantity } from "./values.ts";

const secret = z.strictObject({ name: dnsLabel("a Secret's name"), key: z.string().min(1) });
const data = z.enum(["precious", "rebuildable"]).optional();
const version = z.literal(postgresVersions).default(postgresVersions[0]);
const ranges = z.array(ipv4Range).optional();
const port = z.int().min(1).max(65535);
const standbys = z.int().min(0).max(2).optional();
const plan = z.string().min(1).optional();
const httpAddress = z
  .url({ protocol: /^https?$/, error: "must be an address with its scheme, such as https://s3.example.com" })
  .regex(/[^/]$/, "must not end in a slash");

const folder = z
  .string()
  .regex(/^[\w-]+(\/[\w-]+)*$/, "must be a folder, such as postgres or office/postgres");

/** Where Postgres is: run by the cloud, in the cluster, or by somebody else. */
export const postgresSchema = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("managed"),
    version,
    plan,
    standbys,
    storageGi: z.int().min(10).max(16_000).optional(),
    data,
  }),
  z.strictObject({
    mode: z.literal("inCluster"),
    version,
    instances: z.int().min(1).max(9).optional(),
    storage: byteQuantity.optional(),
    cpu: quantity.optional(),
    memory: byteQuantity.optional(),
    connections: z.int().min(20).max(5000).optional(),
    data,
    backup: z
      .strictObject({
        to: z
          .strictObject({
            endpoint: httpAddress,
            region: z.string().min(1),
            bucket: z.string().min(1),
            accessKey: z.string().min(1),
            ranges,
          })
          .optional(),
        path: folder.default("postgres"),
        keepDays: z.int().min(1).max(3650).default(30),
      })
      .optional(),
    restore: z.strictObject({ path: folder, until: z.iso.datetime({ offset: true }).optional() }).optional(),
    operator: z.enum(["create", "shared"]).optional(),
  }),
  z.strictObject({
    mode: z.literal("existing"),
    ranges,
    tls: z.enum(["verified", "unverified", "off"]).default("verified"),
    connection: z
      .strictObject({
        host: z.string().min(1),
        port: port.default(5432),
        database: z.string().min(1),
        user: z.string().min(1),
      })
      .optional(),
    secret: secret.optional(),
    importQueueSecret: secret.optional(),
  }),
]);

/** Where the cache is. */
export const cacheSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("managed"), plan, standbys }),
  z.strictObject({
    mode: z.literal("inCluster"),
    memoryMi: z.int().min(128).max(262_144).optional(),
    storage: byteQuantity.optional(),
  }),
  z.strictObject({
    mode: z.literal("existing"),
    ranges,
    connection: z
      .strictObject({
        host: z.string().min(1),
        port: port.default(6379),
        user: z.string().min(1).default("default"),
        tls: z.boolean().default(true),
      })
      .optional(),
    secret: secret.optional(),
    previewSecret: secret.optional(),
  }),
]);

/** Where files are. */
export const objectStoreSchema = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("managed"),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "must be 3 to 63 of lower-case letters, digits and dashes"),
    data,
  }),
  z.strictObject({ mode: z.literal("inCluster"), storage: byteQuantity.optional(), data }),
  z.strictObject({
    mode: z.literal("existing"),
    ranges,
    endpoint: httpAddress,
    publicEndpoint: httpAddress.optional(),
    region: z.string().min(1),
    bucket: z.string().min(1),
    accessKey: z.string().min(1),
    secret: secret.optional(),
  }),
]);

/** Stores by the setting that describes each. */
export const storeSchemas = {
  postgres: postgresSchema,
  cache: cacheSchema,
  objectStore: objectStoreSchema,
};
