/** Memory in GiB of the sizes of RDS instance classes, by the letter of their family. RDS user guide, 2026-08. */
const classMemory: Record<string, Record<string, number>> = {
  t: { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, "2xlarge": 32 },
  m: { large: 8, xlarge: 16, "2xlarge": 32, "4xlarge": 64, "8xlarge": 128 },
  r: { large: 16, xlarge: 32, "2xlarge": 64, "4xlarge": 128, "8xlarge": 256 },
};
const classFamilies = /^(t3|t4g|m5|m6g|m6i|m7g|m7i|m8g|r5|r6g|r6i|r7g|r7i|r8g)$/;
/** Bytes of memory per connection, and the most there are: RDS's default of max_connections. */
const awsBytesPerConnection = 9_531_392;
const awsMostConnections = 5000;

/** Names of DigitalOcean's database plans, premium ones included. DigitalOcean, 2026-08. */
const digitaloceanPlan = /^(?:db-(?:s|amd|intel)|gd|so1_5|m)-\d+vcpu-(\d+)gb$/;
/** Connections DigitalOcean gives per GiB of a plan, and those it keeps. Documentation of connection pools, 2026-08. */
const digitaloceanPerGib = 25;
const digitaloceanReserved = 3;

/** What is known of a cloud's database plans. */
export interface PlanFacts {
  /** Memory in GiB; undefined for a plan that is not known. */
  memoryGi(plan: string): number | undefined;
  /** Connections PostgreSQL gives to clients; undefined for a plan that is not known. */
  connections(plan: string): number | undefined;
}

function digitaloceanMemory(plan: string): number | undefined {
  const memory = digitaloceanPlan.exec(plan)?.[1];
  return memory === undefined ? undefined : Number(memory);
}

function awsMemory(plan: string): number | undefined {
  const [, family = "", size = ""] = /^db\.(\w+)\.(\w+)$/.exec(plan) ?? [];
  return classFamilies.test(family) ? classMemory[family.charAt(0)]?.[size] : undefined;
}

/** Facts of database plans such as `db-s-2vcpu-4gb` and `db.m7g.large`, by cloud. */
export const planFacts: Record<"digitalocean" | "aws", PlanFacts> = {
  digitalocean: {
    memoryGi: digitaloceanMemory,
    connections: (plan) => {
      const memory = digitaloceanMemory(plan);
      return memory && memory * digitaloceanPerGib - digitaloceanReserved;
    },
  },
  aws: {
    memoryGi: awsMemory,
    connections: (plan) => {
      const memory = awsMemory(plan);
      return memory && Math.min(awsMostConnections, Math.floor((memory * 2 ** 30) / awsBytesPerConnection));
    },
  },
};
