import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { AwsNetwork } from "./aws-network.ts";
import { type AwsArgs, administratorPolicy, controlPlane, managedPolicies } from "./aws-plan.ts";
import { createRole } from "./aws-role.ts";

/** What a control plane follows from. */
export type AwsControlPlaneArgs = AwsArgs & { readonly network: AwsNetwork };

/** An EKS control plane whose Secrets are encrypted with a key of its own, and who may administer it. */
export class AwsControlPlane extends ComponentResource {
  readonly cluster: Cluster;
  /** Rights of the administrators. */
  readonly access: readonly Resource[];

  constructor(name: string, args: AwsControlPlaneArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsControlPlane", name, { version: args.version }, opts);
    const plan = controlPlane(args);
    const key = new Key(
      `${name}-key`,
      { description: `Secrets of cluster ${args.name}`, enableKeyRotation: true, deletionWindowInDays: 30 },
      { parent: this },
    );
    new Alias(`${name}-alias`, { name: `alias/${args.name}`, targetKeyId: key.id }, { parent: this });
    const { role, attachments } = createRole(
      `${name}-role`,
      { service: "eks", policies: managedPolicies.controlPlane },
      { parent: this },
    );
    this.cluster = new Cluster(
      `${name}-cluster`,
      {
        ...plan,
        region: args.region,
        roleArn: role.arn,
        encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
        vpcConfig: { ...plan.vpcConfig, subnetIds: args.network.subnetIds("nodes") },
      },
      { parent: this, dependsOn: [...attachments] },
    );
    this.access = args.administrators.flatMap((principalArn, index) =>
      this.#createAdministrator(`${name}-administrator-${index}`, principalArn),
    );
    this.registerOutputs({});
  }

  #createAdministrator(name: string, principalArn: string): Resource[] {
    const { name: clusterName } = this.cluster;
    const entry = new AccessEntry(`${name}-entry`, { clusterName, principalArn }, { parent: this });
    const rights = new AccessPolicyAssociation(
      `${name}-rights`,
      { clusterName, principalArn, policyArn: administratorPolicy, accessScope: { type: "cluster" } },
      { parent: this, dependsOn: [entry] },
    );
    return [entry, rights];
  }
}
