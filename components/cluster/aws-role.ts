import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { ComponentResource, Resource } from "@pulumi/pulumi";
import { trustPolicy } from "./aws-plan.ts";

/** A role that one of AWS's services takes on, with AWS's own policies. */
export function createRole(
  name: string,
  args: { readonly service: Parameters<typeof trustPolicy>[0]; readonly policies: readonly string[] },
  parent: ComponentResource,
): { readonly role: Role; readonly attachments: readonly Resource[] } {
  const role = new Role(name, { assumeRolePolicy: trustPolicy(args.service) }, { parent });
  const attachments = args.policies.map(
    (policyArn) =>
      new RolePolicyAttachment(
        `${name}-${policyArn.split("/").at(-1)?.toLowerCase()}`,
        { role: role.name, policyArn },
        { parent },
      ),
  );
  return { role, attachments };
}
