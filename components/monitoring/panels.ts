import type { NetworkArgs } from "../network/peers.ts";
import {
  backupAge,
  behindTraefik,
  certificateTime,
  databaseConnections,
  importsWaiting,
  ownNamespaces,
  volumeRoom,
} from "./measures.ts";
import { type Panel, panel } from "./panel.ts";

/**
 * How an environment is, from its alarms inwards. Sources beside those of the alarms: Prometheus, rules/alerting.go;
 * cAdvisor, metrics/prometheus.go.
 */
export function environmentPanels(args: NetworkArgs): Panel[] {
  const within = `namespace="${args.namespace}"`;
  const container = `${ownNamespaces(args)},container!=""`;
  const requests = `{${behindTraefik(args)}}[5m]`;
  const waiting = (kind: string) => `sum(speckle_db_${kind}{${within},status="0"})`;
  const { used, free, importQueue, most } = databaseConnections(args);
  return [
    panel("Alarms", "short", [
      `count by (alertname) (ALERTS{${within},alertstate="firing"})`,
      "{{alertname}}",
    ]),
    panel("Pods that are ready", "short", [
      `kube_deployment_status_replicas_ready{${within}}`,
      "{{deployment}}",
    ]),
    panel("Requests by answer", "reqps", [
      `sum by (code) (rate(traefik_service_requests_total${requests}))`,
      "{{code}}",
    ]),
    panel("Time that 95 % of the requests stay below", "s", [
      `histogram_quantile(0.95, sum by (le) (rate(traefik_service_request_duration_seconds_bucket${requests})))`,
      "all",
    ]),
    panel(
      "Work that waits",
      "short",
      [waiting("previews"), "previews"],
      [importsWaiting(args), "uploads"],
      [waiting("webhooks"), "webhooks"],
    ),
    panel(
      "Connections of the database",
      "short",
      [used, "used"],
      [free, "held"],
      ...(importQueue ? [[importQueue, "for the queue of IFC imports, at most"] as const] : []),
      [most, "all there are"],
    ),
    panel("Memory", "bytes", [`sum by (pod) (container_memory_working_set_bytes{${container}})`, "{{pod}}"]),
    panel("Processors", "short", [
      `sum by (pod) (rate(container_cpu_usage_seconds_total{${container}}[5m]))`,
      "{{pod}}",
    ]),
    panel("Restarts within an hour", "short", [
      `sum by (pod) (increase(kube_pod_container_status_restarts_total{${container}}[1h]))`,
      "{{pod}}",
    ]),
  ];
}

/** How full volumes are. */
export function volumePanels(args: NetworkArgs): Panel[] {
  return [
    panel("Volumes that are taken", "percentunit", [`1 - ${volumeRoom(args)}`, "{{persistentvolumeclaim}}"]),
  ];
}

/** How old backups are. */
export function backupPanels(args: NetworkArgs): Panel[] {
  return [panel("Age of the last backup", "s", [backupAge(args), "backup"])];
}

/** How long certificates hold. */
export function certificatePanels(args: NetworkArgs): Panel[] {
  return [panel("Time until certificates end", "s", [certificateTime(args), "{{name}}"])];
}
