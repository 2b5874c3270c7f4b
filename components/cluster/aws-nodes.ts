import { Tag } from "@pulumi/aws/autoscaling/tag.js";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import { Addon } from "@pulumi/aws/eks/addon.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import { ComponentResource, type ComponentResourceOptions, interpolate, type Resource } from "@pulumi/pulumi";
import { autoscaler } from "./aws-autoscaler-values.ts";
import type { AwsControlPlane } from "./aws-control-plane.ts";
import type { AwsNetwork } from "./aws-network.ts";
import {
  type AwsArgs,
  addons,
  autoscalerPolicy,
  launchTemplate,
  managedPolicies,
  nodeGroups,
} from "./aws-plan.ts";
import { createPodIdentity, createRole } from "./aws-role.ts";
import type { CloudClusterArgs } from "./cloud.ts";

/** What a cluster's nodes follow from. */
export type AwsNodesArgs = AwsArgs &
  CloudClusterArgs & { readonly network: AwsNetwork; readonly controlPlane: AwsControlPlane };

/** What is given to an add-on of EKS. */
interface AddonArgs {
  readonly addonName: string;
  readonly configurationValues?: string;
}

/** The node groups of an EKS cluster, with the add-ons they need and the rights of what runs on them. */
export class AwsNodes extends ComponentResource {
  /** Everything pods need to run, to have volumes, and to get more nodes. */
  readonly ready: readonly Resource[];
  readonly #controlPlane: AwsControlPlane;

  constructor(name: string, args: AwsNodesArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsNodes", name, { machines: args.machines }, opts);
    this.#controlPlane = args.controlPlane;
    const base = addons.beforeNodes.map((addon) => this.#createAddon(name, addon, []));
    const groups = this.#createGroups(name, args, base);
    const onNodes = addons.onNodes.map((addon) => this.#createAddon(name, addon, groups));
    this.ready = [
      ...base,
      ...groups,
      ...onNodes,
      ...this.#createVolumesAddon(name, groups),
      ...createPodIdentity(
        `${name}-autoscaler`,
        { ...autoscaler, cluster: args.controlPlane.cluster.name, policy: autoscalerPolicy(args.name) },
        { parent: this },
      ),
    ];
    this.registerOutputs({});
  }

  #createAddon(name: string, addon: AddonArgs, dependsOn: Resource[]): Addon {
    const clusterName = this.#controlPlane.cluster.name;
    return new Addon(
      `${name}-${addon.addonName}`,
      { ...addon, clusterName, resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" },
      { parent: this, dependsOn },
    );
  }

  #createGroups(name: string, args: AwsNodesArgs, base: readonly Resource[]): Resource[] {
    const { role, attachments } = createRole(
      `${name}-role`,
      { service: "ec2", policies: managedPolicies.nodes },
      { parent: this },
    );
    const template = new LaunchTemplate(`${name}-template`, launchTemplate(args.name), { parent: this });
    return nodeGroups(args).flatMap((plan) => {
      const group = new NodeGroup(
        `${name}-${plan.role}`,
        {
          ...plan.args,
          clusterName: this.#controlPlane.cluster.name,
          nodeRoleArn: role.arn,
          subnetIds: args.network.subnetIds("nodes"),
          launchTemplate: { id: template.id, version: interpolate`${template.latestVersion}` },
        },
        {
          parent: this,
          ignoreChanges: plan.ignoreChanges,
          dependsOn: [...attachments, ...base, ...args.network.routes],
        },
      );
      return [group, ...this.#createTags(`${name}-${plan.role}`, group, plan.tags)];
    });
  }

  /** On the group of machines itself: EKS does not hand its own tags on. */
  #createTags(name: string, group: NodeGroup, tags: ReturnType<typeof nodeGroups>[number]["tags"]): Tag[] {
    const autoscalingGroupName = group.resources.apply(
      ([resources]) => resources?.autoscalingGroups?.[0]?.name ?? "",
    );
    return tags.map(
      (tag) =>
        new Tag(
          `${name}-${tag.name}`,
          { autoscalingGroupName, tag: { key: tag.key, value: tag.value, propagateAtLaunch: false } },
          { parent: this },
        ),
    );
  }

  #createVolumesAddon(name: string, groups: readonly Resource[]): Resource[] {
    const { addonName, serviceAccount } = addons.volumes;
    const { role, attachments } = createRole(
      `${name}-volumes-role`,
      { service: "pods.eks", policies: managedPolicies.volumes },
      { parent: this },
    );
    const addon = new Addon(
      `${name}-${addonName}`,
      {
        addonName,
        clusterName: this.#controlPlane.cluster.name,
        podIdentityAssociations: [{ roleArn: role.arn, serviceAccount }],
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      { parent: this, dependsOn: [...attachments, ...groups] },
    );
    return [addon];
  }
}
