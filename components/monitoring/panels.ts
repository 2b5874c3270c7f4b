import { networkMatrix } from "../network/matrix.ts";
import type { NetworkArgs } from "../network/peers.ts";
import { oneOf } from "./alarm.ts";
import type { Panel } from "./panel.ts";
import { behindTraefik } from "./platform-alarms.ts";

/**
 * How an environment is, from its alarms inwards. Sources beside those of the alarms: Prometheus, rules/alerting.go;
 * cAdvisor, metrics/prometheus.go.
 */
export function environmentPanels(args: NetworkArgs): Panel[] {
  const within = `namespace="${args.namespace}"`;
  const container = `namespace=~"${oneOf(networkMatrix(args).namespaces)}",container!=""`;
  const waiting = (kind: string) => `sum(speckle_db_${kind}{${within},status="0"})`;
  const requests = `{service=~"${behindTraefik(args)}"}[5m]`;
  return [
    {
      title: "Alarms",
      unit: "short",
      queries: [
        {
          expression: `count by (alertname) (ALERTS{${within},alertstate="firing"})`,
          legend: "{{alertname}}",
        },
      ],
    },
    {
      title: "Pods that are ready",
      unit: "short",
      queries: [{ expression: `kube_deployment_status_replicas_ready{${within}}`, legend: "{{deployment}}" }],
    },
    {
      title: "Requests by answer",
      unit: "reqps",
      queries: [
        { expression: `sum by (code) (rate(traefik_service_requests_total${requests}))`, legend: "{{code}}" },
      ],
    },
    {
      title: "Time that 95 % of the requests stay below",
      unit: "s",
      queries: [
        {
          expression: `histogram_quantile(0.95, sum by (le) (rate(traefik_service_request_duration_seconds_bucket${requests})))`,
          legend: "all",
        },
      ],
    },
    {
      title: "Work that waits",
      unit: "short",
      queries: [
        { expression: waiting("previews"), legend: "previews" },
        { expression: waiting("fileimports"), legend: "uploads" },
        { expression: waiting("webhooks"), legend: "webhooks" },
      ],
    },
    {
      title: "Connections of the database",
      unit: "short",
      queries: [
        { expression: `sum(speckle_server_knex_used{${within}})`, legend: "used" },
        { expression: `sum(speckle_server_knex_free{${within}})`, legend: "held" },
        { expression: `max(speckle_db_max_connections{${within}})`, legend: "all there are" },
      ],
    },
    {
      title: "Memory",
      unit: "bytes",
      queries: [
        { expression: `sum by (pod) (container_memory_working_set_bytes{${container}})`, legend: "{{pod}}" },
      ],
    },
    {
      title: "Processors",
      unit: "short",
      queries: [
        {
          expression: `sum by (pod) (rate(container_cpu_usage_seconds_total{${container}}[5m]))`,
          legend: "{{pod}}",
        },
      ],
    },
    {
      title: "Restarts within an hour",
      unit: "short",
      queries: [
        {
          expression: `sum by (pod) (increase(kube_pod_container_status_restarts_total{${container}}[1h]))`,
          legend: "{{pod}}",
        },
      ],
    },
  ];
}

/** How full volumes are. */
export function volumePanels({ namespace }: NetworkArgs): Panel[] {
  const bytes = (what: string) => `kubelet_volume_stats_${what}_bytes{namespace="${namespace}"}`;
  return [
    {
      title: "Volumes that are taken",
      unit: "percentunit",
      queries: [
        {
          expression: `1 - ${bytes("available")} / ${bytes("capacity")}`,
          legend: "{{persistentvolumeclaim}}",
        },
      ],
    },
  ];
}

/** How old backups are. */
export function backupPanels({ namespace }: NetworkArgs): Panel[] {
  return [
    {
      title: "Age of the last backup",
      unit: "s",
      queries: [
        {
          expression: `time() - max(cnpg_collector_last_available_backup_timestamp{namespace="${namespace}"})`,
          legend: "backup",
        },
      ],
    },
  ];
}

/** How long certificates hold. */
export function certificatePanels({ namespace }: NetworkArgs): Panel[] {
  return [
    {
      title: "Time until certificates end",
      unit: "s",
      queries: [
        {
          expression: `certmanager_certificate_expiration_timestamp_seconds{exported_namespace="${namespace}"} - time()`,
          legend: "{{name}}",
        },
      ],
    },
  ];
}
