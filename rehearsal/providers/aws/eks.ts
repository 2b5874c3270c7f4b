import { randomUUID } from "node:crypto";
import { instance } from "../../../components/cluster/machines.ts";
import { overlaps } from "../cloud/cidr.ts";
import { accessOf } from "../cloud/kubeconfig.ts";
import type { NodePool } from "../cloud/pools.ts";
import type { CloudRecord } from "../cloud/state.ts";
import { type Cloud, type CloudResource, findRecord, type Made, recordsOf } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { arn, regional, regionOf } from "./account.ts";
import { types } from "./types.ts";

/** Kubernetes versions EKS offers, newest first. EKS release calendar, 2026-11. */
const versions = ["1.36", "1.35", "1.34", "1.33", "1.32"];
const defaultServiceRange = "172.20.0.0/16";
/** Add-ons the simulated EKS has. EKS user guide, 2026-08. */
const addons = [
  "vpc-cni",
  "coredns",
  "kube-proxy",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "eks-pod-identity-agent",
  "eks-node-monitoring-agent",
  "metrics-server",
  "snapshot-controller",
  "external-dns",
  "cert-manager",
];
/** EKS's names of the effects, with Kubernetes' own. */
const effects: Record<string, string> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};
const defaultInstanceType = "t3.medium";

/** A node group's inputs, as far as its nodes follow from them. */
interface GroupInputs {
  readonly clusterName: string;
  readonly nodeGroupName: string;
  readonly subnetIds: readonly string[];
  readonly instanceTypes?: readonly string[];
  readonly capacityType?: string;
  readonly launchTemplate?: { readonly id?: string; readonly name?: string };
  readonly labels?: Record<string, string>;
  readonly taints?: readonly { key: string; value?: string; effect: string }[];
  readonly scalingConfig: {
    readonly minSize: number;
    readonly maxSize: number;
    readonly desiredSize: number;
  };
}

