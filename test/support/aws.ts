import type { Properties } from "../../rehearsal/providers/plugin.ts";
import type { cloudBench } from "./cloud.ts";

/** A simulated cloud under test. */
export type Bench = ReturnType<typeof cloudBench>;

const clusterType = "aws:eks/cluster:Cluster";
export const subnetType = "aws:ec2/subnet:Subnet";

/** A network with two private subnets, and a role. */
export async function network(bench: Bench) {
  await bench.configure();
  const vpc = await bench.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
  const subnet = (letter: string, third: number) =>
    bench.make(subnetType, `subnet-${letter}`, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${third}.0/24`,
      availabilityZone: `eu-central-1${letter}`,
    });
  const subnets = [await subnet("a", 0), await subnet("b", 1)];
  const role = await bench.make("aws:iam/role:Role", "role", {
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  });
  return { vpc, subnets, subnetIds: subnets.map(({ id }) => id), role };
}

/** The same as its resources. */
export type Network = Awaited<ReturnType<typeof network>>;

/** A cluster in a network. */
export async function cluster(bench: Bench, { subnetIds, role }: Network, inputs: Properties = {}) {
  return bench.make(clusterType, "cluster", {
    name: "prod",
    version: "1.36",
    roleArn: role.open.arn,
    vpcConfig: { subnetIds },
    ...inputs,
  });
}
