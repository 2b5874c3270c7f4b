import type { Problem } from "../problem.ts";
import { type CloudArgs, type CloudClusterArgs, fixedNodePorts } from "./cloud.ts";
import type { Entry } from "./contract.ts";
import { tokenKubeconfig } from "./kubeconfig.ts";
import { heavyTaint, type Pool, poolLabels } from "./pools.ts";

/** A cluster on DigitalOcean. */
export interface DigitalOceanArgs extends CloudArgs {
  /** Id of one of the team's projects, by which the team is known: credentials of any other team are refused. */
  readonly project?: string | undefined;
  /** Exact version slug, such as `1.36.1-do.0`: a newer one on offer changes nothing by itself. */
  readonly version: string;
  /** Source ranges that may use the cluster's API; everyone with valid credentials when empty. */
  readonly apiAllowFrom: readonly string[];
  /** When DigitalOcean may maintain the cluster: a day of the week, and a time in UTC. */
  readonly maintenance: { readonly day: string; readonly startTime: string };
  /** Private ranges; they can never change, and must overlap no other network of the team. */
  readonly ranges: { readonly network: string; readonly pods: string; readonly services: string };
}

/**
 * The pool that DigitalOcean makes with the cluster: another size would replace the whole cluster, so it is the same
 * small one for every environment, and runs what the cluster itself needs.
 */
export const systemPool = { name: "system", size: "s-2vcpu-4gb", nodeCount: 1, autoScale: false } as const;

/** The resources of a DigitalOcean cluster as plain data; the component adds the ids. */
export function digitaloceanPlan(args: DigitalOceanArgs & Pick<CloudClusterArgs, "pools">) {
  const { name, region, version, ranges, maintenance, highAvailability, apiAllowFrom } = args;
  return {
    network: { name, region, ipRange: ranges.network },
    cluster: {
      name,
      region,
      version,
      clusterSubnet: ranges.pods,
      serviceSubnet: ranges.services,
      // Said always: the cloud's own default has changed, and it cannot be turned off again.
      ha: highAvailability,
      autoUpgrade: false,
      surgeUpgrade: true,
      maintenancePolicy: maintenance,
      nodePool: systemPool,
      // Volumes of a store in the cluster would go with it.
      destroyAllAssociatedResources: false,
      ...(apiAllowFrom.length > 0 && {
        controlPlaneFirewall: { enabled: true, allowedAddresses: [...apiAllowFrom] },
      }),
    },
    pools: args.pools.map((pool) => ({
      role: pool.role,
      args: nodePool(pool, args.machines[pool.role]),
      // The cloud's autoscaler changes the number; it would be set back with every update.
      ignoreChanges: pool.scale ? ["nodeCount"] : [],
    })),
  };
}

/** A node pool without a name: the provider makes one, so that a new pool can stand beside the one it replaces. */
function nodePool({ role, nodes, scale }: Pool, size: string) {
  return {
    size,
    labels: poolLabels(role),
    taints: role === "heavy" ? [{ ...heavyTaint }] : [],
    // A pool that may idle at none still needs a number to start with.
    ...(scale
      ? { autoScale: true, minNodes: scale.least, maxNodes: scale.most, nodeCount: Math.max(1, nodes) }
      : { nodeCount: nodes }),
  };
}

/** How traffic gets to Traefik on DigitalOcean. What stands in front is in the cluster's network, as nodes are. */
export function entryPoint({
  name,
  ranges,
  exposure,
}: Pick<DigitalOceanArgs, "name" | "ranges" | "exposure">): Entry {
  const proxyFrom = [ranges.network];
  if (exposure?.type === "fixedEntry") return { ...fixedNodePorts, annotations: closedNodePorts, proxyFrom };
  return { type: "LoadBalancer", annotations: loadBalancerAnnotations({ name }), proxyFrom };
}

/** Without it DigitalOcean opens every node port to everybody; within the network they are open all the same. */
const closedNodePorts = { "kubernetes.digitalocean.com/firewall-managed": "false" };

/** Annotations by which DigitalOcean makes Traefik's load balancer. */
function loadBalancerAnnotations(args: { readonly name: string }) {
  const prefix = "service.beta.kubernetes.io/do-loadbalancer";
  return {
    [`${prefix}-name`]: args.name,
    // The default kind passes connections through and speaks no PROXY protocol.
    [`${prefix}-type`]: "REGIONAL",
    // Without it Traefik would see the nodes' addresses instead of the clients'. Pods that call the environment's own
    // address skip the load balancer; Traefik takes them without a PROXY header, so that no annotation has to hide the
    // address from the Service's status, where the records of the names come from.
    [`${prefix}-enable-proxy-protocol`]: "true",
  };
}

/**
 * A kubeconfig that fetches a token with DigitalOcean's own program each time: the credentials DigitalOcean hands out
 * end after seven days, and would be kept in the state. `doctl` must be installed where the program runs, and reads
 * the account's token from DIGITALOCEAN_ACCESS_TOKEN, as the provider does.
 */
export function digitaloceanKubeconfig(cluster: {
  readonly id: string;
  readonly name: string;
  readonly endpoint: string;
  readonly authority: string;
}) {
  const args = ["kubernetes", "cluster", "kubeconfig", "exec-credential", "--version=v1beta1", cluster.id];
  return tokenKubeconfig(cluster, { command: "doctl", args, version: "v1beta1" });
}

/** The problem of credentials that do not lead to the recorded project, and with it to another team or to none. */
export function otherTeam(project: string, cause: string): Problem {
  return {
    path: "cluster.project",
    reason: `these credentials do not lead to the project ${project} this stack belongs to: ${cause}`,
    fix: "Set DIGITALOCEAN_TOKEN to a token of the stack's own team; `doctl projects list` tells a team's projects. Nothing has been touched.",
  };
}
