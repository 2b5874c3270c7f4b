import { accountsLabels, accountsName } from "../accounts/accounts-job.ts";
import { cacheName, cachePort } from "../data/cache-values.ts";
import { objectStoreName, objectStorePort } from "../data/object-store-values.ts";
import { postgresName, postgresOperatorNamespace } from "../data/postgres-cluster.ts";
import { certManagerName, certManagerNamespace } from "../edge/cert-manager-values.ts";
import { traefikNamespace } from "../edge/traefik-values.ts";
import { reporterLabels, reporterName } from "../entry/reporter.ts";
import type { ServiceName } from "../sharing/services.ts";
import { podLabels, type WorkloadKey, workload, workloads } from "../speckle/workloads.ts";
import { publicInternet } from "./cidr.ts";

/** Where a store is: in Speckle's namespace, or at addresses outside the cluster. */
export type StoreLocation =
  | { readonly at: "cluster" }
  | {
      readonly at: "outside";
      /** The store's own ranges, as narrow as they are known: its subnets, never the whole network. */
      readonly ranges: readonly string[];
      readonly port: number;
    };

/** A service outside the cluster that a feature needs. */
export interface OutsideService {
  readonly port: number;
  /** Its ranges; the public internet when absent. */
  readonly ranges?: readonly string[] | undefined;
}

/** The identity providers. */
export interface IdentityProviders {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  /** Their ranges; the public internet when absent. */
  readonly ranges?: readonly string[] | undefined;
}

/**
 * How far pods may reach into the public internet. `none`: not at all. `required`: what the features in use need.
 * `all`: also whatever else Speckle's server may call. Preview and importers never may, and given ranges always count.
 */
export type Outbound = "none" | "required" | "all";

/** A port of Traefik's that leads to pods. */
export interface ExtraPortEdge {
  readonly name: string;
  /** Port of Traefik's pod. */
  readonly traefikPort: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
}

/** What an environment's network follows from, as plain data. */
export interface NetworkArgs {
  /** Namespace of Speckle and its stores. */
  readonly namespace: string;
  /** The IFC importer runs, instead of the older importer. */
  readonly ifcImport: boolean;
  /** The first administrator is made by a Job; by hand when absent. */
  readonly accounts?: boolean | undefined;
  readonly telemetry: boolean;
  readonly outbound: Outbound;
  readonly postgres: StoreLocation;
  readonly cache: StoreLocation;
  readonly objectStore: StoreLocation;
  /** The bucket that a database in the cluster is backed up to; none when absent. */
  readonly backup?: StoreLocation | undefined;
  /** cert-manager is this environment's, or one it shares; somebody else's needs no rights from here. */
  readonly certManager?: boolean | undefined;
  /** Services of the cluster that another environment made, and denies everything but what it names itself. */
  readonly shared?: readonly ServiceName[] | undefined;
  /** How names are proved to be ours; not at all without an authority outside. */
  readonly challenge?: "http01" | "dns01" | undefined;
  /** That cert-manager's pods get their rights at the name service from the agent on their node. */
  readonly podIdentity?: boolean | undefined;
  /** The proxy people sign in at before they see a page; none when absent. */
  readonly gate?: { readonly labels: Readonly<Record<string, string>>; readonly port: number } | undefined;
  /** Where the machine of a fixed entry takes the cluster's reports; there is none when absent. */
  readonly entryMachine?: { readonly ranges: readonly string[] } | undefined;
  /** Further ports that lead to pods in Speckle's namespace; none when absent. */
  readonly extraPorts?: readonly ExtraPortEdge[] | undefined;
  /** Namespace of the Prometheus that collects metrics; nobody does when absent. */
  readonly monitoring?: { readonly namespace: string } | undefined;
  /** The mail server; none when absent. */
  readonly email?: OutsideService | undefined;
  /** The identity providers that people sign in with; none when absent. */
  readonly signIn?: IdentityProviders | undefined;
  /**
   * Ranges of the Kubernetes API server, its Service's included: `anywhere` where they are not known, or where it runs
   * on nodes of a cluster whose engine does not match nodes by address.
   */
  readonly kubernetesApi: "anywhere" | readonly string[];
  /** Ranges of pods, Services, nodes and the private network around them: never the public internet. */
  readonly clusterRanges: readonly string[];
}

