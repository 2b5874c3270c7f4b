import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  interpolate,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import { generateSecret } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import type { ServiceOwner } from "../sharing/services.ts";
import { type EdgeArgs, type TraefikObject, traefikObjects } from "./ingress-routes.ts";
import { nameRecords, type Target, zoneLines } from "./names.ts";
import { registrationLink, registrationLinkObjects } from "./registration-link.ts";
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
  /** Fixed address in front of the cluster; where a load balancer answers when absent. */
  readonly address?: Output<string> | undefined;
  readonly rotations?: Rotations | undefined;
  /** Before any route. */
  readonly after?: readonly Resource[] | undefined;
  /** Whether whoever deploys gets a link to make an account with, where accounts are for the invited; default: yes. */
  readonly link?: boolean | undefined;
}

/** Traefik with one environment's routes from the route table. */
export class Edge extends ComponentResource {
  /** Records to make where the zone is kept, as lines of its file; none where nothing outside leads here. */
  readonly names: Output<readonly string[]>;
  /** Where names lead to; empty where nothing outside leads here. */
  readonly target: Output<Target>;
  /** Address at which whoever deploys may make an account; secret. None where accounts are not for the invited. */
  readonly registrationLink: Output<string> | undefined;

  constructor(name: string, args: EdgeComponentArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaces, traefik: owner = "create", replicas, rotations, address, ...rest } = args;
    const { after = [], link = true, ...edge } = rest;
    super("speckle-stacks:index:Edge", name, { replicas, ...edge }, opts);
    const common = { parent: this, provider: cluster.provider };
    const own = owner === "create" ? this.#createTraefik(name, args) : undefined;
    const within = { ...common, dependsOn: [...(own ? [own] : []), namespaces] };
    const objects = traefikObjects(edge);
    const parts = objects.filter((object) => !isRoute(object));
    const made = parts.map((object) => new CustomResource(objectName(name, object), object, within));
    // Traefik answers 404 on a route while it does not know what the route names.
    const behind = { ...within, dependsOn: [...within.dependsOn, ...made, ...after] };
    for (const object of objects.filter(isRoute))
      new CustomResource(objectName(name, object), object, behind);
    this.registrationLink =
      link && edge.registration === "invited" ? createLink(name, edge, rotations, behind) : undefined;
    const hosts = [edge.domain, ...(edge.objectStoreHost ? [edge.objectStoreHost] : [])];
    const balanced = !own || cluster.entry.type === "LoadBalancer";
    const targets: Output<readonly Target[]> = address
      ? address.apply((ip) => [{ ip }])
      : balanced
        ? targetsOf(`${name}-service`, own, common)
        : output([]);
    this.names = targets.apply((all) => zoneLines(nameRecords(hosts, all)));
    this.target = targets.apply(([first = {}]) => first);
    this.registerOutputs({ names: this.names });
  }

  #createTraefik(name: string, args: EdgeComponentArgs): Release {
    const { cluster, namespaces, replicas, extraPorts, trustedProxies, uploads } = args;
    const proxyRanges = trustedProxies?.ranges;
    return installRelease(
      `${name}-traefik`,
      {
        chart: charts.traefik,
        release: traefikName,
        namespace: traefikNamespace,
        values: traefikValues({ entry: cluster.entry, replicas, extraPorts, proxyRanges, uploads }),
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces] },
    );
  }
}

function isRoute({ kind }: TraefikObject): boolean {
  return kind === "IngressRoute" || kind === "IngressRouteTCP";
}

function objectName(name: string, { kind, metadata }: TraefikObject): string {
  return `${name}-${kind.toLowerCase()}-${metadata.name}`;
}

/** The link's secret stands in its routes, so their contents are secret too. */
function createLink(
  name: string,
  edge: EdgeArgs,
  rotations: Rotations | undefined,
  opts: CustomResourceOptions & { readonly dependsOn: Resource[] },
): Output<string> {
  const { parent } = opts;
  const secret = generateSecret(`${name}-registration`, "registration", rotations, {
    ...(parent && { parent }),
  });
  const objects = (text: string) => registrationLinkObjects(edge, text);
  const made: CustomResource[] = [];
  for (const [index, object] of objects("").entries()) {
    const spec = secret.apply((text) => objects(text)[index]?.spec);
    const dependsOn = isRoute(object) ? [...opts.dependsOn, ...made] : opts.dependsOn;
    made.push(new CustomResource(objectName(name, object), { ...object, spec }, { ...opts, dependsOn }));
  }
  return secret.apply((text) => registrationLink(edge.domain, text));
}

/** Where Traefik's Service answers, its own release's once that is done; nowhere without a load balancer. */
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