/** AWS's clusters. */
export const eksResources: Record<string, CloudResource> = {
  [types.cluster]: {
    autoname: "name",
    unique: ["name"],
    replaces: [
      "name",
      "roleArn",
      "bootstrapSelfManagedAddons",
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "kubernetesNetworkConfig.ipFamily",
      "kubernetesNetworkConfig.serviceIpv4Cidr",
      "remoteNetworkConfig",
    ],
    replacesWhen: (olds, news) =>
      olds.encryptionConfig && !news.encryptionConfig ? ["encryptionConfig"] : [],
    oneOf: {
      "accessConfig.authenticationMode": ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"],
      "enabledClusterLogTypes[]": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      "encryptionConfig.resources[]": ["secrets"],
      "kubernetesNetworkConfig.ipFamily": ["ipv4", "ipv6"],
      "upgradePolicy.supportType": ["EXTENDED", "STANDARD"],
    },
    refers: {
      roleArn: types.role,
      "encryptionConfig.provider.keyArn": types.key,
      "vpcConfig.subnetIds[]": types.subnet,
      "vpcConfig.securityGroupIds[]": types.securityGroup,
    },
    held: true,
    alsoNamed: ({ vpcConfig }) => [String((vpcConfig as Properties).clusterSecurityGroupId)],
    id: ({ inputs }) => String(inputs.name),
    outputs: clusterOutputs,
    preview: (cloud) => {
      const { server, authority } = accessOf(cloud.kubeconfig());
      return { endpoint: server, certificateAuthority: { data: authority } };
    },
    refuse: refuseCluster,
    refuseDeletion: ({ inputs }) =>
      inputs.deletionProtection === true ? "deletionProtection is on (InvalidRequestException)" : undefined,
    storageClass: "",
    strands: ({ outputs }) => {
      const { vpcId, subnetIds } = outputs.vpcConfig as { vpcId: string; subnetIds: readonly string[] };
      return [vpcId, ...subnetIds];
    },
  },
  "aws:eks/nodeGroup:NodeGroup": regional(
    "eks",
    (_id, inputs) => `nodegroup/${inputs.clusterName}/${inputs.nodeGroupName}`,
    {
      autoname: "nodeGroupName",
      unique: ["clusterName", "nodeGroupName"],
      replaces: [
        "amiType",
        "capacityType",
        "clusterName",
        "diskSize",
        "instanceTypes",
        "launchTemplate.id",
        "launchTemplate.name",
        "nodeGroupName",
        "nodeGroupNamePrefix",
        "nodeRoleArn",
        "remoteAccess",
        "subnetIds",
      ],
      oneOf: {
        amiType: [
          "AL2023_x86_64_STANDARD",
          "AL2023_ARM_64_STANDARD",
          "BOTTLEROCKET_x86_64",
          "BOTTLEROCKET_ARM_64",
          "CUSTOM",
        ],
        capacityType: ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"],
        "taints[].effect": Object.keys(effects),
      },
      refers: {
        clusterName: types.cluster,
        nodeRoleArn: types.role,
        "subnetIds[]": types.subnet,
        "launchTemplate.id": types.launchTemplate,
      },
      id: ({ inputs }) => `${inputs.clusterName}:${inputs.nodeGroupName}`,
      outputs: ({ inputs, prior, cloud }) => ({
        version: inputs.version ?? findRecord(cloud, types.cluster, inputs.clusterName)?.outputs.version,
        status: "ACTIVE",
        resources: prior.resources ?? [
          { autoscalingGroups: [{ name: `eks-${inputs.nodeGroupName}-${randomUUID()}` }] },
        ],
      }),
      refuse: (inputs, cloud) => refuseGroup(inputs as never, cloud),
      pools: (record, cloud) => [groupPool(record, cloud)],
    },
  ),
  "aws:eks/addon:Addon": regional("eks", (_id, inputs) => `addon/${inputs.clusterName}/${inputs.addonName}`, {
    unique: ["clusterName", "addonName"],
    replaces: ["clusterName", "addonName"],
    oneOf: {
      resolveConflictsOnCreate: ["NONE", "OVERWRITE"],
      resolveConflictsOnUpdate: ["NONE", "OVERWRITE", "PRESERVE"],
    },
    refers: {
      clusterName: types.cluster,
      serviceAccountRoleArn: types.role,
      "podIdentityAssociations[].roleArn": types.role,
    },
    id: ({ inputs }) => `${inputs.clusterName}:${inputs.addonName}`,
    outputs: ({ inputs, prior }) => ({
      addonVersion: inputs.addonVersion ?? prior.addonVersion ?? "v1.0.0-eksbuild.1",
      createdAt: prior.createdAt ?? new Date().toISOString(),
      modifiedAt: new Date().toISOString(),
    }),
    refuse: refuseAddon,
  }),
  [types.accessEntry]: {
    unique: ["clusterName", "principalArn"],
    replaces: ["clusterName", "principalArn", "type"],
    oneOf: { type: ["STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX"] },
    refers: { clusterName: types.cluster },
    id: ({ inputs }) => `${inputs.clusterName}:${inputs.principalArn}`,
    outputs: ({ id, inputs, cloud }) => ({
      accessEntryArn: arn("eks", regionOf(cloud, inputs), `access-entry/${id.replace(":", "/")}`),
      userName: inputs.userName ?? inputs.principalArn,
    }),
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    unique: ["clusterName", "principalArn", "policyArn"],
    replaces: ["clusterName", "principalArn", "policyArn", "accessScope"],
    oneOf: { "accessScope.type": ["cluster", "namespace"] },
    refers: { clusterName: types.cluster },
    id: ({ inputs }) => `${inputs.clusterName}#${inputs.principalArn}#${inputs.policyArn}`,
    outputs: () => ({ associatedAt: new Date().toISOString(), modifiedAt: new Date().toISOString() }),
    refuse: ({ clusterName, principalArn }, cloud) =>
      findRecord(cloud, types.accessEntry, `${clusterName}:${principalArn}`)
        ? undefined
        : `cluster ${clusterName} has no access entry for ${principalArn} (ResourceNotFoundException)`,
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    unique: ["clusterName", "namespace", "serviceAccount"],
    replaces: ["clusterName", "namespace", "serviceAccount"],
    refers: { clusterName: types.cluster, roleArn: types.role },
    refuse: ({ roleArn }, cloud) => {
      const trust = String(findRecord(cloud, types.role, roleArn)?.inputs.assumeRolePolicy);
      return ["pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"].every((word) =>
        trust.includes(word),
      )
        ? undefined
        : "Trust policy of the role provided is invalid (InvalidParameterException)";
    },
    id: () => `a-${randomUUID().slice(0, 18)}`,
    outputs: ({ id, inputs, cloud }) => ({
      associationId: id,
      associationArn: arn(
        "eks",
        regionOf(cloud, inputs),
        `podidentityassociation/${inputs.clusterName}/${id}`,
      ),
    }),
  },
  "aws:autoscaling/tag:Tag": {
    replaces: ["autoscalingGroupName", "tag.key"],
    id: ({ inputs }) => `${inputs.autoscalingGroupName},${(inputs.tag as Properties).key}`,
  },
};

