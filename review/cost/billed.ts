import { parseQuantity } from "../../components/quantity.ts";
import type { CloudName } from "../../stacks/cloud-presets.ts";
import { isDatabase } from "../effects/removal.ts";
import { type KubernetesObject, objectName, type PlannedResource, plannedId } from "../plan/plan.ts";
import { byUse, type CostLine, line } from "./line.ts";

type Resources = readonly PlannedResource[];
type Lines = (name: string, inputs: Record<string, any>, resources: Resources) => CostLine[];

/** What is paid for, by type; a type of a cloud that is not here is not known to cost nothing. */
const byType: Record<string, Lines> = {
  "digitalocean:index/kubernetesCluster:KubernetesCluster": (name, { ha, nodePool }) => [
    line(name, ha ? "DOKS control plane, highly available" : "DOKS control plane", 1),
    ...(nodePool ? droplets(name, nodePool) : []),
  ],
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool": (name, pool) => droplets(name, pool),
  "digitalocean:index/databaseCluster:DatabaseCluster": (
    name,
    { engine, size, nodeCount, storageSizeMib },
  ) => {
    const storage = storageSizeMib
      ? ` (the plan's own storage; asked for: ${storageSizeMib / 1024} GiB)`
      : "";
    return [line(name, `managed database ${engine} ${size}`, Number(nodeCount ?? 1), storage)];
  },
  "digitalocean:index/spacesBucket:SpacesBucket": (name) => [
    line(name, "Spaces subscription", 1, " (250 GiB and 1 TiB of traffic, shared by all buckets)"),
    byUse(name, "Spaces storage beyond it"),
    byUse(name, "Spaces traffic beyond it"),
  ],
  "digitalocean:index/loadBalancer:LoadBalancer": (name, { sizeUnit }) => [
    line(name, "DigitalOcean load balancer node", Number(sizeUnit ?? 1)),
  ],
  "digitalocean:index/reservedIp:ReservedIp": (name) => [line(name, "DigitalOcean reserved IP", 1)],
  "digitalocean:index/droplet:Droplet": (name, { size }) => [line(name, `Droplet ${size}`, 1)],
  "digitalocean:index/volume:Volume": (name, { size }) => [
    line(name, "DigitalOcean volume GiB", Number(size)),
  ],
  "aws:eks/cluster:Cluster": (name) => [line(name, "EKS control plane", 1)],
  "aws:eks/nodeGroup:NodeGroup": (name, { instanceTypes, scalingConfig, launchTemplate }, resources) => {
    const { desiredSize: nodes = 1, maxSize } = scalingConfig ?? {};
    const machine = `EC2 ${instanceTypes?.[0] ?? "of unknown type"}`;
    return [
      line(name, machine, Number(nodes), scaled(nodes, maxSize)),
      line(name, "EBS gp3 GB", Number(nodes) * diskOf(launchTemplate, resources), " (disks of the nodes)"),
    ];
  },
  "aws:ec2/instance:Instance": (name, { instanceType, rootBlockDevice }) => [
    line(name, `EC2 ${instanceType}`, 1),
    line(name, "EBS gp3 GB", Number(rootBlockDevice?.volumeSize ?? 8)),
  ],
  "aws:rds/instance:Instance": (
    name,
    { instanceClass, multiAz, allocatedStorage, maxAllocatedStorage: most },
  ) => {
    const copies = multiAz ? 2 : 1;
    return [
      line(name, `RDS PostgreSQL ${instanceClass}`, copies),
      line(
        name,
        "RDS gp3 GB",
        Number(allocatedStorage ?? 0) * copies,
        most ? ` (up to ${most * copies} as it fills)` : "",
      ),
      byUse(name, "RDS backups beyond the size of the database"),
    ];
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, { nodeType, numCacheClusters }) => [
    line(name, `ElastiCache Valkey ${nodeType}`, Number(numCacheClusters ?? 1)),
    byUse(name, "ElastiCache backups"),
  ],
  "aws:ec2/natGateway:NatGateway": (name) => [line(name, "NAT gateway", 1), byUse(name, "NAT gateway data")],
  "aws:ec2/eip:Eip": (name) => [line(name, "public IPv4 address", 1)],
  "aws:s3/bucket:Bucket": (name) => [
    byUse(name, "S3 storage"),
    byUse(name, "S3 requests that write"),
    byUse(name, "S3 requests that read"),
  ],
  "aws:kms/key:Key": (name) => [line(name, "KMS key", 1), byUse(name, "KMS requests")],
  "aws:route53/zone:Zone": (name) => [line(name, "Route 53 zone", 1)],
};

