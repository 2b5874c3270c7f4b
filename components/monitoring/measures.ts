import { ingressRouteNames } from "../edge/ingress-routes.ts";
import { networkMatrix } from "../network/matrix.ts";
import type { NetworkArgs } from "../network/peers.ts";
import { importer, workload, workloads } from "../speckle/workloads.ts";

/** One of several texts, as a regular expression that stands for nothing else. */
export const oneOf = (texts: readonly string[]): string => texts.join("|");

/** Selects what is in any of an environment's own namespaces. */
export function ownNamespaces(args: NetworkArgs): string {
  return `namespace=~"${oneOf(networkMatrix(args).namespaces)}"`;
}

/**
 * Selects what is behind an environment's rules: Traefik calls it after the IngressRoute's namespace and name, and a hash
 * of the rule. Source: traefik, pkg/provider/kubernetes/crd/kubernetes_http.go.
 */
export function behindTraefik({ namespace }: NetworkArgs): string {
  return `service=~"${namespace}-(${oneOf(Object.values(ingressRouteNames))})-[0-9a-f]{20}@kubernetescrd"`;
}

/**
 * Connections of the database: in use, held by Speckle for later, those of the import queue's pools, and all there are.
 * Sources: those of Speckle's work. No metric shows the queue's pools (`connectionPools` of a workload), so they count as
 * full; each has the size of the pool beside it, which is what that one uses and may still take.
 */
export function databaseConnections({ namespace, ifcImport }: NetworkArgs) {
  const within = `namespace="${namespace}"`;
  const pooled = workloads.filter(({ connectionPools }) => connectionPools);
  const jobs = `job=~"${oneOf(pooled.map(({ name }) => `${namespace}/${name}`))}"`;
  const queuePools = Math.max(...pooled.map(({ connectionPools }) => connectionPools?.ifcImport ?? 0));
  const poolSizes = ["used", "remaining_capacity"].map((what) => `sum(speckle_server_knex_${what}{${jobs}})`);
  return {
    used: `sum(speckle_server_knex_used{${within}})`,
    free: `sum(speckle_server_knex_free{${within}})`,
    ...(ifcImport && { importQueue: `${queuePools} * (${poolSizes.join(" + ")})` }),
    most: `max(speckle_db_max_connections{${within}})`,
  };
}

/** Share of each volume's room that is left. Source: Kubernetes, pkg/kubelet/metrics/collectors/volume_stats.go. */
export function volumeRoom({ namespace }: NetworkArgs): string {
  const bytes = (what: string) => `kubelet_volume_stats_${what}_bytes{namespace="${namespace}"}`;
  return `${bytes("available")} / ${bytes("capacity")}`;
}

/**
 * Seconds since the last backup of a database in the cluster; since 1970 until there is one. Source: CloudNativePG,
 * pkg/management/postgres/webserver/metricserver/pg_collector.go.
 */
export function backupAge({ namespace }: NetworkArgs): string {
  return `time() - max(cnpg_collector_last_available_backup_timestamp{namespace="${namespace}"})`;
}

/**
 * Seconds until each certificate ends; below 0 until there is one. Source: cert-manager,
 * internal/collectors/certificate_collector.go.
 */
export function certificateTime({ namespace }: NetworkArgs): string {
  return `certmanager_certificate_expiration_timestamp_seconds{exported_namespace="${namespace}"} - time()`;
}

/**
 * Change of the number of pieces of work that have come to their end, well or not. Source: speckle-server,
 * packages/monitor-deployment/src/observability/metrics; a status is 0 while work waits, 1 in work, 2 or 3 at its end.
 */
export function workDone({ namespace }: NetworkArgs, gauge: string, time: string): string {
  return `sum(delta(${gauge}{namespace="${namespace}",status=~"2|3"}[${time}]))`;
}

/** Uploads that wait for the importer, and with IFC import those in its work too. */
export function importsWaiting(args: NetworkArgs): string {
  return args.ifcImport ? importsQueued(args) : importsNotTaken(args);
}

/** Source: speckle-server, packages/server/modules/fileuploads/observability/metrics.ts; each pod counts the whole queue. */
function importsQueued({ namespace }: NetworkArgs): string {
  const jobs = (state: string) =>
    `speckle_server_file_import_jobs_request_queue_${state}{namespace="${namespace}"}`;
  return `max(${jobs("pending")} + ${jobs("active")})`;
}

/**
 * The exporter (fileImports.ts) sets a status only while some row has it, so that its count of waiting uploads keeps its
 * last value once none waits. The size of all uploads (fileSize.ts) is always true, and the importer, which takes one
 * after the other, looks for the next each second (packages/fileimport-service/src/controller/daemon.ts), or every five
 * after an error. So nothing waits that had come before the last five minutes in which it looked and found none.
 */
function importsNotTaken(args: NetworkArgs): string {
  const within = `namespace="${args.namespace}"`;
  const uploaded = `sum(speckle_db_filesize{${within}})`;
  const before = `sum(speckle_db_filesize{${within}} offset 5m)`;
  const job = `${args.namespace}/${workload(importer(args)).name}`;
  const looks = `sum(rate(speckle_server_knex_query_duration_count{job="${job}"}[5m]))`;
  // Work that is done asks the database too.
  const idle = `(${looks} > 0.5 unless ${workDone(args, "speckle_db_fileimports", "5m")} > 0)`;
  const taken = `last_over_time((${before} and ${idle})[1d:1m])`;
  return `(sum(speckle_db_fileimports{${within},status="0"}) unless ${uploaded} <= ${taken} or 0 * ${uploaded})`;
}
