import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { createNamespace } from "../namespace.ts";
import { installRelease } from "../release.ts";
import { type EdgeArgs, traefikObjects } from "./ingress-routes.ts";
import { nameRecords, type Target, zoneLines } from "./names.ts";
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
  /** Records to make where the zone is kept, as lines of its file; none where nothing outside leads here. */
  readonly names: Output<readonly string[]>;

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
    const hosts = [edge.domain, edge.objectStoreHost];
    this.names =
      cluster.entry.type === "LoadBalancer"
        ? loadBalancer(`${name}-service`, traefik, common).apply((targets) =>
            zoneLines(nameRecords(hosts, targets)),
          )
        : output([]);
    this.registerOutputs({ names: this.names });
  }
}

/** Where the chart's Service answers; the release is done only when it does. */
function loadBalancer(
  name: string,
  traefik: Release,
  opts: ComponentResourceOptions,
): Output<readonly Target[]> {
  const id = interpolate`${traefik.status.namespace}/${traefik.status.name}`;
  return Service.get(name, id, opts).status.apply((status) => status?.loadBalancer?.ingress ?? []);
}
