import { jobOf, scrapes } from "../../components/monitoring/scrapes.ts";
import { plain } from "../../components/network/choices.ts";
import { type NetworkArgs, networkPeers } from "../../components/network/peers.ts";
import { running, workload } from "../../components/speckle/workloads.ts";
import { type Series, samples } from "./promtool.ts";

/** Every alarm there may be is in this environment. */
export const watched: NetworkArgs = {
  ...plain,
  monitoring: { namespace: "monitoring" },
  certManager: true,
  backup: { at: "outside", ranges: [], port: 443 },
};

export const always = (value: number) => `${value}x240`;
export const from = (before: number, minute: number, after: number) =>
  `${before}x${minute} ${after}x${240 - minute}`;
export const ready = (namespace: string, name: string) =>
  `kube_deployment_status_replicas_ready{namespace="${namespace}",deployment="${name}"}`;
export const preview = (metric: string, namespace: string, more = "") =>
  `${metric}{namespace="${namespace}",pod="speckle-preview-service-7d4",container="main"${more}}`;
export const serverPod = (metric: string, namespace: string, more = "") =>
  `${metric}{namespace="${namespace}",pod="speckle-server-5f6",container="main"${more}}`;
export const podReady = (namespace: string) =>
  `kube_pod_status_ready{namespace="${namespace}",pod="speckle-server-5f6",condition="true"}`;
export const restarts = "kube_pod_container_status_restarts_total";
export const ended = "kube_pod_container_status_last_terminated_reason";
export const work = (kind: string, namespace: string, status: number) =>
  `speckle_db_${kind}{namespace="${namespace}",pod="speckle-monitoring-1",status="${status}"}`;
export const queue = (namespace: string) =>
  `speckle_server_preview_jobs_request_queue_pending{namespace="${namespace}",pod="speckle-server-1"}`;
export const pool = (what: string, namespace: string, name = "speckle-server") =>
  `speckle_server_knex_${what}{namespace="${namespace}",job="${namespace}/${name}",pod="${name}-1",region="main"}`;
export const requests = (namespace: string, code: number) =>
  `traefik_service_requests_total{namespace="traefik",code="${code}",service="${namespace}-speckle-7da47c8426da028e0231@kubernetescrd"}`;
export const up = (job: string) => `up{job="${job}",pod="one"}`;
export const volume = (what: string, namespace: string) =>
  `kubelet_volume_stats_${what}_bytes{namespace="${namespace}",persistentvolumeclaim="speckle-postgres-1"}`;
export const database = (metric: string, namespace: string) =>
  `cnpg_${metric}{namespace="${namespace}",pod="speckle-postgres-1"}`;
export const certificate = (namespace: string) =>
  `certmanager_certificate_expiration_timestamp_seconds{namespace="cert-manager",exported_namespace="${namespace}",name="speckle-tls"}`;

export const workloads = running(watched).map((key) => workload(key).name);
const kinds = ["previews", "webhooks"];
export const day = 86_400;

/** An upload as minutes have it; one that is not taken waits, one that is not done is in work. */
export interface Upload {
  readonly type?: string;
  readonly at: number;
  readonly taken?: number;
  readonly done?: number;
}

/** What a fresh environment has behind it. */
export const formerUploads: readonly Upload[] = [
  { at: -60, taken: -60, done: -58 },
  { at: -50, taken: -50, done: -49, type: "obj" },
];

const statusAt = ({ taken = Infinity, done = Infinity }: Upload, minute: number) =>
  minute >= done ? 2 : minute >= taken ? 1 : 0;

/**
 * Uploads as packages/monitor-deployment/src/observability/metrics/{fileImports,fileSize}.ts of the server 2.31.14 count
 * them: each two minutes, every combination of the statuses and types that some row has; other counts stay as they were.
 */
export function exported(namespace: string, uploads: readonly Upload[]): Series {
  const gauges: Record<string, number> = {};
  const common = `namespace="${namespace}",pod="speckle-monitoring-1",region="main"`;
  const collect = (minute: number) => {
    const rows = uploads
      .filter(({ at }) => at <= minute)
      .map((upload) => ({ type: upload.type ?? "ifc", status: statusAt(upload, minute) }));
    for (const type of new Set(rows.map((row) => row.type))) {
      const own = rows.filter((row) => row.type === type);
      gauges[`speckle_db_filesize{${common},filetype="${type}"}`] = 1000 * own.length;
      for (const status of new Set(rows.map((row) => row.status)))
        gauges[`speckle_db_fileimports{${common},filetype="${type}",status="${status}"}`] = own.filter(
          (row) => row.status === status,
        ).length;
    }
  };
  return samples((minute) => {
    if (minute % 2 === 0) collect(minute);
    return { ...gauges };
  });
}

/** How often the importer asks the database each minute, from packages/fileimport-service/src/controller/daemon.ts. */
export const looking = { idle: 60, busy: 3, manySmall: 120, failing: 12, hanging: 0 } as const;

/** Questions of the importer to the database. @param perMinute undefined while there is no importer */
export function importerLooks(
  namespace: string,
  perMinute: (minute: number) => number | undefined = () => looking.idle,
): Series {
  const pod = `job="${namespace}/speckle-fileimport-service",namespace="${namespace}",pod="speckle-fileimport-service-1"`;
  let total = 0;
  return samples((minute) => {
    const more = perMinute(minute);
    total += more ?? 0;
    return more === undefined ? {} : { [`speckle_server_knex_query_duration_count{${pod}}`]: total };
  });
}

/** An environment that is well. */
export function well(namespace: string): Series {
  const args = { ...watched, namespace };
  return {
    ...Object.fromEntries(workloads.map((name) => [ready(namespace, name), always(1)])),
    [preview(restarts, namespace)]: always(2),
    [serverPod(restarts, namespace)]: always(0),
    [podReady(namespace)]: always(1),
    ...Object.fromEntries(
      kinds.flatMap((kind) => [
        [work(kind, namespace, 0), always(0)],
        [work(kind, namespace, 2), always(40)],
        [work(kind, namespace, 3), always(1)],
      ]),
    ),
    ...exported(namespace, formerUploads),
    ...importerLooks(namespace),
    [queue(namespace)]: always(0),
    [pool("used", namespace)]: always(5),
    [pool("free", namespace)]: always(2),
    [pool("remaining_capacity", namespace)]: always(3),
    [`speckle_db_max_connections{namespace="${namespace}",region="main"}`]: always(100),
    [requests(namespace, 200)]: "0+100x240",
    [requests(namespace, 500)]: "0+2x240",
    ...Object.fromEntries(scrapes(args, networkPeers(args)).map((scrape) => [up(jobOf(scrape)), always(1)])),
    [volume("available", namespace)]: always(50),
    [volume("capacity", namespace)]: always(100),
    [database("collector_last_available_backup_timestamp", namespace)]: always(0),
    [database("pg_stat_archiver_last_failed_time", namespace)]: always(-1),
    [database("pg_stat_archiver_last_archived_time", namespace)]: always(60),
    [certificate(namespace)]: always(60 * day),
  };
}
