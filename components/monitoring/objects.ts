import { type NetworkArgs, networkPeers } from "../network/peers.ts";
import { alarmRule } from "./alarm.ts";
import { dashboard } from "./dashboard.ts";
import { type Scrape, scrapes } from "./scrapes.ts";
import { alarms, panels } from "./watch.ts";

const apiVersion = "monitoring.coreos.com/v1";

/** What the Prometheus Operator is told: a PodMonitor for all that serves metrics, where its pods are, and alarms. */
export function monitoringObjects(args: NetworkArgs, labels: Readonly<Record<string, string>>) {
  return [
    ...scrapes(args, networkPeers(args)).map((scrape) => podMonitor(scrape, labels)),
    alarmObject(args, labels),
  ];
}

function podMonitor({ pods, port }: Scrape, labels: Readonly<Record<string, string>>) {
  return {
    apiVersion,
    kind: "PodMonitor",
    metadata: { name: pods.name, namespace: pods.namespace, labels: { ...labels } },
    spec: { selector: { matchLabels: { ...pods.labels } }, podMetricsEndpoints: [{ port: port.name }] },
  };
}

function alarmObject(args: NetworkArgs, labels: Readonly<Record<string, string>>) {
  const { namespace } = args;
  const rules = alarms(args).map((alarm) => alarmRule(alarm, namespace));
  return {
    apiVersion,
    kind: "PrometheusRule",
    metadata: { name: "speckle-alarms", namespace, labels: { ...labels } },
    spec: { groups: [{ name: "speckle", rules }] },
  };
}

/** A dashboard as Grafana's sidecar finds it, in every namespace by default in kube-prometheus-stack. */
export function dashboardConfigMap(args: NetworkArgs) {
  const { namespace } = args;
  return {
    metadata: { name: "speckle-dashboard", namespace, labels: { grafana_dashboard: "1" } },
    data: { [`speckle-${namespace}.json`]: JSON.stringify(dashboard(namespace, panels(args))) },
  };
}