function clusterOutputs({ id, inputs, prior, cloud }: Made): Properties {
  const region = regionOf(cloud, inputs);
  const { server, authority } = accessOf(cloud.kubeconfig());
  const given = inputs.vpcConfig as Properties;
  const before = prior.vpcConfig as Properties | undefined;
  const unique = randomUUID().replaceAll("-", "");
  const issuer = `https://oidc.eks.${region}.amazonaws.com/id/${unique.toUpperCase()}`;
  const [subnet] = (given.subnetIds ?? []) as string[];
  return {
    arn: arn("eks", region, `cluster/${id}`),
    version: inputs.version ?? prior.version ?? versions[0],
    endpoint: server,
    certificateAuthority: { data: authority },
    identities: prior.identities ?? [{ oidcs: [{ issuer }] }],
    platformVersion: "eks.1",
    status: "ACTIVE",
    createdAt: prior.createdAt ?? new Date().toISOString(),
    kubernetesNetworkConfig: {
      ipFamily: "ipv4",
      serviceIpv4Cidr: defaultServiceRange,
      ...(inputs.kubernetesNetworkConfig as Properties),
    },
    vpcConfig: {
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ["0.0.0.0/0"],
      ...given,
      clusterSecurityGroupId: before?.clusterSecurityGroupId ?? `sg-0${unique.slice(0, 16)}`,
      vpcId: findRecord(cloud, types.subnet, subnet)?.inputs.vpcId,
    },
  };
}

function refuseCluster(inputs: Properties, cloud: Cloud, olds?: Properties): string | undefined {
  const { version = versions[0], vpcConfig, kubernetesNetworkConfig } = inputs;
  if (!versions.includes(String(version))) {
    return `version "${version}" is not supported (InvalidParameterException); there are ${versions.join(", ")}`;
  }
  const subnets = subnetsOf(vpcConfig, cloud);
  if (olds) {
    const [before] = subnetsOf(olds.vpcConfig, cloud);
    if (before && before.inputs.vpcId !== subnets[0]?.inputs.vpcId)
      return "its subnets are of another VPC than the cluster's (InvalidParameterException)";
    return refuseUpgrade(String(olds.version ?? version), String(version));
  }
  const zones = new Set(subnets.map((subnet) => subnet?.outputs.availabilityZone));
  if (zones.size < 2) return "its subnets have to be in at least two zones (InvalidParameterException)";
  const network = findRecord(cloud, types.vpc, subnets[0]?.inputs.vpcId)?.inputs.cidrBlock;
  const services =
    (kubernetesNetworkConfig as Properties | undefined)?.serviceIpv4Cidr ?? defaultServiceRange;
  if (overlaps(services, network)) return `service range ${services} overlaps with the VPC's ${network}`;
  const [other] = recordsOf(cloud, types.cluster);
  return other && `the rehearsal has one control plane, and it stands in for cluster ${other.inputs.name}`;
}

