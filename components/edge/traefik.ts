import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { createNamespace } from "../namespace.ts";
import { installRelease } from "../release.ts";
import { type EdgeArgs, traefikObjects } from "./ingress-routes.ts";
import { traefikNamespace, traefikValues } from "./traefik-values.ts";

/** The way in: Traefik and the routes of one environment. */
export interface EdgeComponentArgs extends EdgeArgs {
  readonly cluster: Cluster;
  readonly namespaceResource: Resource;
  /** Pods of Traefik. */
  readonly replicas: number;
}

/** Traefik with one environment's routes from the route table. */
export class Edge extends ComponentResource {
  constructor(name: string, args: EdgeComponentArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaceResource, replicas, ...edge } = args;
    super("speckle-stacks:index:Edge", name, { replicas, ...edge }, opts);
    const common = { parent: this, provider: cluster.provider };
    const namespace = createNamespace(
      `${name}-namespace`,
      { namespace: traefikNamespace, podSecurity: "restricted" },
      common,
    );
    const traefik = installRelease(
      `${name}-traefik`,
      {
        chart: charts.traefik,
        release: "traefik",
        namespace: namespace.metadata.name,
        values: traefikValues({ entry: cluster.entry, replicas }),
      },
      { ...common, dependsOn: [namespace] },
    );
    for (const object of traefikObjects(edge)) {
      new CustomResource(`${name}-${object.kind.toLowerCase()}-${object.metadata.name}`, object, {
        ...common,
        dependsOn: [traefik, namespaceResource],
      });
    }
    this.registerOutputs({});
  }
}
