import { ingressRouteNames } from "../edge/ingress-routes.ts";
import { networkMatrix } from "../network/matrix.ts";
import type { NetworkArgs } from "../network/peers.ts";

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

/** Connections of the database: in use, held by Speckle for later, and all there are. Sources: those of Speckle's work. */
export function databaseConnections({ namespace }: NetworkArgs) {
  const within = `namespace="${namespace}"`;
  return {
    used: `sum(speckle_server_knex_used{${within}})`,
    free: `sum(speckle_server_knex_free{${within}})`,
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
