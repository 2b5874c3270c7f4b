import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import { type EdgeArgs, traefikObjects } from "./ingress-routes.ts";
import { traefikNamespace, traefikValues } from "./traefik-values.ts";

/** The way in: Traefik and the routes of one environment. */
export interface EdgeComponentArgs extends EdgeArgs {
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the environment and of Traefik, and what governs pods there. */
  readonly namespaces: Resource;
  /** Pods of Traefik. */
  readonly replicas: number;
}

/** Traefik with one environment's routes from the route table. */
export class Edge extends ComponentResource {
  constructor(name: string, args: EdgeComponentArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaces, replicas, ...edge } = args;
    super("speckle-stacks:index:Edge", name, { replicas, ...edge }, opts);
    const common = { parent: this, provider: cluster.provider };
    const traefik = installRelease(
      `${name}-traefik`,
      {
        chart: charts.traefik,
        release: "traefik",
        namespace: traefikNamespace,
        values: traefikValues({ entry: cluster.entry, replicas }),
      },
      { ...common, dependsOn: [namespaces] },
    );
    for (const object of traefikObjects(edge)) {
      new CustomResource(`${name}-${object.kind.toLowerCase()}-${object.metadata.name}`, object, {
        ...common,
        dependsOn: [traefik, namespaces],
      });
    }
    this.registerOutputs({});
  }
}
