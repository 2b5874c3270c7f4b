import { randomUUID } from "node:crypto";
import { droplet } from "../../../components/cluster/machines.ts";
import { overlaps } from "../cloud/cidr.ts";
import { accessOf, kubeconfigFor } from "../cloud/kubeconfig.ts";
import type { NodePool } from "../cloud/pools.ts";
import type { CloudRecord } from "../cloud/state.ts";
import { type Cloud, type CloudResource, findRecord, type Invoke, recordsOf } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { refuseRegion } from "./regions.ts";

/** Type token of a cluster. */
export const clusterType = "digitalocean:index/kubernetesCluster:KubernetesCluster";
const vpcType = "digitalocean:index/vpc:Vpc";

/** Version slugs the simulated cloud offers, newest first. DOKS release notes, 2026-11. */
export const versions = ["1.36.1-do.0", "1.36.0-do.0", "1.35.4-do.0", "1.35.1-do.1", "1.34.6-do.0"];
/** Lifetime of a kubeconfig's credentials when the cluster does not say, in seconds. */
const kubeconfigSeconds = 7 * 24 * 3600;
/** Ranges a cluster takes when it does not say. */
const defaultSubnets = { clusterSubnet: "10.244.0.0/16", serviceSubnet: "10.245.0.0/16" };
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
const days = ["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A pool as its inputs describe it; the cluster's own pool has the same fields. */
interface PoolInputs {
  readonly name: string;
  readonly size: string;
  readonly nodeCount?: number;
  readonly autoScale?: boolean;
  readonly minNodes?: number;
  readonly maxNodes?: number;
  readonly labels?: Record<string, string>;
  readonly taints?: readonly { key: string; value: string; effect: string }[];
}

/** DigitalOcean's clusters and node pools. */
export const kubernetesResources: Record<string, CloudResource> = {
  [clusterType]: {
    autoname: "name",
    unique: ["name"],
    replaces: [
      "region",
      "vpcUuid",
      "workerSubnetUuid",
      "clusterSubnet",
      "serviceSubnet",
      "isolatedWorkers",
      "nodePool.size",
    ],
    replacesWhen: (olds, news) => (isOlder(news.version, olds.version) ? ["version"] : []),
    oneOf: { "maintenancePolicy.day": days, "nodePool.taints[].effect": effects },
    secrets: ["kubeConfigs"],
    refers: { vpcUuid: vpcType },
    id: () => randomUUID(),
    outputs: ({ id, inputs, prior, cloud }) => ({
      ...defaultSubnets,
      ...inputs,
      vpcUuid: inputs.vpcUuid ?? prior.vpcUuid ?? randomUUID(),
      clusterUrn: `do:kubernetes:${id}`,
      endpoint: accessOf(cloud.kubeconfig()).server,
      ipv4Address: "127.0.0.1",
      kubeConfigs: [kubeConfig(inputs, cloud, cloud.suffers("expired-token"))],
      status: "running",
      createdAt: prior.createdAt ?? new Date().toISOString(),
      updatedAt: new Date().toISOString(),
      nodePool: {
        ...(inputs.nodePool as Properties),
        id: (prior.nodePool as Properties | undefined)?.id ?? randomUUID(),
      },
    }),
    preview: (cloud) => ({ kubeConfigs: [kubeConfig({}, cloud, false)] }),
    refuse: refuseCluster,
    pools: (record) => [
      pool(record.outputs.nodePool as Properties, record.outputs.nodePool as never, record),
    ],
    storageClass: "do-block-storage",
    strands: ({ inputs, outputs }) =>
      inputs.destroyAllAssociatedResources === true ? undefined : [String(outputs.vpcUuid)],
  },
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool": {
    autoname: "name",
    unique: ["clusterId", "name"],
    replaces: ["clusterId", "size"],
    oneOf: { "taints[].effect": effects },
    refers: { clusterId: clusterType },
    id: () => randomUUID(),
    outputs: ({ inputs }) => ({ actualNodeCount: countOf(inputs as never), nodes: [] }),
    refuse: (inputs) => refusePool(inputs as never),
    pools: (record, cloud) => {
      const cluster = findRecord(cloud, clusterType, record.inputs.clusterId);
      return cluster ? [pool({ id: record.id }, record.inputs as never, cluster)] : [];
    },
  },
};

/** DigitalOcean's functions about clusters. */
export const kubernetesInvokes: Record<string, Invoke> = {
  "digitalocean:index/getKubernetesCluster:getKubernetesCluster": (args, cloud) => {
    const found = findRecord(cloud, clusterType, args.clusterId ?? args.name);
    if (!found) throw new Error(`there is no cluster ${args.clusterId ?? args.name} (404)`);
    const kubeConfigs = [kubeConfig(found.inputs, cloud, false)];
    return { ...found.outputs, id: found.id, urn: found.outputs.clusterUrn, kubeConfigs };
  },
  "digitalocean:index/getKubernetesVersions:getKubernetesVersions": ({ versionPrefix = "" }) => {
    const validVersions = versions.filter((version) => version.startsWith(String(versionPrefix)));
    return { id: "versions", validVersions, latestVersion: validVersions[0], versionPrefix };
  },
};

