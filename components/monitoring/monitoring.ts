import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import type { NetworkArgs } from "../network/peers.ts";
import { dashboardConfigMap, monitoringObjects } from "./objects.ts";

/** Who watches an environment. */
export interface MonitoringChoice {
  /** One that the Prometheus Operator runs in the cluster already. */
  readonly prometheus: {
    /** Where its pods are; not one of the environment's own namespaces. */
    readonly namespace: string;
    /** Labels of the PodMonitors and PrometheusRules that it takes. */
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** What is watched, and by whom. */
export interface MonitoringArgs extends MonitoringChoice {
  readonly cluster: Cluster;
  /** Namespaces of everything that is watched. */
  readonly namespaces: Resource;
  /** What the environment consists of; its `monitoring` lets Prometheus through. */
  readonly network: NetworkArgs;
}

/** Tells a Prometheus that is there what to collect from an environment, and when to call somebody; brings a dashboard. */
export class Monitoring extends ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaces, network, prometheus } = args;
    super("speckle-stacks:index:Monitoring", name, { prometheus }, opts);
    const common = { parent: this, provider: cluster.provider };
    // Read, so that an operator that is not there is named in a preview.
    const definition = CustomResourceDefinition.get(
      `${name}-prometheus-operator`,
      "prometheusrules.monitoring.coreos.com",
      common,
    );
    const within = { ...common, dependsOn: [namespaces, definition] };
    for (const object of monitoringObjects(network, prometheus.labels))
      new CustomResource(`${name}-${object.metadata.name}`, object, within);
    new ConfigMap(`${name}-dashboard`, dashboardConfigMap(network), { ...common, dependsOn: [namespaces] });
    this.registerOutputs({});
  }
}