/** Pods that the matrix names. */
export interface PodPeer {
  readonly kind: "pods";
  readonly name: string;
  readonly namespace: string;
  /** Labels that these pods carry and no others of their namespace do. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Addresses that are not pods. */
export interface AddressPeer {
  readonly kind: "addresses";
  readonly name: string;
  /** CIDR ranges; `anywhere` is every pod and every address. */
  readonly ranges: "anywhere" | readonly string[];
}

/** The kubelet of a pod's own node, which Kubernetes lets through whatever the policies say. */
export interface NodePeer {
  readonly kind: "node";
  readonly name: "kubelet";
}

/** One end of an edge. */
export type Peer = PodPeer | AddressPeer | NodePeer;

/** Ports of a PostgreSQL instance: clients and replication, the status its operator and the other instances ask, metrics. */
export const postgresPorts = { postgres: 5432, status: 8000, metrics: 9187 };
/** Port where the operator answers the API server's admission calls. */
export const operatorWebhookPort = 9443;
/** Ports of the Kubernetes API: of its Service, and of the server behind it; engines differ in which of them they see. */
export const kubernetesApiPorts = [443, 6443];
export const dnsPort = 53;
/** Port of the agent on each node that hands a pod its rights. */
export const podIdentityPort = 80;
/**
 * Ports of cert-manager: where a pod of it answers a challenge, where the API server asks about its objects, where
 * kubelets ask, and where its controller has its metrics.
 */
export const certManagerPorts = {
  challenge: 8089,
  webhook: 10250,
  health: 9403,
  webhookHealth: 6080,
  metrics: 9402,
};

const node: NodePeer = { kind: "node", name: "kubelet" };

/** Every peer of an environment; a store outside the cluster is an address peer in the same place. */
export function networkPeers(args: NetworkArgs) {
  const { namespace } = args;
  const internet = addresses("internet", args.outbound === "none" ? [] : publicInternet(args.clusterRanges));
  const outside = (name: string, service: Pick<OutsideService, "ranges"> | undefined) =>
    addresses(name, service ? (service.ranges ?? internet.ranges) : []);
  return {
    node,
    anywhere: addresses("anywhere", "anywhere"),
    internet,
    mail: outside("mail", args.email),
    identityProviders: outside("identity-providers", args.signIn),
    kubernetesApi: addresses("kubernetes-api", args.kubernetesApi),
    clusterDns: pods("cluster-dns", "kube-system", { "k8s-app": "kube-dns" }),
    nodeLocalDns: pods("node-local-dns", "kube-system", { "k8s-app": "node-local-dns" }),
    nodeLocalDnsAddress: addresses("node-local-dns-address", ["169.254.20.10/32"]),
    // Where EKS puts it on every node; clusters of IPv4 addresses have no other (EKS user guide, 2026-08).
    podIdentityAgent: addresses("pod-identity-agent", ["169.254.170.23/32"]),
    traefik: pods("traefik", traefikNamespace, {
      "app.kubernetes.io/name": "traefik",
      "app.kubernetes.io/instance": `traefik-${traefikNamespace}`,
    }),
    challengeSolver: pods("challenge-solver", namespace, { "acme.cert-manager.io/http01-solver": "true" }),
    certManager: certManagerPods("cert-manager"),
    certManagerWebhook: certManagerPods("webhook"),
    certManagerInjector: certManagerPods("cainjector"),
    certManagerCheck: certManagerPods("startupapicheck"),
    entryReporter: pods(reporterName, traefikNamespace, reporterLabels),
    entryMachine: addresses("entry-machine", args.entryMachine?.ranges ?? []),
    // As the Prometheus Operator labels the pods of every Prometheus.
    prometheus: pods("prometheus", args.monitoring?.namespace ?? "", {
      "app.kubernetes.io/name": "prometheus",
    }),
    gate: pods("sign-in-proxy", namespace, args.gate?.labels ?? {}),
    postgresOperator: pods("postgres-operator", postgresOperatorNamespace, {
      "app.kubernetes.io/name": "cloudnative-pg",
      "app.kubernetes.io/instance": "cloudnative-pg",
    }),
    // Instances, and the jobs with which the operator makes them.
    postgres: store("postgres", args.postgres, namespace, { "cnpg.io/cluster": postgresName }),
    backup: addresses("backup", args.backup?.at === "outside" ? args.backup.ranges : []),
    cache: store("valkey", args.cache, namespace, chartLabels("valkey", cacheName)),
    objectStore: store(
      "object-store",
      args.objectStore,
      namespace,
      chartLabels("versitygw", objectStoreName),
    ),
    accounts: pods(accountsName, namespace, accountsLabels),
    speckle: specklePeers(namespace),
  };
}

/** Every peer by its key. */
export type Peers = ReturnType<typeof networkPeers>;

function specklePeers(namespace: string): Record<WorkloadKey, PodPeer> {
  const entries = workloads.map((facts) => [facts.key, pods(facts.name, namespace, podLabels(facts))]);
  return Object.fromEntries(entries);
}

function certManagerPods(name: string): PodPeer {
  const peer = name === certManagerName ? name : `${certManagerName}-${name}`;
  return pods(peer, certManagerNamespace, chartLabels(name, certManagerName));
}

function chartLabels(name: string, release: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": release };
}

function store(
  name: string,
  location: StoreLocation,
  namespace: string,
  labels: Record<string, string>,
): Peer {
  return location.at === "cluster" ? pods(name, namespace, labels) : addresses(name, location.ranges);
}

function pods(name: string, namespace: string, labels: Record<string, string>): PodPeer {
  return { kind: "pods", name, namespace, labels };
}

function addresses(name: string, ranges: AddressPeer["ranges"]): AddressPeer {
  return { kind: "addresses", name, ranges };
}

/** Ports of the stores: their own in the cluster, the given ones outside. */
export function storePorts(args: NetworkArgs) {
  const port = (location: StoreLocation, own: number) => (location.at === "cluster" ? own : location.port);
  return {
    postgres: port(args.postgres, postgresPorts.postgres),
    cache: port(args.cache, cachePort),
    objectStore: port(args.objectStore, objectStorePort),
  };
}

/** Port where the kubelet asks a Speckle workload how it is; undefined where it runs a program in the pod instead. */
export function probePort(key: WorkloadKey): number | undefined {
  if (key === "webhook_service" || key === "fileimport_service") return undefined;
  return key === "ifc_import_service" ? 9080 : workload(key).port.number;
}
