import { parseQuantity } from "../../components/quantity.ts";
import { isDatabase } from "../effects/removal.ts";
import { type KubernetesObject, objectName, type Plan, type PlannedResource } from "../plan/plan.ts";
import { type Price, prices } from "./prices.ts";

/** Hours a month is counted with, as AWS's own calculator does. */
const hoursPerMonth = 730;

/** What one thing costs in a month. */
export interface CostLine {
  readonly resource: string;
  /** What is paid for, with number and size. */
  readonly what: string;
  /** US dollars; undefined when the price is not known. */
  readonly monthly: number | undefined;
  /** Where the price is from, and when it was read; empty when not known. */
  readonly source: string;
}

/** What an environment costs in a month, traffic and taxes apart. */
export interface Cost {
  /** Sum of the lines whose price is known, in US dollars. */
  readonly monthly: number;
  readonly lines: readonly CostLine[];
}

/** Everything of a plan that a cloud sends a bill for; a plan without a cloud costs nothing here. */
export function costOf(plan: Plan): Cost {
  const cloud = cloudOf(plan);
  const inside = cloud ? plan.objects.flatMap(({ object }) => objectLines(object, cloud)) : [];
  const lines = [...plan.resources.flatMap(resourceLines), ...inside];
  return { monthly: lines.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0), lines };
}

type Cloud = "digitalocean" | "aws";

/** The cloud whose volumes and load balancers the cluster makes. */
function cloudOf({ resources }: Plan): Cloud | undefined {
  if (resources.some(({ type }) => type === "digitalocean:index/kubernetesCluster:KubernetesCluster"))
    return "digitalocean";
  return resources.some(({ type }) => type === "aws:eks/cluster:Cluster") ? "aws" : undefined;
}

function line(resource: string, item: string, count: number, more = ""): CostLine {
  const price = prices[item];
  const what = `${count === 1 ? "" : `${count} × `}${item}${more}`;
  if (!price) return { resource, what, monthly: undefined, source: "" };
  return { resource, what, monthly: count * monthlyOf(price), source: `${price.source}, ${price.date}` };
}

function monthlyOf({ usd, per }: Price): number {
  return per === "hour" ? usd * hoursPerMonth : usd;
}

type Lines = (name: string, inputs: Record<string, any>) => CostLine[];

/** What is paid for, by type; a type of a cloud that is not here is not known to cost nothing. */
const byType: Record<string, Lines> = {
  "digitalocean:index/kubernetesCluster:KubernetesCluster": (name, { ha, nodePool }) => [
    line(name, ha ? "DOKS control plane, highly available" : "DOKS control plane", 1),
    ...(nodePool
      ? [line(name, `Droplet ${nodePool.size}`, Number(nodePool.nodeCount ?? nodePool.minNodes ?? 1))]
      : []),
  ],
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool": (
    name,
    { size, nodeCount, minNodes, maxNodes },
  ) => [
    line(
      name,
      `Droplet ${size}`,
      Number(nodeCount ?? minNodes ?? 1),
      maxNodes !== undefined ? ` (up to ${maxNodes} when it scales)` : "",
    ),
  ],
  "digitalocean:index/databaseCluster:DatabaseCluster": (name, { engine, size, nodeCount }) => [
    line(name, `managed database ${engine} ${size}`, Number(nodeCount ?? 1)),
  ],
  "digitalocean:index/spacesBucket:SpacesBucket": (name) => [
    line(name, "Spaces subscription", 1, " (250 GiB and 1 TiB of traffic, shared by all buckets)"),
  ],
  "digitalocean:index/loadBalancer:LoadBalancer": (name, { sizeUnit }) => [
    line(name, "DigitalOcean load balancer node", Number(sizeUnit ?? 1)),
  ],
  "digitalocean:index/droplet:Droplet": (name, { size }) => [line(name, `Droplet ${size}`, 1)],
  "digitalocean:index/reservedIp:ReservedIp": (name) => [line(name, "reserved address of a droplet", 1)],
  "digitalocean:index/volume:Volume": (name, { size }) => [
    line(name, "DigitalOcean volume GiB", Number(size)),
  ],
  "aws:eks/cluster:Cluster": (name) => [line(name, "EKS control plane", 1)],
  "aws:eks/nodeGroup:NodeGroup": (name, { instanceTypes, scalingConfig }) => [
    line(name, `EC2 ${instanceTypes?.[0] ?? "of unknown type"}`, Number(scalingConfig?.desiredSize ?? 1)),
  ],
  "aws:ec2/instance:Instance": (name, { instanceType, rootBlockDevice }) => [
    line(name, `EC2 ${instanceType}`, 1),
    line(name, "EBS gp3 GB", Number(rootBlockDevice?.volumeSize ?? 8)),
  ],
  "aws:rds/instance:Instance": (name, { instanceClass, multiAz, allocatedStorage }) => {
    const copies = multiAz ? 2 : 1;
    return [
      line(name, `RDS PostgreSQL ${instanceClass}`, copies),
      line(name, "RDS gp3 GB", Number(allocatedStorage ?? 0) * copies),
    ];
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, { nodeType, numCacheClusters }) => [
    line(name, `ElastiCache Valkey ${nodeType}`, Number(numCacheClusters ?? 1)),
  ],
  "aws:ec2/natGateway:NatGateway": (name) => [line(name, "NAT gateway", 1, " (data apart)")],
  "aws:ec2/eip:Eip": (name) => [line(name, "public IPv4 address", 1)],
  "aws:s3/bucket:Bucket": (name) => [line(name, "S3 storage and requests", 1, ": by use")],
  "aws:kms/key:Key": (name) => [line(name, "KMS key", 1)],
  "aws:route53/zone:Zone": (name) => [line(name, "Route 53 zone", 1)],
};

function resourceLines({ name, type, inputs }: PlannedResource): CostLine[] {
  return byType[type]?.(name, inputs) ?? [];
}

/** Volumes and load balancers that the cluster orders from its cloud. */
function objectLines(object: KubernetesObject, cloud: Cloud): CostLine[] {
  const name = objectName(object);
  const volume = cloud === "aws" ? "EBS gp3 GB" : "DigitalOcean volume GiB";
  const balancer = cloud === "aws" ? "Network Load Balancer" : "DigitalOcean load balancer node";
  const volumes = volumesOf(object).map((gibibytes) => line(name, volume, gibibytes));
  const isBalancer = object.kind === "Service" && object.spec?.type === "LoadBalancer";
  return [...volumes, ...(isBalancer ? [line(name, balancer, 1)] : [])];
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
