import { randomBytes, randomUUID } from "node:crypto";
import { planFacts } from "../../../components/data/plans.ts";
import { accessOf } from "../cloud/kubeconfig.ts";
import { type Cloud, type CloudResource, findRecord, type Invoke, type Made } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { clusterType } from "./kubernetes.ts";
import { refuseRegion } from "./regions.ts";

const databaseType = "digitalocean:index/databaseCluster:DatabaseCluster";

/** Engines with the versions the simulated cloud offers. DigitalOcean's managed databases, 2026-08. */
const engines: Record<string, readonly string[]> = {
  pg: ["14", "15", "16", "17", "18"],
  valkey: ["8"],
};
const facts = planFacts.digitalocean;
const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const policies = [
  "noeviction",
  "allkeys-lru",
  "allkeys-random",
  "volatile-lru",
  "volatile-random",
  "volatile-ttl",
];
const cacheConfig = (policy: string, name: string): CloudResource => ({
  replaces: ["clusterId"],
  unique: ["clusterId"],
  refers: { clusterId: databaseType },
  oneOf: {
    persistence: ["off", "rdb"],
    aclChannelsDefault: ["allchannels", "resetchannels"],
    [policy]: policies,
  },
  id: ({ inputs }) => `${inputs.clusterId}/${name}`,
});

/** DigitalOcean's managed databases. */
export const databaseResources: Record<string, CloudResource> = {
  [databaseType]: {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "engine", "privateNetworkUuid", "projectId"],
    oneOf: {
      engine: ["pg", "mysql", "valkey", "redis", "mongodb", "kafka", "opensearch"],
      "maintenanceWindows[].day": days,
    },
    secrets: ["password", "uri", "privateUri", "uiPassword", "uiUri"],
    refers: { privateNetworkUuid: "digitalocean:index/vpc:Vpc" },
    id: () => randomUUID(),
    outputs: databaseOutputs,
    refuse: refuseDatabase,
    connections: ({ inputs }) =>
      inputs.engine === "pg" ? facts.connections(String(inputs.size)) : undefined,
  },
  "digitalocean:index/databaseDb:DatabaseDb": {
    autoname: "name",
    unique: ["clusterId", "name"],
    replaces: ["clusterId", "name"],
    refers: { clusterId: databaseType },
    id: ({ inputs }) => `${inputs.clusterId}/database/${inputs.name}`,
  },
  "digitalocean:index/databaseUser:DatabaseUser": {
    autoname: "name",
    unique: ["clusterId", "name"],
    replaces: ["clusterId", "name"],
    secrets: ["password", "accessCert", "accessKey"],
    refers: { clusterId: databaseType },
    id: ({ inputs }) => `${inputs.clusterId}/user/${inputs.name}`,
    outputs: ({ prior }) => ({ password: prior.password ?? password(), role: "normal" }),
  },
  "digitalocean:index/databaseFirewall:DatabaseFirewall": {
    replaces: ["clusterId"],
    unique: ["clusterId"],
    oneOf: { "rules[].type": ["ip_addr", "droplet", "k8s", "tag", "app"] },
    refers: { clusterId: databaseType },
    id: ({ inputs, sequence }) => `${inputs.clusterId}-${sequence}`,
    refuse: ({ rules }, cloud) => {
      const strange = (rules as Properties[]).find(
        ({ type, value }) => type === "k8s" && !findRecord(cloud, clusterType, value),
      );
      return strange && `a rule names Kubernetes cluster ${strange.value}, which does not exist (404)`;
    },
  },
  "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig": {
    replaces: ["clusterId"],
    unique: ["clusterId"],
    refers: { clusterId: databaseType },
    id: ({ inputs }) => `${inputs.clusterId}/postgresql-config`,
  },
  "digitalocean:index/databaseValkeyConfig:DatabaseValkeyConfig": cacheConfig(
    "valkeyMaxmemoryPolicy",
    "valkey-config",
  ),
  "digitalocean:index/databaseRedisConfig:DatabaseRedisConfig": cacheConfig(
    "maxmemoryPolicy",
    "redis-config",
  ),
};

/** DigitalOcean's functions about databases. */
export const databaseInvokes: Record<string, Invoke> = {
  "digitalocean:index/getDatabaseCa:getDatabaseCa": ({ clusterId }, cloud) => {
    if (!findRecord(cloud, databaseType, clusterId))
      throw new Error(`there is no database ${clusterId} (404)`);
    return { id: clusterId, clusterId, certificate: authority(cloud) };
  },
};

/** A certificate that reads as one: the control plane's own authority, which is public. */
function authority(cloud: Cloud): string {
  return Buffer.from(accessOf(cloud.kubeconfig()).authority, "base64").toString();
}

function databaseOutputs({ id, inputs, prior }: Made): Properties {
  const cache = inputs.engine !== "pg";
  const [scheme, port, database] = cache ? ["rediss", 25061, ""] : ["postgresql", 25060, "defaultdb"];
  const user = cache ? "default" : "doadmin";
  const host = `${inputs.name}-do-user-1-0.${String(id).slice(0, 1)}.db.ondigitalocean.com`;
  const secret = prior.password ?? password();
  const uri = (at: string) =>
    `${scheme}://${user}:${secret}@${at}:${port}/${cache ? "" : `${database}?sslmode=require`}`;
  return {
    clusterUrn: `do:dbaas:${id}`,
    host,
    privateHost: `private-${host}`,
    port,
    database,
    user,
    password: secret,
    uri: uri(host),
    privateUri: uri(`private-${host}`),
    storageSizeMib: inputs.storageSizeMib ?? prior.storageSizeMib ?? "30720",
    privateNetworkUuid: inputs.privateNetworkUuid ?? prior.privateNetworkUuid ?? randomUUID(),
    projectId: inputs.projectId ?? prior.projectId ?? randomUUID(),
    metricsEndpoints: [`${host}:9273`],
  };
}

function refuseDatabase(inputs: Properties, _cloud: Cloud, olds?: Properties): string | undefined {
  const { engine, version, size, nodeCount } = inputs;
  const offered = engines[String(engine)];
  if (!offered)
    return `engine "${engine}" is not offered (422); there are ${Object.keys(engines).join(", ")}`;
  if (!offered.includes(String(version))) {
    return `version "${version}" of ${engine} is not offered (422); there are ${offered.join(", ")}`;
  }
  const memory = facts.memoryGi(String(size));
  if (!memory) return `size "${size}" is not offered (422)`;
  if (Number(nodeCount) > 3) return "a database cluster has at most 3 nodes (422)";
  if (memory < 2 && Number(nodeCount) > 1) return `size "${size}" has no standby nodes (422)`;
  if (olds && memory < (facts.memoryGi(String(olds.size)) ?? 0)) {
    return `a database cluster cannot shrink from ${olds.size} to ${size} (422)`;
  }
  if (olds && Number(version) < Number(olds.version))
    return `version ${olds.version} cannot go back to ${version}`;
  return refuseRegion(inputs.region);
}

function password(): string {
  return `AVNS_${randomBytes(12).toString("hex")}`;
}