function subnetsOf(vpcConfig: unknown, cloud: Cloud): (CloudRecord | undefined)[] {
  return ((vpcConfig as Properties).subnetIds as string[]).map((id) => findRecord(cloud, types.subnet, id));
}

/** EKS goes up by one minor version at a time, and never down. */
function refuseUpgrade(from: string, to: string): string | undefined {
  const step = versions.indexOf(from) - versions.indexOf(to);
  if (step === 0 || step === 1) return undefined;
  return `version ${from} cannot become ${to}: one minor version up at a time (InvalidParameterException)`;
}

function refuseGroup(inputs: GroupInputs, cloud: Cloud): string | undefined {
  const { minSize, maxSize, desiredSize } = inputs.scalingConfig;
  if (maxSize < 1 || minSize > maxSize) return `maxSize ${maxSize} is less than 1 or than minSize ${minSize}`;
  if (desiredSize < minSize || desiredSize > maxSize) {
    return `desiredSize ${desiredSize} is not from ${minSize} to ${maxSize} (InvalidParameterException)`;
  }
  const type = instanceTypeOf(inputs, cloud);
  return instance(type) ? undefined : `instance type "${type}" does not exist (InvalidParameterException)`;
}

function refuseAddon({ addonName, configurationValues }: Properties): string | undefined {
  if (!addons.includes(String(addonName))) {
    return `add-on "${addonName}" is not supported (InvalidParameterException); there are ${addons.join(", ")}`;
  }
  try {
    if (configurationValues) JSON.parse(String(configurationValues));
    return undefined;
  } catch {
    return "configurationValues is no JSON (InvalidParameterException)";
  }
}

function instanceTypeOf({ instanceTypes, launchTemplate }: GroupInputs, cloud: Cloud): string {
  const named = launchTemplate?.id ?? launchTemplate?.name;
  const template = findRecord(cloud, types.launchTemplate, named);
  return instanceTypes?.[0] ?? String(template?.inputs.instanceType ?? defaultInstanceType);
}

function groupPool(record: CloudRecord, cloud: Cloud): NodePool {
  const inputs = record.inputs as unknown as GroupInputs;
  const { minSize, maxSize, desiredSize } = inputs.scalingConfig;
  const type = instanceTypeOf(inputs, cloud);
  const machine = instance(type) ?? { cpu: "0", memory: "0", pods: "0" };
  const subnets = inputs.subnetIds.map((id) => findRecord(cloud, types.subnet, id));
  const region = regionOf(cloud, record.inputs);
  return {
    name: inputs.nodeGroupName,
    label: { key: "eks.amazonaws.com/nodegroup", value: inputs.nodeGroupName },
    least: minSize,
    most: maxSize,
    wanted: desiredSize,
    autoscaler: minSize < maxSize ? "cluster" : "none",
    node: (index) => {
      const subnet = subnets[index % subnets.length];
      const number = [record.sequence, index].map((part) => part.toString(16).padStart(8, "0")).join("");
      return {
        name: `i-0${number}.${region}.compute.internal`,
        labels: {
          "eks.amazonaws.com/nodegroup": inputs.nodeGroupName,
          "eks.amazonaws.com/capacityType": inputs.capacityType ?? "ON_DEMAND",
          "node.kubernetes.io/instance-type": type,
          "topology.kubernetes.io/region": region,
          "topology.kubernetes.io/zone": String(subnet?.outputs.availabilityZone),
          ...inputs.labels,
        },
        taints: (inputs.taints ?? []).map((taint) => ({ ...taint, effect: effects[taint.effect] ?? "" })),
        ...machine,
      };
    },
  };
}
