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
import type { ServiceOwner } from "../sharing/services.ts";
import { type EdgeArgs, traefikObjects } from "./ingress-routes.ts";
import { nameRecords, type Target, zoneLines } from "./names.ts";
import { traefikName, traefikNamespace, traefikValues } from "./traefik-values.ts";

/** The way in: Traefik and the routes of one environment. */
export interface EdgeComponentArgs extends EdgeArgs {
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the environment and of Traefik, and what governs pods there. */
  readonly namespaces: Resource;
  /** Who makes Traefik; default: this component. */
  readonly traefik?: ServiceOwner | undefined;
  /** Pods of Traefik, where this component makes it. */
  readonly replicas: number;
}

/** Traefik with one environment's routes from the route table. */
export class Edge extends ComponentResource {
  /** Records to make where the zone is kept, as lines of its file; none where nothing outside leads here. */
  readonly names: Output<readonly string[]>;
  /** Where the load balancer answers; empty where there is none. */
  readonly target: Output<Target>;

  constructor(name: string, args: EdgeComponentArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaces, traefik: owner = "create", replicas, ...edge } = args;
    super("speckle-stacks:index:Edge", name, { replicas, ...edge }, opts);
    const common = { parent: this, provider: cluster.provider };
    const own = owner === "create" ? this.#createTraefik(name, args) : undefined;
    for (const object of traefikObjects(edge)) {
      new CustomResource(`${name}-${object.kind.toLowerCase()}-${object.metadata.name}`, object, {
        ...common,
        dependsOn: [...(own ? [own] : []), namespaces],
      });
    }
    const hosts = [edge.domain, ...(edge.objectStoreHost ? [edge.objectStoreHost] : [])];
    const targets =
      !own || cluster.entry.type === "LoadBalancer" ? targetsOf(`${name}-service`, own, common) : output([]);
    this.names = targets.apply((all) => zoneLines(nameRecords(hosts, all)));
    this.target = targets.apply(([first = {}]) => first);
    this.registerOutputs({ names: this.names });
  }

  #createTraefik(name: string, { cluster, namespaces, replicas }: EdgeComponentArgs): Release {
    return installRelease(
      `${name}-traefik`,
      {
        chart: charts.traefik,
        release: traefikName,
        namespace: traefikNamespace,
        values: traefikValues({ entry: cluster.entry, replicas }),
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces] },
    );
  }
}

/** Where Traefik's Service answers: that of a release once it is done, or the one that is there; none without a load balancer. */
function targetsOf(
  name: string,
  own: Release | undefined,
  opts: ComponentResourceOptions,
): Output<readonly Target[]> {
  const id = own
    ? interpolate`${own.status.namespace}/${own.status.name}`
    : `${traefikNamespace}/${traefikName}`;
  return Service.get(name, id, opts).status.apply((status) => status?.loadBalancer?.ingress ?? []);
}
