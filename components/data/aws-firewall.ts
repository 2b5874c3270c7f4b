import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { ComponentResource, Resource } from "@pulumi/pulumi";
import type { AwsPlace } from "./aws.ts";

/** A store's firewall: nothing but the cluster's nodes and pods may connect, and only to its port. */
export function createFirewall(
  name: string,
  { place, port }: { readonly place: AwsPlace; readonly port: number },
  parent: ComponentResource,
): { readonly group: SecurityGroup; readonly rule: Resource } {
  const group = new SecurityGroup(
    `${name}-firewall`,
    { vpcId: place.network.vpc.id, description: `Port ${port} from the cluster's pods` },
    { parent },
  );
  const rule = new SecurityGroupIngressRule(
    `${name}-firewall-cluster`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: place.cluster.vpcConfig.clusterSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    },
    { parent },
  );
  return { group, rule };
}
