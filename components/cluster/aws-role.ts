import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { CustomResourceOptions, Input, Resource } from "@pulumi/pulumi";
import { trustPolicy } from "./aws-plan.ts";

/** A role that one of AWS's services takes on, with AWS's own policies. */
export function createRole(
  name: string,
  args: { readonly service: Parameters<typeof trustPolicy>[0]; readonly policies: readonly string[] },
  opts: CustomResourceOptions,
): { readonly role: Role; readonly attachments: readonly Resource[] } {
  const role = new Role(name, { assumeRolePolicy: trustPolicy(args.service) }, opts);
  const attachments = args.policies.map(
    (policyArn) =>
      new RolePolicyAttachment(
        `${name}-${policyArn.split("/").at(-1)?.toLowerCase()}`,
        { role: role.name, policyArn },
        opts,
      ),
  );
  return { role, attachments };
}

/** Who gets rights of its own, and which. */
export interface PodIdentityArgs {
  readonly cluster: Input<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** An IAM policy as text. */
  readonly policy: string;
}

/** Gives the pods of one service account rights at AWS, without a key that could be lost. */
export function createPodIdentity(
  name: string,
  { cluster, namespace, serviceAccount, policy }: PodIdentityArgs,
  opts: CustomResourceOptions,
): Resource[] {
  const { role } = createRole(`${name}-role`, { service: "pods.eks", policies: [] }, opts);
  const rights = new RolePolicy(`${name}-rights`, { role: role.name, policy }, opts);
  const binding = new PodIdentityAssociation(
    `${name}-identity`,
    { clusterName: cluster, namespace, serviceAccount, roleArn: role.arn },
    opts,
  );
  return [rights, binding];
}
