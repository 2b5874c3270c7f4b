import { accountsResources } from "../accounts/accounts-job.ts";
import type { StoreChoices } from "../data/args.ts";
import { cacheResources } from "../data/cache-values.ts";
import { objectStoreResources } from "../data/object-store-values.ts";
import { postgresOperatorResources } from "../data/postgres-cluster.ts";
import { certManagerResources } from "../edge/cert-manager-values.ts";
import { type CertificateSource, solverResources } from "../edge/certificate-objects.ts";
import { traefikResources } from "../edge/traefik-values.ts";
import { reporterResources } from "../entry/reporter.ts";
import { parseQuantity } from "../quantity.ts";
import type { UploadLimits } from "../speckle/uploads.ts";
import type { WorkloadSize } from "../speckle/values.ts";
import { running, type WorkloadKey, workload } from "../speckle/workloads.ts";

/** What the pods of an environment are planned to take. */
export interface PodPlan extends StoreChoices {
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  readonly ifcImport: boolean;
  /** Whose account a Job makes; nobody's when absent. */
  readonly administrator?: string | undefined;
  readonly traefikReplicas: number;
  /** Ports of nodes that Traefik has: there it is on every node. */
  readonly hostPorts?: readonly number[] | undefined;
  /** The reporter of a fixed entry runs beside Traefik. */
  readonly fixedEntry?: boolean | undefined;
  readonly certificate: CertificateSource | { readonly mode: "given" };
  /** What Traefik has room for; default: the chart's own limits. */
  readonly uploads?: UploadLimits | undefined;
}

/** Pods of one kind, as many as there ever are at once. */
interface Pods {
  readonly count: number;
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** A ResourceQuota's `hard`. */
export type Quota = Record<string, string>;

/** The most pods of a workload at once: a rolling update keeps ending pods beside their successors and the surge. */
function atOnce(replicas: number, strategy: "RollingUpdate" | "Recreate"): number {
  return strategy === "Recreate" ? replicas : 2 * replicas + Math.ceil(replicas / 2);
}

/** Quota of Speckle's namespace: everything at once, in the middle of an update of everything. */
export function speckleQuota(plan: PodPlan): Quota {
  const { workloads } = plan;
  return {
    ...quota([
      ...running(plan).map((key) => ({
        ...workloads[key],
        count: atOnce(workloads[key].replicas, workload(key).strategy),
      })),
      ...storePods(plan),
      ...solverPods(plan),
      ...(plan.administrator === undefined ? [] : [{ count: 1, ...accountsResources }]),
    ]),
    ...noWayIn,
  };
}

/** The pods of the stores that run in the cluster. */
function storePods({ postgres, cache, objectStore }: StoreChoices): Pods[] {
  const pods: Pods[] = [];
  if (postgres.mode === "inCluster") {
    const { cpu, memory, instances } = postgres;
    // One more: the job with which the operator makes an instance.
    pods.push({ count: instances + 1, requests: { cpu, memory }, limits: { memory } });
  }
  if (cache.mode === "inCluster") pods.push({ count: 1, ...cacheResources(cache) });
  if (objectStore.mode === "inCluster") pods.push({ count: 1, ...objectStoreResources });
  return pods;
}

/** The pods that answer an authority's challenges: one for each name, beside one that ends. */
function solverPods({ certificate, objectStore }: PodPlan): Pods[] {
  if (certificate.mode !== "acme" || certificate.challenge.type !== "http01") return [];
  const names = objectStore.mode === "inCluster" ? 2 : 1;
  return [{ count: 2 * names, ...solverResources }];
}

/** Quota of Traefik's namespace. */
export function traefikQuota({
  traefikReplicas,
  fixedEntry,
  hostPorts,
}: Pick<PodPlan, "traefikReplicas" | "fixedEntry" | "hostPorts">): Quota {
  // As many pods as there are nodes, which nobody has said.
  if (hostPorts) return noWayIn;
  return quota([
    { count: atOnce(traefikReplicas, "RollingUpdate"), ...traefikResources },
    ...(fixedEntry ? [{ count: atOnce(1, "Recreate"), ...reporterResources }] : []),
  ]);
}

/** Quota of the PostgreSQL operator's namespace. */
export function postgresOperatorQuota(): Quota {
  return { ...quota([{ count: atOnce(1, "RollingUpdate"), ...postgresOperatorResources }]), ...noWayIn };
}

/** Quota of cert-manager's namespace: its three programs, and the job that waits for their answer. */
export function certManagerQuota(): Quota {
  const programs = { count: 3 * atOnce(1, "RollingUpdate") + 1, ...certManagerResources };
  return { ...quota([programs]), ...noWayIn };
}

/** The one way in is Traefik's Service. */
const noWayIn: Quota = { "services.loadbalancers": "0", "services.nodeports": "0" };

function quota(pods: readonly Pods[]): Quota {
  const sum = (of: (each: Pods) => string) =>
    pods.reduce((total, each) => total + each.count * (parseQuantity(of(each)) ?? 0), 0);
  return {
    pods: String(pods.reduce((total, { count }) => total + count, 0)),
    "requests.cpu": `${Math.round(sum(({ requests }) => requests.cpu) * 1000)}m`,
    "requests.memory": mebibytes(sum(({ requests }) => requests.memory)),
    "limits.memory": mebibytes(sum(({ limits }) => limits.memory)),
  };
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}

/**
 * What a container of a namespace gets that asks for nothing: a pod nobody sized counts in the quota all the same, and
 * none may fill its node's disk.
 * @param scratch the most a container may write beside its volumes
 */
export function containerDefaults(scratch: string) {
  return {
    type: "Container",
    defaultRequest: { cpu: "50m", memory: "128Mi", "ephemeral-storage": "64Mi" },
    default: { memory: "512Mi", "ephemeral-storage": scratch },
  };
}
