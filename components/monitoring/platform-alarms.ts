import { traefikName, traefikNamespace } from "../edge/traefik-values.ts";
import { type NetworkArgs, networkPeers } from "../network/peers.ts";
import { workload } from "../speckle/workloads.ts";
import type { Alarm } from "./alarm.ts";
import { backupAge, behindTraefik, certificateTime, oneOf, volumeRoom } from "./measures.ts";
import { jobOf, scrapes } from "./scrapes.ts";

const day = 86_400;

/**
 * What comes in. Source: traefik, pkg/observability/metrics/prometheus.go. Speckle closes the connection behind every
 * request that it refuses (packages/server/modules/core/rest/defaultErrorHandler.ts calls `next` behind its answer, and
 * Express then destroys the socket), and Traefik answers 500 or 502 to what it sends there meanwhile: one connection, one
 * request. For 100 answers 429 to one client there were up to 44 such, so that more errors than refusals have another cause.
 */
export function doorAlarms(args: NetworkArgs): Alarm[] {
  const behind = behindTraefik(args);
  const rate = (more = "") => `sum(rate(traefik_service_requests_total{${behind}${more}}[5m]))`;
  const errors = rate(',code=~"5.."');
  return [
    {
      name: "SpeckleServerErrors",
      severity: "critical",
      for: "10m",
      expression: `${errors} / ${rate()} > 0.05 unless ${errors} <= ${rate(',code="429"')}`,
      summary: "{{ $value | humanizePercentage }} of all requests end in an error of the server",
      description:
        "The logs of speckle-server, speckle-objects and speckle-frontend-2 tell why. Codes 502 to 504, by the metrics' label code: they do not answer at all.",
      measuredBy: "Traefik",
    },
  ];
}

/** Where everything comes in. */
export function entryAlarms(): Alarm[] {
  return [
    {
      name: "SpeckleEntryDown",
      severity: "critical",
      for: "5m",
      expression: `absent(up{job="${traefikNamespace}/${traefikName}"} == 1)`,
      summary: "No pod of Traefik answers: nobody comes in",
      description: `Look at the pods in ${traefikNamespace} with kubectl describe.`,
      measuredBy: "Prometheus",
    },
  ];
}

/** Room for data. */
export function volumeAlarms(args: NetworkArgs): Alarm[] {
  return [
    {
      name: "SpeckleVolumeFills",
      severity: "critical",
      for: "15m",
      expression: `${volumeRoom(args)} < 0.15`,
      summary:
        "The volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its room left",
      description:
        "Raise `postgres.storage` or `objectStore.storage`, where the StorageClass lets volumes grow; a cache with another `cache.storage` is a new one.",
      measuredBy: "the kubelet",
    },
  ];
}

/** Backups. Source: CloudNativePG, config/manager/default-monitoring.yaml. */
export function backupAlarms(args: NetworkArgs): Alarm[] {
  const archived = (what: string) => `cnpg_pg_stat_archiver_last_${what}_time{namespace="${args.namespace}"}`;
  const measuredBy = "CloudNativePG";
  return [
    {
      name: "SpeckleBackupOld",
      severity: "warning",
      for: "1h",
      expression: `${backupAge(args)} > ${1.5 * day}`,
      summary:
        "The last backup of the database is {{ $value | humanizeDuration }} old; there should be one each night",
      description: "kubectl describe the newest Backup of the namespace: it says what failed.",
      measuredBy,
    },
    {
      name: "SpeckleArchiveFails",
      severity: "critical",
      for: "15m",
      expression: `${archived("failed")} > ${archived("archived")}`,
      summary: "The database cannot write its changes to the backup's bucket",
      description:
        "What is lost with the database grows, and so does what waits on its volume. The log of the pod {{ $labels.pod }} says why: the bucket, its key, or the way there.",
      measuredBy,
    },
  ];
}

/** Certificates. */
export function certificateAlarms(args: NetworkArgs): Alarm[] {
  return [
    {
      name: "SpeckleCertificateEnds",
      severity: "warning",
      for: "1h",
      expression: `${certificateTime(args)} < ${14 * day}`,
      summary: "The certificate {{ $labels.name }} ends within 14 days, and should have been renewed by now",
      description:
        "kubectl describe the Certificate, and the CertificateRequest, Order and Challenge it names: one of them says why.",
      measuredBy: "cert-manager",
    },
  ];
}

/** That nobody would hear of anything. */
export function watchAlarms(args: NetworkArgs): Alarm[] {
  const jobs = scrapes(args, networkPeers(args)).map(jobOf);
  const server = `${args.namespace}/${workload("server").name}`;
  return [
    {
      name: "SpeckleMetricsMissing",
      severity: "warning",
      for: "15m",
      expression: `up{job=~"${oneOf(jobs)}"} == 0`,
      summary: "{{ $labels.job }} answers no question about its metrics, at {{ $labels.pod }}",
      description: "If the pod is ready, look at what Prometheus says of the target, under Status.",
      measuredBy: "Prometheus",
    },
    {
      name: "SpeckleUnwatched",
      severity: "warning",
      for: "15m",
      expression: `absent(kube_deployment_status_replicas_ready{namespace="${args.namespace}"}) or absent(up{job="${server}"})`,
      summary: "Prometheus knows nothing of the environment's pods, or of its server: other alarms are blind",
      description:
        "kube-state-metrics has to run, and Prometheus to select PodMonitors of this namespace with the labels of `monitoring.prometheus.labels`.",
      measuredBy: "Prometheus",
    },
  ];
}
