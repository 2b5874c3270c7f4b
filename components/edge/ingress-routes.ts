import { objectStoreName, objectStorePort } from "../data/object-store-values.ts";
import { type Route, routePriority, routeRule, speckleRoutes, uploadLimitMb } from "./routes.ts";

/** What the objects of the edge follow from. */
export interface EdgeArgs {
  readonly namespace: string;
  readonly domain: string;
  /** Host of the in-cluster S3 store, where browsers send uploads; absent when the store is elsewhere. */
  readonly objectStoreHost?: string | undefined;
  /** Source ranges that may use the environment; everyone when empty. */
  readonly allowFrom: readonly string[];
}

/** One custom resource of Traefik. */
export interface TraefikObject {
  readonly apiVersion: "traefik.io/v1alpha1";
  readonly kind: "IngressRoute" | "Middleware";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

const apiVersion = "traefik.io/v1alpha1";

/** Names of the middlewares, as routes refer to them. */
const middleware = {
  headers: "speckle-headers",
  hide: "speckle-hide",
  allow: "speckle-allow",
  bodyLimit: (megabytes: number) => `speckle-body-${megabytes}mb`,
};

/** Every Traefik object of one environment: its middlewares, its routes and the S3 store's route. */
export function traefikObjects(args: EdgeArgs): TraefikObject[] {
  const { objectStoreHost } = args;
  return [
    ...middlewares(args),
    speckleIngressRoute(args),
    ...(objectStoreHost ? [objectStoreIngressRoute(args, objectStoreHost)] : []),
  ];
}

function middlewares(args: EdgeArgs): TraefikObject[] {
  const limits = new Set(speckleRoutes.flatMap((route) => route.bodyLimitMb ?? []));
  const specs: Record<string, object> = {
    [middleware.headers]: {
      // The viewer is meant to be embedded, so no frame rule.
      headers: {
        stsSeconds: 31_536_000,
        contentTypeNosniff: true,
        referrerPolicy: "strict-origin-when-cross-origin",
      },
    },
    [middleware.hide]: { replacePath: { path: "/" } },
    ...(args.allowFrom.length > 0 && {
      [middleware.allow]: { ipAllowList: { sourceRange: args.allowFrom } },
    }),
  };
  for (const limit of limits) {
    specs[middleware.bodyLimit(limit)] = { buffering: { maxRequestBodyBytes: limit * 1_000_000 } };
  }
  return Object.entries(specs).map(([name, spec]) => traefikObject("Middleware", name, args.namespace, spec));
}

function speckleIngressRoute(args: EdgeArgs): TraefikObject {
  const routes = speckleRoutes.map((route) => ({
    kind: "Rule",
    match: routeRule(args.domain, route),
    priority: routePriority(route),
    services: [{ name: route.service.name, port: route.service.port }],
    middlewares: routeMiddlewares(route, args).map((name) => ({ name })),
  }));
  return traefikObject("IngressRoute", "speckle", args.namespace, {
    entryPoints: ["websecure"],
    routes,
    tls: {},
  });
}

function routeMiddlewares(route: Route, args: EdgeArgs): string[] {
  return [
    ...(args.allowFrom.length > 0 ? [middleware.allow] : []),
    middleware.headers,
    ...(route.hidden ? [middleware.hide] : []),
    ...(route.bodyLimitMb ? [middleware.bodyLimit(route.bodyLimitMb)] : []),
  ];
}

/** By host alone: a presigned URL is signed for its path, so nothing may be put in front of it. */
function objectStoreIngressRoute(args: EdgeArgs, host: string): TraefikObject {
  const route = {
    kind: "Rule",
    match: `Host(\`${host}\`)`,
    priority: 1000,
    services: [{ name: objectStoreName, port: objectStorePort }],
    middlewares: [
      ...(args.allowFrom.length > 0 ? [{ name: middleware.allow }] : []),
      { name: middleware.bodyLimit(uploadLimitMb) },
    ],
  };
  const spec = { entryPoints: ["websecure"], routes: [route], tls: {} };
  return traefikObject("IngressRoute", "speckle-object-store", args.namespace, spec);
}

function traefikObject(
  kind: TraefikObject["kind"],
  name: string,
  namespace: string,
  spec: object,
): TraefikObject {
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