/** What a resource costs; nothing when no bill is known for its type. */
export function resourceLines({ name, type, inputs }: PlannedResource, resources: Resources): CostLine[] {
  return byType[type]?.(name, inputs, resources) ?? [];
}

function droplets(name: string, { size, nodeCount, minNodes, maxNodes }: Record<string, any>): CostLine[] {
  const nodes = nodeCount ?? minNodes ?? 1;
  return [line(name, `Droplet ${size}`, Number(nodes), scaled(nodes, maxNodes))];
}

function scaled(nodes: number, most: number | undefined): string {
  return most !== undefined && most > nodes ? ` (up to ${most} when it scales)` : "";
}

/** Disk of a node in GB, as the launch template says; AWS's own default of 20 without one. */
function diskOf(template: { id?: string } | undefined, resources: Resources): number {
  const known = resources.find(
    ({ type, name }) => type === "aws:ec2/launchTemplate:LaunchTemplate" && template?.id === plannedId(name),
  );
  const { blockDeviceMappings = [] } = (known?.inputs ?? {}) as {
    blockDeviceMappings?: { ebs?: { volumeSize?: number } }[];
  };
  return blockDeviceMappings[0]?.ebs?.volumeSize ?? 20;
}

/**
 * What a cluster orders from its cloud for an object: volumes and load balancers.
 * @param zones how many a load balancer answers in
 */
export function objectLines(object: KubernetesObject, cloud: CloudName, zones: number): CostLine[] {
  const name = objectName(object);
  const volume = cloud === "aws" ? "EBS gp3 GB" : "DigitalOcean volume GiB";
  const volumes = volumesOf(object).map((gibibytes) => line(name, volume, gibibytes));
  return [...volumes, ...loadBalancerLines(object, cloud, zones)];
}

/** What a Service's load balancer costs; nothing for another object. @param zones how many it answers in */
export function loadBalancerLines(object: KubernetesObject, cloud: CloudName, zones: number): CostLine[] {
  const isBalancer = object.kind === "Service" && object.spec?.type === "LoadBalancer";
  return isBalancer ? balancer[cloud](objectName(object), zones) : [];
}

const balancer: Record<CloudName, (name: string, zones: number) => CostLine[]> = {
  digitalocean: (name) => [line(name, "DigitalOcean load balancer node", 1)],
  aws: (name, zones) => [
    line(name, "Network Load Balancer", 1),
    line(name, "public IPv4 address", zones, " (one in each zone)"),
    byUse(name, "Network Load Balancer capacity"),
    byUse(name, "traffic to the internet"),
  ],
};

/** How many addresses a load balancer has: one in each subnet that is marked for those that face the internet. */
export function publicSubnets(resources: Resources): number {
  const subnets = resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
  const marked = subnets.filter(({ inputs }) => {
    const { tags = {} } = inputs as { tags?: Record<string, string> };
    return "kubernetes.io/role/elb" in tags;
  });
  return Math.max(1, marked.length);
}

function volumesOf({ kind, spec, ...object }: KubernetesObject): number[] {
  const size = (quantity: unknown) => (parseQuantity(String(quantity)) ?? 0) / 2 ** 30;
  if (kind === "PersistentVolumeClaim") return [size(spec?.resources?.requests?.storage)];
  if (kind === "StatefulSet")
    return Array.from({ length: spec?.replicas ?? 1 }, () => spec?.volumeClaimTemplates ?? [])
      .flat()
      .map((claim) => size(claim.spec?.resources?.requests?.storage));
  if (isDatabase({ kind, spec, ...object } as KubernetesObject))
    return Array.from({ length: spec?.instances ?? 1 }, () => size(spec?.storage?.size));
  return [];
}
