import { code, table } from "../markdown.ts";
import { plain } from "../network/choices.ts";
import { type NetworkArgs, networkPeers } from "../network/peers.ts";
import type { Alarm } from "./alarm.ts";
import { scrapes } from "./scrapes.ts";
import { watches } from "./watch.ts";

/** An environment that has everything that can be watched. */
const everything: NetworkArgs = {
  ...plain,
  monitoring: { namespace: "monitoring" },
  certManager: true,
  backup: { at: "outside", ranges: [], port: 443 },
};

/** The page `docs/monitoring.md`: what is collected, and every alarm. */
export function monitoringPage(): string {
  return [
    "# Monitoring",
    "",
    "Generated from `components/monitoring` by `npm run docs`. An environment brings no Prometheus: it tells the one that is",
    "there what to collect, lets it in, and gives it alarms and a dashboard.",
    "",
    "```yaml",
    "speckle-stacks:monitoring:",
    "  prometheus:",
    "    namespace: monitoring",
    "    labels: { release: kube-prometheus-stack }   # the default: what its selectors ask for",
    "```",
    "",
    "- There has to be a Prometheus of the [Prometheus Operator](https://prometheus-operator.dev) in that namespace, as",
    "  kube-prometheus-stack makes one; without the operator's definitions a preview is refused. On a cluster that the program",
    "  makes itself, bring the environment up first, then Prometheus, and then add the setting.",
    "- PodMonitors stand where the pods are, and the PrometheusRule `speckle-alarms` in Speckle's namespace. Prometheus takes",
    "  them when its selectors ask for these labels, in every namespace (the default of kube-prometheus-stack, whose label is",
    "  the name of its release). `SpeckleUnwatched` says when it does not, provided it takes the rule.",
    "- NetworkPolicies let the pods labelled `app.kubernetes.io/name: prometheus` of that namespace reach the ports below, and",
    "  nobody else; no metrics are on any public route.",
    "- Every alarm carries the labels `severity` and `namespace`, the environment's own, so that Alertmanager can tell",
    "  environments of one cluster apart. Traefik, the operator of databases and cert-manager are watched by the environment",
    "  that made them: one that shares them hears of its own errors and certificates if that one is monitored too.",
    "- The stores of a cloud are watched by the cloud. The in-cluster cache has no metrics without an exporter; its clients do.",
    "",
    "## Alarms",
    "`critical`: people cannot work or soon cannot, or data is at risk now. `warning`: by daylight. What kube-state-metrics and",
    "the kubelet measure takes Prometheus to collect those, with the labels of what they speak of (`honorLabels`), as",
    "kube-prometheus-stack does. Without kube-state-metrics they are silent, and `SpeckleUnwatched` says so.",
    ...watches.flatMap(({ what, alarms }) => [
      "",
      `### ${what}`,
      "",
      ...table(
        ["alarm", "severity", "after", "means", "what to do", "measured by"],
        alarms(everything).map(row),
      ),
    ]),
    "",
    "## The dashboard",
    "",
    'The ConfigMap `speckle-dashboard` in Speckle\'s namespace, with the label `grafana_dashboard: "1"`: the Grafana of',
    "kube-prometheus-stack finds it by itself, and shows it as `Speckle in` and the namespace. Elsewhere, import the JSON it",
    "holds. Memory and processors are measured by the kubelet's cAdvisor; the rest as the alarms are.",
    "",
    ...watches.flatMap(({ what, panels }) => {
      const titles = panels(everything).map(({ title }) => title);
      return titles.length > 0 ? [`- ${what}: ${titles.join("; ")}.`] : [];
    }),
    "",
    "## What is collected",
    "",
    ...table(
      ["pods", "namespace", "port"],
      scrapes(everything, networkPeers(everything)).map(({ pods, port }) => [
        code(pods.name),
        code(pods.namespace),
        `${port.number} (${code(port.name)})`,
      ]),
    ),
    "",
    "With IFC import, the IFC importer in the place of the other one.",
    "",
  ].join("\n");
}

function row({ name, severity, for: after, summary, description, measuredBy }: Alarm): string[] {
  return [code(name), severity, after, summary, description, measuredBy].map(inWords);
}

/** What stands for a value of the moment, without its signs. */
function inWords(text: string): string {
  return text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "`$1`").replaceAll(/\{\{ \$value[^}]*\}\}/g, "…");
}
