import { type ChartKey, charts } from "./charts.ts";
import type { Cluster } from "./cluster/contract.ts";
import type { StoreChoices } from "./data/args.ts";
import { backupLocation, storeLocations } from "./data/locations.ts";
import { zoneProvedByPods } from "./edge/certificate.ts";
import { containerPort } from "./edge/traefik-ports.ts";
import type { ClusterArgs, SpeckleEnvironmentArgs } from "./environment-args.ts";
import type { NetworkArgs } from "./network/peers.ts";
import type { Claim } from "./sharing/claim.ts";
import { servicesOf } from "./sharing/services.ts";
import { signInReach } from "./speckle/sign-in.ts";

/** What the network of an environment follows from. */
export function networkArgs(
  args: StoreChoices &
    Pick<
      SpeckleEnvironmentArgs,
      | "namespace"
      | "ifcImport"
      | "administrator"
      | "telemetry"
      | "outbound"
      | "email"
      | "signIn"
      | "certificate"
      | "gate"
      | "extraPorts"
      | "clusterServices"
      | "monitoring"
    >,
  cluster: Pick<Cluster, "apiServerRanges" | "networkRanges" | "stores" | "prover" | "entryMachines">,
): NetworkArgs {
  const { namespace, ifcImport, administrator, telemetry, outbound } = args;
  const { email, signIn, certificate, gate, monitoring } = args;
  const shared = servicesOf(args, "shared");
  return {
    namespace,
    ifcImport,
    accounts: administrator !== undefined,
    telemetry,
    outbound,
    ...storeLocations(args, cluster),
    backup: backupLocation(args, cluster),
    certManager: [...servicesOf(args, "create"), ...shared].includes("cert-manager"),
    ...(shared.length > 0 && { shared }),
    challenge: certificate.mode === "acme" ? certificate.challenge.type : undefined,
    podIdentity: Boolean(cluster.prover && zoneProvedByPods(certificate)),
    gate: gate && { labels: gate.podLabels, port: gate.podPort },
    entryMachine: cluster.entryMachines && { ranges: cluster.entryMachines.machineRanges },
    extraPorts: args.extraPorts?.map((extra) => ({
      name: extra.name,
      traefikPort: containerPort(extra),
      labels: extra.podLabels,
      port: extra.podPort,
    })),
    monitoring: monitoring && { namespace: monitoring.prometheus.namespace },
    email: email && { port: email.port, ranges: email.ranges },
    signIn: signInReach(signIn),
    kubernetesApi: cluster.apiServerRanges,
    clusterRanges: cluster.networkRanges,
  };
}

/** Names browsers go to: the environment's own, and that of an object store in the cluster. */
export function environmentHosts(domain: string, objectStoreInCluster: boolean): string[] {
  return [domain, ...(objectStoreInCluster ? [`s3.${domain}`] : [])];
}

/** The charts an environment installs. */
export function installedCharts(
  args: StoreChoices &
    Pick<SpeckleEnvironmentArgs, "certificate" | "clusterServices"> & {
      readonly cluster: Pick<ClusterArgs, "type">;
    },
): ChartKey[] {
  const own = servicesOf(args, "create");
  const conditions: Partial<Record<ChartKey, boolean>> = {
    traefik: own.includes("traefik"),
    certManager: own.includes("cert-manager"),
    clusterAutoscaler: args.cluster.type === "aws",
    postgresOperator: own.includes("postgres-operator"),
    valkey: args.cache.mode === "inCluster",
    objectStore: args.objectStore.mode === "inCluster",
  };
  return (Object.keys(charts) as ChartKey[]).filter((key) => conditions[key] ?? true);
}

/** What an environment takes for its own in its cluster, and what it shares there. */
export function claimOf(args: SpeckleEnvironmentArgs): Claim {
  const { namespace, domain, uploads } = args;
  return { namespace, domain, own: servicesOf(args, "create"), shared: servicesOf(args, "shared"), uploads };
}

/** Address of an environment. */
export function environmentUrl(args: Pick<SpeckleEnvironmentArgs, "domain">): string {
  return `https://${args.domain}`;
}
