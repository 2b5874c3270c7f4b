import { heavyTaint, type NodeSize, type Pool, poolLabels } from "./pools.ts";

/** Node labels that carry the size the plan counts on; kind nodes share the machine and enforce none of it. */
export const plannedSizeLabels = {
  cpu: "node.speckle.systems/cpu",
  memory: "node.speckle.systems/memory",
} as const;

/** Node ports of Traefik, which kind maps to ports of the machine. */
export const kindNodePorts = { http: 30080, https: 30443 } as const;

/** kind's own ranges of pods and Services. */
export const kindNetworkRanges = ["10.244.0.0/16", "10.96.0.0/16"];

/** kind 0.32's own node image for Kubernetes 1.36. */
const nodeImage = "kindest/node:v1.36.1";

/** The control plane runs nothing of the environment; this is what kubeadm's own pods need. */
const controlPlaneSize: NodeSize = { cpu: "2", memory: "2Gi" };

/** What a kind cluster is made from. */
export interface KindClusterSpec {
  /** Name kind knows the cluster by. */
  readonly clusterName: string;
  readonly pools: readonly Pool[];
  /**
   * Address of this machine on which the environment answers, on ports 80 and 443: Speckle's own address has no
   * port, so a second environment on the machine takes another loopback address.
   */
  readonly address: string;
}

/** kind's configuration file for a cluster: a control plane and one worker per node of each pool. */
export function kindConfig(spec: KindClusterSpec) {
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: spec.clusterName,
    nodes: [
      {
        role: "control-plane",
        image: nodeImage,
        labels: sizeLabels(controlPlaneSize),
        extraPortMappings: [
          { containerPort: kindNodePorts.http, hostPort: 80, listenAddress: spec.address },
          { containerPort: kindNodePorts.https, hostPort: 443, listenAddress: spec.address },
        ],
      },
      ...spec.pools.flatMap((pool) => Array.from({ length: pool.nodes }, () => worker(pool))),
    ],
  };
}

/** Shell commands for a cluster's life; the configuration is their standard input. */
export function kindCommands(clusterName: string) {
  return {
    // Safe to run again after an interruption; kind's own words go to standard error, the kubeconfig is the output.
    create: `kind get clusters | grep -qx ${clusterName} || kind create cluster --name ${clusterName} --wait 120s --config - >&2; kind get kubeconfig --name ${clusterName}`,
    update: `echo '${unchangeable}' >&2; exit 1`,
    delete: `kind delete cluster --name ${clusterName}`,
  };
}

const unchangeable =
  "kind cannot change the nodes, ports, image or name of a cluster that is there. Take the change back; or, if what is " +
  "in the cluster may go: pulumi destroy, then pulumi up.";

function worker(pool: Pool) {
  return {
    role: "worker",
    image: nodeImage,
    labels: { ...poolLabels(pool.role), ...sizeLabels(pool.size) },
    ...(pool.role === "heavy" && { kubeadmConfigPatches: [taintPatch] }),
  };
}

/** JSON is YAML, and `nodeRegistration.taints` reads the same in every kubeadm version that kind writes. */
const taintPatch = JSON.stringify({ kind: "JoinConfiguration", nodeRegistration: { taints: [heavyTaint] } });

function sizeLabels(size: NodeSize): Record<string, string> {
  return { [plannedSizeLabels.cpu]: size.cpu, [plannedSizeLabels.memory]: size.memory };
}
