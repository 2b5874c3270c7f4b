import { type CloudResource, findRecord, recordsOf } from "../cloud/table.ts";
import { refusePolicy, regionOf } from "./account.ts";
import { types } from "./types.ts";

const recordTypes = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DS",
  "HTTPS",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SOA",
  "SPF",
  "SRV",
  "SSHFP",
  "SVCB",
  "TLSA",
  "TXT",
];

/** A setting of a bucket, of which a bucket has one. */
function bucketSetting(own: Partial<CloudResource> = {}): CloudResource {
  return {
    replaces: ["bucket"],
    unique: ["bucket"],
    refers: { bucket: types.bucket },
    id: ({ inputs }) => String(inputs.bucket),
    ...own,
  };
}

/** AWS's buckets and names. */
export const storageResources: Record<string, CloudResource> = {
  [types.bucket]: {
    autoname: "bucket",
    unique: ["bucket"],
    replaces: ["bucket", "bucketPrefix", "objectLockEnabled"],
    id: ({ inputs }) => String(inputs.bucket),
    outputs: ({ id, inputs, cloud }) => {
      const region = regionOf(cloud, inputs);
      return {
        arn: `arn:aws:s3:::${id}`,
        region,
        bucketRegion: region,
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
        hostedZoneId: "Z21DNDUVLTQW6Q",
      };
    },
    refuse: ({ bucket }) =>
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(String(bucket))
        ? undefined
        : `"${bucket}" is no bucket name: 3 to 63 of a-z, 0-9, . and - (InvalidBucketName)`,
    refuseDeletion: ({ inputs }, cloud) =>
      cloud.suffers("filled-buckets") && inputs.forceDestroy !== true
        ? "the bucket is not empty (BucketNotEmpty); forceDestroy empties it"
        : undefined,
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketSetting(),
  "aws:s3/bucketVersioning:BucketVersioning": bucketSetting({
    oneOf: {
      "versioningConfiguration.status": ["Enabled", "Suspended", "Disabled"],
      "versioningConfiguration.mfaDelete": ["Enabled", "Disabled"],
    },
  }),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": bucketSetting({
    oneOf: { "corsRules[].allowedMethods[]": ["GET", "PUT", "POST", "DELETE", "HEAD"] },
  }),
  "aws:s3/bucketPolicy:BucketPolicy": bucketSetting({ refuse: ({ policy }) => refusePolicy(policy) }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketSetting({
    oneOf: { "rules[].status": ["Enabled", "Disabled"] },
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketSetting({
    oneOf: {
      "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": ["AES256", "aws:kms", "aws:kms:dsse"],
    },
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketSetting({
    oneOf: { "rule.objectOwnership": ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] },
  }),
  [types.zone]: {
    replaces: ["name", "delegationSetId"],
    id: ({ sequence }) => `Z0${String(sequence).padStart(12, "0")}`,
    outputs: ({ id }) => ({
      arn: `arn:aws:route53:::hostedzone/${id}`,
      zoneId: id,
      primaryNameServer: "ns-1.awsdns-01.org",
      nameServers: [1, 2, 3, 4].map((number) => `ns-${number}.awsdns-0${number}.org`),
    }),
    refuseDeletion: ({ id, inputs }, cloud) =>
      inputs.forceDestroy !== true &&
      recordsOf(cloud, types.record).some(({ inputs: own }) => own.zoneId === id)
        ? "the zone still has records (HostedZoneNotEmpty)"
        : undefined,
  },
  [types.record]: {
    unique: ["zoneId", "name", "type"],
    replaces: ["zoneId", "name", "setIdentifier"],
    oneOf: { type: recordTypes },
    id: ({ inputs }) => `${inputs.zoneId}_${inputs.name}_${inputs.type}`,
    outputs: ({ inputs, cloud }) => {
      const zone = findRecord(cloud, types.zone, inputs.zoneId)?.inputs.name;
      const name = String(inputs.name);
      return { fqdn: zone && !name.endsWith(String(zone)) ? `${name}.${zone}` : name };
    },
    refuse: ({ records, aliases, ttl }) => {
      if ((records === undefined) === (aliases === undefined))
        return "a record has either records or aliases";
      return records !== undefined && ttl === undefined ? "a record with records needs a ttl" : undefined;
    },
  },
};
