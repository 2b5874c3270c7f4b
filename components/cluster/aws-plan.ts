import { type CloudArgs, type CloudClusterArgs, fixedNodePorts } from "./cloud.ts";
import type { Entry } from "./contract.ts";
import { tokenKubeconfig } from "./kubeconfig.ts";
import { heavyTaint, type Pool, poolLabels, workloadLabel } from "./pools.ts";

/** A cluster on AWS. */
export interface AwsArgs extends CloudArgs {
  /** Minor version of Kubernetes, such as `1.36`. */
  readonly version: string;
  /** Number of the account: credentials of another one are refused before anything is touched. */
  readonly accountId: string;
  /** Letters of the three availability zones; they can never change. */
  readonly zones: readonly string[];
  /** Private range of the network, a /16; it can never change. */
  readonly ranges: { readonly network: string };
  /** Source ranges that may use the cluster's API; only the network itself when empty. */
  readonly apiAllowFrom: readonly string[];
  /** ARNs of IAM roles that administer the cluster, besides whoever made it. */
  readonly administrators: readonly string[];
}

/** Range of Services: AWS's own default, said so that nothing else changes it. */
export const serviceRange = "172.20.0.0/16";

/** Size of a node's own disk in GiB: images of all workloads twice over. */
const nodeDiskGi = 60;

/** AWS's policies of the roles, by what the role is for. */
export const managedPolicies = {
  controlPlane: ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"],
  nodes: [
    "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
    "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
  ],
  volumes: ["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"],
} as const;

/** What gives an administrator all rights on the cluster. */
export const administratorPolicy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/** Who may take a role on. `pods.eks` is EKS's Pod Identity: one service account of one cluster. */
export function trustPolicy(service: "eks" | "ec2" | "pods.eks"): string {
  const Action = service === "pods.eks" ? ["sts:AssumeRole", "sts:TagSession"] : "sts:AssumeRole";
  const Principal = { Service: `${service}.amazonaws.com` };
  return policy([{ Effect: "Allow", Principal, Action }]);
}

/** What the autoscaler may do: look at everything, and resize this cluster's groups alone. */
export function autoscalerPolicy(cluster: string): string {
  return policy([
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: {
        StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: "owned" },
      },
    },
  ]);
}

/** An IAM policy as text. */
export function policy(Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** The control plane as plain data; the component adds roles, key and subnets. */
export function controlPlane({ name, version, apiAllowFrom }: AwsArgs) {
  return {
    name,
    version,
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    // The add-ons below take their place, and are updated with the cluster.
    bootstrapSelfManagedAddons: false,
    enabledClusterLogTypes: ["api", "audit", "authenticator"],
    kubernetesNetworkConfig: { serviceIpv4Cidr: serviceRange },
    // A version out of standard support is upgraded rather than charged six times as much.
    upgradePolicy: { supportType: "STANDARD" },
    vpcConfig: {
      endpointPrivateAccess: true,
      endpointPublicAccess: apiAllowFrom.length > 0,
      ...(apiAllowFrom.length > 0 && { publicAccessCidrs: [...apiAllowFrom] }),
    },
  };
}

/** Add-ons nodes cannot be without, and those that run on nodes. */
export const addons = {
  beforeNodes: [
    // Off by default, and without it no network policy is enforced.
    { addonName: "vpc-cni", configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }) },
    { addonName: "kube-proxy" },
    { addonName: "eks-pod-identity-agent" },
  ],
  onNodes: [{ addonName: "coredns" }],
  volumes: { addonName: "aws-ebs-csi-driver", serviceAccount: "ebs-csi-controller-sa" },
} as const;

/** How every node is started: its metadata, and with it its role, out of reach of pods; its disk encrypted. */
export function launchTemplate(name: string) {
  return {
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [
      {
        deviceName: "/dev/xvda",
        ebs: { volumeSize: nodeDiskGi, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
      },
    ],
    tagSpecifications: [{ resourceType: "instance", tags: { Name: name } }],
  };
}

/** The node groups as plain data. Without a name: the provider makes one, so that a new one can stand beside the old. */
export function nodeGroups({ pools, machines, version }: AwsArgs & Pick<CloudClusterArgs, "pools">) {
  return pools.map((pool) => ({
    role: pool.role,
    args: {
      version,
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      instanceTypes: [machines[pool.role]],
      labels: poolLabels(pool.role),
      taints: pool.role === "heavy" ? [{ ...heavyTaint, effect: "NO_SCHEDULE" }] : [],
      scalingConfig: scaling(pool),
      updateConfig: { maxUnavailable: 1 },
    },
    // The autoscaler changes the number; it would be set back with every update.
    ignoreChanges: pool.scale ? ["scalingConfig.desiredSize"] : [],
    tags: pool.scale ? scaleFromZeroTags(pool) : [],
  }));
}

function scaling({ nodes, scale }: Pool) {
  return { desiredSize: nodes, minSize: scale?.least ?? nodes, maxSize: Math.max(1, scale?.most ?? nodes) };
}

/** How the autoscaler knows what a node of an empty group would be like. */
function scaleFromZeroTags({ role }: Pool): { readonly name: string; readonly key: string; value: string }[] {
  const prefix = "k8s.io/cluster-autoscaler/node-template";
  const label = { name: "label", key: `${prefix}/label/${workloadLabel}`, value: role };
  const taint = {
    name: "taint",
    key: `${prefix}/taint/${heavyTaint.key}`,
    value: `${heavyTaint.value}:${heavyTaint.effect}`,
  };
  return role === "heavy" ? [label, taint] : [label];
}

/** The encrypted default StorageClass: EKS comes with none that is default. A volume is made in its pod's zone. */
export const storageClass = {
  metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "ebs.csi.aws.com",
  parameters: { type: "gp3", encrypted: "true" },
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
  reclaimPolicy: "Delete",
};

/** How traffic gets to Traefik on AWS. */
export function entryPoint({ ranges, exposure }: Pick<AwsArgs, "ranges" | "exposure">): Entry {
  // Nodes hand a connection on under their own address, or as it came from the machine: all are in the network.
  if (exposure?.type === "fixedEntry") return { ...fixedNodePorts, proxyFrom: [ranges.network] };
  return { type: "LoadBalancer", annotations: loadBalancerAnnotations };
}

/**
 * Annotations by which AWS makes Traefik's load balancer. It keeps the clients' addresses by itself; the annotation for
 * the PROXY protocol is of the older kind of load balancer, and passed over in silence for this one
 * (kubernetes/kubernetes#101608).
 */
const loadBalancerAnnotations = {
  "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
  "service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled": "true",
};

/** A kubeconfig that fetches a token with AWS's own program each time; `aws` must be installed where the program runs. */
export function awsKubeconfig(cluster: {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly authority: string;
}) {
  const args = ["eks", "get-token", "--cluster-name", cluster.name, "--region", cluster.region];
  return tokenKubeconfig(cluster, { command: "aws", args, version: "v1" });
}
