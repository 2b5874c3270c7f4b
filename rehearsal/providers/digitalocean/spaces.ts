import { randomBytes } from "node:crypto";
import { type CloudResource, recordsOf } from "../cloud/table.ts";

const bucketType = "digitalocean:index/spacesBucket:SpacesBucket";
const objectType = "digitalocean:index/spacesBucketObject:SpacesBucketObject";
/** Regions that have Spaces. The provider's own list, 2026-08. */
const spacesRegions = [
  "ams3",
  "atl1",
  "blr1",
  "fra1",
  "lon1",
  "nyc3",
  "sfo2",
  "sfo3",
  "sgp1",
  "syd1",
  "tor1",
];
const defaultRegion = "nyc3";

/** DigitalOcean's object storage. */
export const spacesResources: Record<string, CloudResource> = {
  [bucketType]: {
    autoname: "name",
    unique: ["name"],
    replaces: ["region"],
    oneOf: { region: spacesRegions, acl: ["private", "public-read"] },
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ id, inputs }) => {
      const endpoint = `${inputs.region ?? defaultRegion}.digitaloceanspaces.com`;
      return {
        region: inputs.region ?? defaultRegion,
        bucketUrn: `do:space:${id}`,
        bucketDomainName: `${id}.${endpoint}`,
        endpoint,
      };
    },
    refuseDeletion: ({ id, inputs }, cloud) => {
      const filled =
        cloud.suffers("filled-buckets") ||
        recordsOf(cloud, objectType).some(({ inputs: object }) => object.bucket === id);
      return filled && inputs.forceDestroy !== true
        ? "the bucket is not empty (BucketNotEmpty); forceDestroy empties it"
        : undefined;
    },
  },
  "digitalocean:index/spacesBucketCorsConfiguration:SpacesBucketCorsConfiguration": {
    replaces: ["region"],
    unique: ["bucket"],
    oneOf: { "corsRules[].allowedMethods[]": ["GET", "PUT", "POST", "DELETE", "HEAD"] },
    refers: { bucket: bucketType },
    id: ({ inputs }) => String(inputs.bucket),
  },
  [objectType]: {
    replaces: ["bucket", "region", "key"],
    unique: ["bucket", "key"],
    refers: { bucket: bucketType },
    id: ({ inputs }) => String(inputs.key),
    outputs: () => ({ etag: randomBytes(16).toString("hex") }),
  },
  "digitalocean:index/spacesKey:SpacesKey": {
    autoname: "name",
    oneOf: { "grants[].permission": ["", "read", "readwrite", "fullaccess"] },
    secrets: ["secretKey"],
    id: () => `DO00${randomBytes(8).toString("hex").toUpperCase()}`,
    outputs: ({ id, prior }) => ({
      accessKey: id,
      secretKey: prior.secretKey ?? randomBytes(32).toString("base64url"),
      createdAt: prior.createdAt ?? new Date().toISOString(),
    }),
  },
};
