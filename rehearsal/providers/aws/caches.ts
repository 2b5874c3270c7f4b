import { type Cloud, type CloudResource, findRecord } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { regional, regionOf } from "./account.ts";
import { securityGroups, types } from "./types.ts";

/** Major versions of the engines. ElastiCache user guide, 2026-08. */
const engines: Record<string, readonly number[]> = { valkey: [7, 8, 9], redis: [6, 7] };
const nodeTypes = /^cache\.(t3|t4g)\.(micro|small|medium)$|^cache\.(m5|m6g|m7g|r5|r6g|r7g)\.(\d*x?large)$/;
const defaultEngine = "redis";
const port = 6379;

/** AWS's caches. */
export const cacheResources: Record<string, CloudResource> = {
  [types.cacheSubnets]: regional("elasticache", (id) => `subnetgroup:${id}`, {
    autoname: "name",
    unique: ["name"],
    replaces: ["name"],
    refers: { "subnetIds[]": types.subnet },
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs, cloud }) => ({
      description: inputs.description ?? "Managed by Pulumi",
      vpcId: findRecord(cloud, types.subnet, (inputs.subnetIds as string[])[0])?.inputs.vpcId,
    }),
  }),
  [types.cacheParameters]: regional("elasticache", (id) => `parametergroup:${id}`, {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "family", "description"],
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs }) => ({ description: inputs.description ?? "Managed by Pulumi" }),
    refuse: ({ family }) =>
      Object.entries(engines).some(([engine, majors]) =>
        majors.some((major) => familyOf(engine, major) === family),
      )
        ? undefined
        : `family "${family}" does not exist (InvalidParameterValue)`,
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": regional(
    "elasticache",
    (id) => `replicationgroup:${id}`,
    {
      autoname: "replicationGroupId",
      unique: ["replicationGroupId"],
      replaces: [
        "atRestEncryptionEnabled",
        "dataTieringEnabled",
        "globalReplicationGroupId",
        "kmsKeyId",
        "networkType",
        "nodeGroupConfigurations",
        "port",
        "replicationGroupId",
        "securityGroupNames",
        "snapshotArns",
        "snapshotName",
        "subnetGroupName",
      ],
      replacesWhen: (olds, news) => {
        const downgrade = majorOf(news.engineVersion) < majorOf(olds.engineVersion);
        const backToRedis = olds.engine === "valkey" && news.engine === "redis";
        return [...(downgrade ? ["engineVersion"] : []), ...(backToRedis ? ["engine"] : [])];
      },
      oneOf: {
        engine: ["redis", "valkey"],
        clusterMode: ["enabled", "disabled", "compatible"],
        authTokenUpdateStrategy: ["SET", "ROTATE", "DELETE"],
        transitEncryptionMode: ["preferred", "required"],
        networkType: ["ipv4", "ipv6", "dual_stack"],
        "logDeliveryConfigurations[].logType": ["slow-log", "engine-log"],
        "logDeliveryConfigurations[].logFormat": ["text", "json"],
        "logDeliveryConfigurations[].destinationType": ["cloudwatch-logs", "kinesis-firehose"],
      },
      secrets: ["authToken", "authTokenWo"],
      refers: {
        subnetGroupName: types.cacheSubnets,
        "securityGroupIds[]": securityGroups,
        "userGroupIds[]": types.cacheUserGroup,
        kmsKeyId: types.key,
      },
      id: ({ inputs }) => String(inputs.replicationGroupId).toLowerCase(),
      outputs: ({ id, inputs, cloud }) => {
        const host = (role: string) =>
          `${role}.${id}.rehearsed.${regionOf(cloud, inputs)}.cache.amazonaws.com`;
        const count = Number(inputs.numCacheClusters ?? 1);
        return {
          primaryEndpointAddress: host("master"),
          readerEndpointAddress: host("replica"),
          port: inputs.port ?? port,
          clusterEnabled: inputs.clusterMode === "enabled",
          engineVersionActual: inputs.engineVersion,
          memberClusters: Array.from(
            { length: count },
            (_, index) => `${id}-${String(index + 1).padStart(3, "0")}`,
          ),
        };
      },
      refuse: refuseGroup,
      leaves: ({ id, inputs }) =>
        inputs.finalSnapshotIdentifier
          ? [
              {
                type: "cache snapshot",
                name: String(inputs.finalSnapshotIdentifier),
                reason: `it is the final one of cache ${id}`,
                onPurpose: true,
                holds: [],
              },
            ]
          : [],
    },
  ),
  [types.cacheUser]: regional("elasticache", (id) => `user:${id}`, {
    unique: ["userId"],
    replaces: ["userId", "userName"],
    oneOf: { "authenticationMode.type": ["password", "no-password-required", "iam"] },
    secrets: ["passwords", "passwordsWo"],
    held: true,
    id: ({ inputs }) => String(inputs.userId),
  }),
  [types.cacheUserGroup]: regional("elasticache", (id) => `usergroup:${id}`, {
    unique: ["userGroupId"],
    replaces: ["userGroupId"],
    refers: { "userIds[]": types.cacheUser },
    held: true,
    id: ({ inputs }) => String(inputs.userGroupId),
  }),
};

function refuseGroup(inputs: Properties, cloud: Cloud): string | undefined {
  const { nodeType, numCacheClusters = 1, parameterGroupName: parameters } = inputs;
  const engine = String(inputs.engine ?? defaultEngine);
  const major = majorOf(inputs.engineVersion ?? engines[engine]?.at(-1));
  if (!engines[engine]?.includes(major))
    return `${engine} has no version "${inputs.engineVersion}" (InvalidParameterValue)`;
  if (!nodeTypes.test(String(nodeType)))
    return `node type "${nodeType}" does not exist (InvalidParameterValue)`;
  if (inputs.automaticFailoverEnabled === true && Number(numCacheClusters) < 2) {
    return "automatic failover needs at least two nodes (InvalidParameterCombination)";
  }
  if (inputs.multiAzEnabled === true && inputs.automaticFailoverEnabled !== true) {
    return "multiAzEnabled needs automaticFailoverEnabled (InvalidParameterCombination)";
  }
  if (inputs.authToken !== undefined && inputs.transitEncryptionEnabled !== true) {
    return "authToken needs transitEncryptionEnabled (InvalidParameterCombination)";
  }
  return refuseParameters(parameters, familyOf(engine, major), cloud);
}

function refuseParameters(name: unknown, family: string, cloud: Cloud): string | undefined {
  if (name === undefined || String(name).startsWith("default.")) return undefined;
  const group = findRecord(cloud, types.cacheParameters, name);
  if (!group) return `parameter group ${name} does not exist (CacheParameterGroupNotFound)`;
  if (group.inputs.family === family) return undefined;
  return `parameter group ${name} is of family ${group.inputs.family}, not ${family} (InvalidParameterCombination)`;
}

function familyOf(engine: string, major: number): string {
  return `${engine}${major}${engine === "redis" && major === 6 ? ".x" : ""}`;
}

function majorOf(version: unknown): number {
  return Number(String(version).split(".")[0]);
}
