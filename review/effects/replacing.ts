import { awsTables } from "../../rehearsal/providers/aws/provider.ts";
import type { CloudResource } from "../../rehearsal/providers/cloud/table.ts";
import { digitaloceanTables } from "../../rehearsal/providers/digitalocean/provider.ts";
import type { PlannedResource } from "../plan/plan.ts";

/** What a cloud resource is to an environment. */
export interface ResourceEffects {
  /** What is lost with it; it holds no data when absent. */
  readonly holds?: string;
  /** Inputs that are an update for the provider and make another, empty one for us. */
  readonly empties?: readonly string[];
  /** Sizes that can grow and never shrink. */
  readonly grows?: readonly string[];
  /** Inputs whose change stops it for a while. */
  readonly stops?: readonly string[];
}

const files = "every file and model blob in it";
const databases = "every database in it, with its daily backups";

/** Resources by type that are more than a setting of something else. */
export const resourceEffects: Readonly<Record<string, ResourceEffects>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": {
    holds: databases,
    grows: ["storageSizeMib"],
    stops: ["size", "version", "region"],
  },
  "digitalocean:index/databaseDb:DatabaseDb": { holds: "the database's tables" },
  // The provider renames nothing: it makes a bucket of the new name in the place of an update.
  "digitalocean:index/spacesBucket:SpacesBucket": { holds: files, empties: ["name"] },
  "digitalocean:index/volume:Volume": { holds: "the volume's files" },
  "digitalocean:index/droplet:Droplet": { stops: ["size", "image", "userData"] },
  "aws:ec2/instance:Instance": { stops: ["instanceType", "userData"] },
  "aws:rds/instance:Instance": {
    holds: "every database in it, with its automated backups",
    grows: ["allocatedStorage"],
    stops: ["engineVersion", "instanceClass", "identifier", "dbSubnetGroupName"],
  },
  "aws:s3/bucket:Bucket": { holds: files },
  "aws:kms/key:Key": { holds: "the only way to read what it encrypted" },
  "aws:ebs/volume:Volume": { holds: "the volume's files" },
  "aws:efs/fileSystem:FileSystem": { holds: "every file in it" },
  "aws:elasticache/replicationGroup:ReplicationGroup": { stops: ["nodeType", "engineVersion"] },
};

/** What the rehearsal's clouds know of the types they simulate. */
const simulated: Readonly<Record<string, CloudResource>> = {
  ...awsTables.resources,
  ...digitaloceanTables.resources,
};

/** Inputs that replace a resource, of types the rehearsal does not simulate as a cloud's; from the providers' schemas. */
const otherReplaces: Readonly<Record<string, readonly string[]>> = {
  "digitalocean:index/volume:Volume": ["name", "region", "initialFilesystemType"],
  "digitalocean:index/loadBalancer:LoadBalancer": ["network", "networkStack", "region", "type", "vpcUuid"],
  "digitalocean:index/certificate:Certificate": ["*"],
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": ["*"],
  "aws:ebs/volume:Volume": ["availabilityZone", "encrypted", "kmsKeyId", "snapshotId"],
  "aws:efs/fileSystem:FileSystem": ["creationToken", "encrypted", "kmsKeyId", "performanceMode"],
  "random:index/randomPassword:RandomPassword": ["*"],
  "random:index/randomString:RandomString": ["*"],
  // What kind is told of a cluster stands on its standard input, and kind cannot change a cluster.
  "command:local:Command": ["triggers", "stdin"],
};

/** Paths whose change makes another resource of this one; `*` stands for any one input. */
export function replacingPaths(before: PlannedResource, after: PlannedResource): readonly string[] {
  const kind = simulated[after.type];
  return [
    ...(kind?.replaces ?? []),
    ...(kind?.replacesWhen?.(before.inputs, after.inputs) ?? []),
    ...(otherReplaces[after.type] ?? []),
    ...after.replaceOnChanges,
  ];
}

/** Whether the cloud makes a resource anew in another region. */
export function isRegional(type: string): boolean {
  return simulated[type]?.replaces?.includes("region") ?? false;
}

/** Whether a type is one of a cloud's that are known here. */
export function isKnown(type: string): boolean {
  return [simulated, otherReplaces, resourceEffects].some((table) => type in table);
}

/** Types that are a whole Kubernetes cluster; what stands in the cluster goes with it. */
export const clusterTypes: ReadonlySet<string> = new Set([
  "digitalocean:index/kubernetesCluster:KubernetesCluster",
  "aws:eks/cluster:Cluster",
  "command:local:Command",
]);

/** Types that hand out what other parts sign in with. */
export const credentialTypes: ReadonlySet<string> = new Set([
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
  "digitalocean:index/databaseUser:DatabaseUser",
  "aws:iam/accessKey:AccessKey",
]);