function refuseCluster(inputs: Properties, cloud: Cloud, olds?: Properties): string | undefined {
  const version = String(inputs.version);
  if (!versions.includes(version)) {
    return `version "${version}" is not offered (422); there are ${versions.join(", ")}`;
  }
  if (olds?.ha === true && inputs.ha === false) return "ha cannot be turned off";
  return (
    refuseRegion(inputs.region) ??
    (olds ? undefined : refuseSubnets({ ...defaultSubnets, ...inputs }, cloud)) ??
    (olds ? undefined : refuseSecond(cloud)) ??
    refusePool(inputs.nodePool as never)
  );
}

/** A rehearsal has one control plane, so that a second cluster would be the same one under another name. */
function refuseSecond(cloud: Cloud): string | undefined {
  const [other] = recordsOf(cloud, clusterType);
  return other && `the rehearsal has one control plane, and it stands in for cluster ${other.inputs.name}`;
}

function refuseSubnets({ clusterSubnet, serviceSubnet }: Properties, cloud: Cloud): string | undefined {
  if (overlaps(clusterSubnet, serviceSubnet)) {
    return `clusterSubnet ${clusterSubnet} and serviceSubnet ${serviceSubnet} overlap`;
  }
  for (const vpc of recordsOf(cloud, vpcType)) {
    const range = [clusterSubnet, serviceSubnet].find((each) => overlaps(each, vpc.outputs.ipRange));
    if (range) return `range ${range} overlaps with VPC ${vpc.inputs.name}, which has ${vpc.outputs.ipRange}`;
  }
  return undefined;
}

function refusePool(pool: PoolInputs): string | undefined {
  const { name, size, autoScale, minNodes, maxNodes, nodeCount } = pool;
  if (!droplet(size)) return `size "${size}" of pool ${name} is not offered (422)`;
  if (!autoScale) return nodeCount === undefined ? `pool ${name} needs a nodeCount (422)` : undefined;
  if (minNodes === undefined || maxNodes === undefined || maxNodes < Math.max(1, minNodes)) {
    return `pool ${name} needs minNodes and a maxNodes that is not less, to scale by itself (422)`;
  }
  return nodeCount === undefined && minNodes === 0
    ? `pool ${name} needs a nodeCount to start with, since minNodes is 0 (422)`
    : undefined;
}

function countOf({ nodeCount, minNodes }: PoolInputs): number {
  return nodeCount ?? minNodes ?? 0;
}

function pool({ id }: Properties, inputs: PoolInputs, cluster: CloudRecord): NodePool {
  const count = countOf(inputs);
  const machine = droplet(inputs.size) ?? { cpu: "0", memory: "0", pods: "0" };
  const region = String(cluster.inputs.region);
  const suffix = String(id).slice(0, 4);
  return {
    name: inputs.name,
    label: { key: "doks.digitalocean.com/node-pool-id", value: String(id) },
    least: inputs.autoScale ? (inputs.minNodes ?? 0) : count,
    most: inputs.autoScale ? (inputs.maxNodes ?? count) : count,
    wanted: count,
    autoscaler: inputs.autoScale ? "cloud" : "none",
    node: (index) => ({
      name: `${inputs.name}-${suffix}${index}`,
      labels: {
        "doks.digitalocean.com/node-pool": inputs.name,
        "doks.digitalocean.com/node-pool-id": String(id),
        "doks.digitalocean.com/version": String(cluster.inputs.version),
        "node.kubernetes.io/instance-type": inputs.size,
        // DOKS sets no zone: a region is one data centre.
        "topology.kubernetes.io/region": region,
        region,
        ...inputs.labels,
      },
      taints: inputs.taints ?? [],
      ...machine,
    }),
  };
}

/** One element of `kubeConfigs`; with worthless credentials when they have expired. */
function kubeConfig(inputs: Properties, cloud: Cloud, expired: boolean): Properties {
  const access = accessOf(cloud.kubeconfig());
  const user = expired ? { token: "expired" } : access.user;
  const seconds = Number(inputs.kubeconfigExpireSeconds || kubeconfigSeconds);
  return {
    rawConfig: kubeconfigFor(access, user),
    host: access.server,
    clusterCaCertificate: access.authority,
    clientCertificate: expired ? "" : (user["client-certificate-data"] ?? ""),
    clientKey: expired ? "" : (user["client-key-data"] ?? ""),
    token: user.token ?? "",
    expiresAt: new Date(Date.now() + (expired ? -1 : seconds) * 1000).toISOString(),
  };
}

function isOlder(version: unknown, than: unknown): boolean {
  const parts = (text: unknown) => (String(text).match(/\d+/g) ?? []).map(Number);
  const [left, right] = [parts(version), parts(than)];
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing >= 0 && (left[differing] ?? 0) < (right[differing] ?? 0);
}
