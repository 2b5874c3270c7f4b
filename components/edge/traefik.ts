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
import { installRelease } from "../release.ts";
import { type EdgeArgs, traefikObjects } from "./ingress-routes.ts";
import { nameRecords, type Target, zoneLines } from "./names.ts";
import { traefikNamespace, traefikRelease, traefikValues } from "./traefik-values.ts";

/** The way in: Traefik and the routes of one environment. */
export interface EdgeComponentArgs extends EdgeArgs {
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the environment and of Traefik, and what governs pods there. */
  readonly namespaces: Resource;
  /** Pods of Traefik. */
  readonly replicas: number;
  /** Fixed address in front of the cluster; where a load balancer answers when absent. */
  readonly address?: Output<string> | undefined;
}

/** Traefik with one environment's routes from the route table. */
export class Edge extends ComponentResource {
  /** Records to make where the zone is kept, as lines of its file; none where nothing outside leads here. */
  readonly names: Output<readonly string[]>;
  /** Where names lead to; empty where nothing outside leads here. */
  readonly target: Output<Target>;

  constructor(name: string, args: EdgeComponentArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaces, replicas, address, ...edge } = args;
    super("speckle-stacks:index:Edge", name, { replicas, ...edge }, opts);
    const common = { parent: this, provider: cluster.provider };
    const traefik = installRelease(
      `${name}-traefik`,
      {
        chart: charts.traefik,
        release: traefikRelease,
        namespace: traefikNamespace,
        values: traefikValues({ entry: cluster.entry, replicas, extraPorts: edge.extraPorts }),
      },
      { ...common, dependsOn: [namespaces] },
    );
    for (const object of traefikObjects(edge)) {
      new CustomResource(`${name}-${object.kind.toLowerCase()}-${object.metadata.name}`, object, {
        ...common,
        dependsOn: [traefik, namespaces],
      });
    }
    const hosts = [edge.domain, ...(edge.objectStoreHost ? [edge.objectStoreHost] : [])];
    const balanced = cluster.entry.type === "LoadBalancer";
    const targets: Output<readonly Target[]> = address
      ? address.apply((ip) => [{ ip }])
      : balanced
        ? loadBalancer(`${name}-service`, traefik, common)
        : output([]);
    this.names = targets.apply((all) => zoneLines(nameRecords(hosts, all)));
    this.target = targets.apply(([first = {}]) => first);
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
