import { planFacts } from "../../../components/data/plans.ts";
import { type Cloud, type CloudResource, findRecord } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { regional, regionOf } from "./account.ts";
import { securityGroups, types } from "./types.ts";

/** Major versions of PostgreSQL that RDS creates. RDS release calendar, 2026-08. */
const postgresMajors = [14, 15, 16, 17, 18];
const port = 5432;
const facts = planFacts.aws;

/** AWS's relational databases. */
export const databaseResources: Record<string, CloudResource> = {
  [types.databaseSubnets]: regional("rds", (id) => `subgrp:${id}`, {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "namePrefix"],
    refers: { "subnetIds[]": types.subnet },
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs }) => ({ description: inputs.description ?? "Managed by Pulumi" }),
    refuse: refuseSubnets,
  }),
  [types.databaseParameters]: regional("rds", (id) => `pg:${id}`, {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "namePrefix", "family", "description"],
    oneOf: { "parameters[].applyMethod": ["immediate", "pending-reboot"] },
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs }) => ({ description: inputs.description ?? "Managed by Pulumi" }),
    refuse: ({ family }) =>
      postgresMajors.some((major) => family === `postgres${major}`)
        ? undefined
        : `family "${family}" does not exist (InvalidParameterValue)`,
  }),
  [types.database]: regional("rds", (id) => `db:${id}`, {
    autoname: "identifier",
    unique: ["identifier"],
    replaces: [
      "availabilityZone",
      "backupTarget",
      "characterSetName",
      "customIamInstanceProfile",
      "dbName",
      "engine",
      "identifierPrefix",
      "kmsKeyId",
      "ncharCharacterSetName",
      "restoreToPointInTime",
      "s3Import",
      "snapshotIdentifier",
      "storageEncrypted",
      "timezone",
      "username",
    ],
    oneOf: {
      storageType: ["standard", "gp2", "gp3", "io1", "io2"],
      networkType: ["IPV4", "DUAL"],
      "enabledCloudwatchLogsExports[]": ["postgresql", "upgrade", "iam-db-auth-error"],
    },
    secrets: ["password", "passwordWo"],
    refers: {
      dbSubnetGroupName: types.databaseSubnets,
      "vpcSecurityGroupIds[]": securityGroups,
      kmsKeyId: types.key,
    },
    id: ({ inputs }) => String(inputs.identifier),
    outputs: ({ id, inputs, prior, cloud }) => {
      const address = `${id}.c0rehearsed.${regionOf(cloud, inputs)}.rds.amazonaws.com`;
      return {
        identifier: id,
        address,
        endpoint: `${address}:${inputs.port ?? port}`,
        port: inputs.port ?? port,
        hostedZoneId: "Z1RLNUO7B9Q6NB",
        resourceId: prior.resourceId ?? `db-${id.toUpperCase()}`,
        caCertIdentifier: inputs.caCertIdentifier ?? "rds-ca-rsa2048-g1",
        engineVersionActual: inputs.engineVersion,
        status: "available",
        replicas: [],
      };
    },
    refuse: refuseDatabase,
    refuseDeletion: ({ inputs }, cloud) => {
      if (inputs.deletionProtection === true) return "deletionProtection is on (InvalidParameterCombination)";
      if (inputs.skipFinalSnapshot === true) return undefined;
      const name = inputs.finalSnapshotIdentifier;
      if (!name) return "finalSnapshotIdentifier is required unless skipFinalSnapshot is on";
      return cloud.leftovers.some((left) => left.name === name)
        ? `snapshot ${name} already exists (DBSnapshotAlreadyExists)`
        : undefined;
    },
    leaves: ({ id, inputs }) =>
      inputs.skipFinalSnapshot === true
        ? []
        : [
            {
              type: "database snapshot",
              name: String(inputs.finalSnapshotIdentifier),
              reason: `it is the final one of database ${id}`,
              onPurpose: true,
              holds: [],
            },
          ],
    connections: ({ inputs }, cloud) => {
      const group = findRecord(cloud, types.databaseParameters, inputs.parameterGroupName);
      const parameters = (group?.inputs.parameters ?? []) as { name: string; value: string }[];
      const own = parameters.find(({ name }) => name === "max_connections");
      return own ? Number(own.value) : facts.connections(String(inputs.instanceClass));
    },
  }),
};

/** Why subnets cannot carry a database: they have to be in two zones. */
function refuseSubnets({ subnetIds }: Properties, cloud: Cloud): string | undefined {
  const subnets = (subnetIds as string[]).map((id) => findRecord(cloud, types.subnet, id));
  const zones = new Set(subnets.map((subnet) => subnet?.outputs.availabilityZone));
  return zones.size > 1
    ? undefined
    : "its subnets cover one zone only, two are needed (DBSubnetGroupDoesNotCoverEnoughAZs)";
}

function refuseDatabase(inputs: Properties, cloud: Cloud, olds?: Properties): string | undefined {
  const { engine, engineVersion, instanceClass, parameterGroupName: parameters } = inputs;
  if (engine !== "postgres") return `the rehearsal has engine postgres only, not "${engine}"`;
  const major = majorOf(engineVersion);
  if (!postgresMajors.includes(major))
    return `engine version "${engineVersion}" does not exist (InvalidParameterCombination)`;
  if (!facts.memoryGi(String(instanceClass)))
    return `instance class "${instanceClass}" does not exist (InvalidParameterValue)`;
  const group = findRecord(cloud, types.databaseParameters, parameters);
  if (parameters && !group && !String(parameters).startsWith("default.")) {
    return `parameter group ${parameters} does not exist (DBParameterGroupNotFound)`;
  }
  if (group && group.inputs.family !== `postgres${major}`) {
    return `parameter group ${parameters} is of family ${group.inputs.family} (InvalidParameterCombination)`;
  }
  return olds ? refuseModification(inputs, olds) : refuseIncomplete(inputs);
}

function refuseIncomplete(inputs: Properties): string | undefined {
  if (inputs.snapshotIdentifier ?? inputs.restoreToPointInTime) return undefined;
  const missing = ["allocatedStorage", "username"].filter((name) => inputs[name] === undefined);
  return missing.length > 0 ? `${missing.join(", ")} is missing (MissingParameter)` : undefined;
}

function refuseModification(inputs: Properties, olds: Properties): string | undefined {
  const [before, after] = [majorOf(olds.engineVersion), majorOf(inputs.engineVersion)];
  if (after < before) return `engine version ${olds.engineVersion} cannot become ${inputs.engineVersion}`;
  if (after > before && inputs.allowMajorVersionUpgrade !== true) {
    return "a new major version needs allowMajorVersionUpgrade (InvalidParameterCombination)";
  }
  return Number(inputs.allocatedStorage) < Number(olds.allocatedStorage)
    ? `storage cannot shrink from ${olds.allocatedStorage} to ${inputs.allocatedStorage} GiB (InvalidParameterCombination)`
    : undefined;
}

function majorOf(version: unknown): number {
  return Number(String(version).split(".")[0]);
}
