import type { KubernetesObject, PlannedObject } from "../plan/plan.ts";

/** A public route: what it matches and who answers. */
export interface RouteFinding {
  /** Traefik's rule, or host and path of an Ingress. */
  readonly match: string;
  /** `service:port`, several joined by commas. */
  readonly service: string;
  /** Names of the middlewares, in order. */
  readonly middlewares: readonly string[];
}

/** Routes that come, go or lead elsewhere. */
export interface RouteChanges {
  readonly appeared: readonly RouteFinding[];
  readonly vanished: readonly RouteFinding[];
  readonly changed: readonly {
    readonly match: string;
    readonly from: RouteFinding;
    readonly to: RouteFinding;
  }[];
}

/** How two plans' public routes differ. */
export function routeChanges(
  before: readonly PlannedObject[],
  after: readonly PlannedObject[],
): RouteChanges {
  const [from, to] = [before, after].map(
    (objects) => new Map(routesOf(objects).map((route) => [route.match, route])),
  );
  const kept = [...(to ?? [])].flatMap(([match, next]) => {
    const earlier = from?.get(match);
    return earlier ? [{ match, from: earlier, to: next }] : [];
  });
  return {
    appeared: [...(to?.values() ?? [])].filter(({ match }) => !from?.has(match)),
    vanished: [...(from?.values() ?? [])].filter(({ match }) => !to?.has(match)),
    changed: kept.filter((pair) => JSON.stringify(pair.from) !== JSON.stringify(pair.to)),
  };
}

/** Every public route of IngressRoutes, those of TCP too, and of Ingresses. */
export function routesOf(objects: readonly PlannedObject[]): RouteFinding[] {
  return objects.flatMap(({ object }) => {
    if (object.kind === "IngressRoute") return ingressRoutes(object);
    if (object.kind === "IngressRouteTCP") return ingressRoutes(object).map((route) => ofPort(object, route));
    return object.kind === "Ingress" ? ingressPaths(object) : [];
  });
}

function ingressRoutes({ spec }: KubernetesObject): RouteFinding[] {
  type Named = { name: string; port?: number | string };
  return (spec?.routes ?? []).map(
    ({
      match,
      services = [],
      middlewares = [],
    }: {
      match: string;
      services?: Named[];
      middlewares?: Named[];
    }) => ({
      match,
      service: services.map(({ name, port }) => `${name}:${port}`).join(", "),
      middlewares: middlewares.map(({ name }) => name),
    }),
  );
}

/** Rules of TCP say no more than that they are for everybody: the port tells them apart. */
function ofPort({ spec }: KubernetesObject, route: RouteFinding): RouteFinding {
  return { ...route, match: `${(spec?.entryPoints ?? []).join(", ")}: ${route.match}` };
}

function ingressPaths({ spec }: KubernetesObject): RouteFinding[] {
  return (spec?.rules ?? []).flatMap(
    ({ host = "*", http }: { host?: string; http?: { paths: IngressPath[] } }) =>
      (http?.paths ?? []).map(({ path = "/", pathType, backend }) => ({
        match: `${host}${path} (${pathType})`,
        service: `${backend.service?.name}:${backend.service?.port.number ?? backend.service?.port.name}`,
        middlewares: [],
      })),
  );
}

interface IngressPath {
  readonly path?: string;
  readonly pathType: string;
  readonly backend: {
    readonly service?: { readonly name: string; readonly port: { number?: number; name?: string } };
  };
}
