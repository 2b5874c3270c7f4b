import assert from "node:assert/strict";
import { trustPolicy } from "../../components/cluster/aws-plan.ts";
import { awsProvider } from "../../rehearsal/providers/aws/provider.ts";
import { type Bench, cluster, type Network, network, subnetType } from "../support/aws.ts";
import { cloudBench } from "../support/cloud.ts";

describe("a cluster of the simulated AWS", () => {
  let bench: Bench;
  let net: Network;
  beforeEach(async () => {
    bench = cloudBench(awsProvider);
    net = await network(bench);
  });

  it("stays in its network", async () => {
    const own = await cluster(bench, net);
    const other = await bench.make("aws:ec2/vpc:Vpc", "other", { cidrBlock: "10.9.0.0/16" });
    const subnet = (letter: string, third: number) =>
      bench.make(subnetType, `other-${letter}`, {
        vpcId: other.id,
        cidrBlock: `10.9.${third}.0/24`,
        availabilityZone: `eu-central-1${letter}`,
      });
    const subnetIds = [(await subnet("a", 0)).id, (await subnet("b", 1)).id];
    await assert.rejects(
      bench.update(own, { vpcConfig: { subnetIds } }),
      /of another VPC than the cluster's/,
    );
    await bench.update(own, { vpcConfig: { subnetIds: [...net.subnetIds].reverse() } });
  });

  it("gives pods the rights of a role that trusts pods, and of no other", async () => {
    await cluster(bench, net);
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const identity = { clusterName: "prod", namespace: "cert-manager", serviceAccount: "cert-manager" };
    const associate = async (name: string, assumeRolePolicy: string) => {
      const role = await bench.make("aws:iam/role:Role", name, { assumeRolePolicy });
      return bench.make(type, name, { ...identity, roleArn: role.open.arn });
    };
    await assert.rejects(
      associate("nodes", trustPolicy("ec2")),
      /Trust policy of the role provided is invalid/,
    );
    await associate("pods", trustPolicy("pods.eks"));
    await assert.rejects(associate("again", trustPolicy("pods.eks")), /already exists/);
  });
});
