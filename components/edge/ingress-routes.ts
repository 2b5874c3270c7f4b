import { objectStoreBucket, objectStoreName, objectStorePort } from "../data/object-store-values.ts";
import { defaultUploads } from "../speckle/uploads.ts";
import {
  type MiddlewareArgs,
  middleware,
  middlewareSpecs,
  publicMiddlewares,
  routeMiddlewares,
} from "./middlewares.ts";
import { registrationRules } from "./registration.ts";
import {
  type BodyLimit,
  fileBody,
  type Route,
  registrationRoute,
  routePriority,
  routeRule,
  speckleRoutes,
  straightRule,
} from "./routes.ts";
import type { ExtraPort } from "./traefik-ports.ts";

/** What the objects of the edge follow from. */
export interface EdgeArgs extends MiddlewareArgs {
  readonly domain: string;
  /** Host of the in-cluster S3 store, where browsers send uploads; absent when the store is elsewhere. */
  readonly objectStoreHost?: string | undefined;
  /** Secret with the certificate of every host; Traefik's own self-signed one when absent. */
  readonly tlsSecret?: string | undefined;
  /** Ports that are passed on as they are; none when absent. */
  readonly extraPorts?: readonly ExtraPort[] | undefined;
}

/** One custom resource of Traefik. */
export interface TraefikObject {
  readonly apiVersion: "traefik.io/v1alpha1";
  readonly kind: "IngressRoute" | "IngressRouteTCP" | "Middleware" | "MiddlewareTCP" | "ServersTransport";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** One rule of an IngressRoute. */
export interface Rule {
  readonly match: string;
  readonly priority: number;
  readonly service: { readonly name: string; readonly port: number };
  readonly middlewares: readonly string[];
}

/** IngressRoutes of an environment: their names are the beginning of those Traefik counts requests by. */
export const ingressRouteNames = { speckle: "speckle", objectStore: "speckle-object-store" } as const;

/** Every Traefik object of one environment: its middlewares, its routes and the S3 store's route. */
export function traefikObjects(args: EdgeArgs): TraefikObject[] {
  const { objectStoreHost } = args;
  const middlewares = Object.entries(middlewareSpecs(args));
  return [
    ...middlewares.map(([name, spec]) => traefikObject("Middleware", name, args.namespace, spec)),
    traefikObject("ServersTransport", serversTransport, args.namespace, transportSpec),
    ingressRoute(ingressRouteNames.speckle, args, speckleRules(args)),
    ...(objectStoreHost
      ? [ingressRoute(ingressRouteNames.objectStore, args, objectStoreRules(args, objectStoreHost))]
      : []),
    ...extraPortObjects(args),
  ];
}

/** Everything that comes in at an extra port goes to its Service. */
function extraPortObjects({ namespace, allowFrom, extraPorts = [] }: EdgeArgs): TraefikObject[] {
  if (extraPorts.length === 0) return [];
  const allow = { ipAllowList: { sourceRange: allowFrom } };
  const guarded = allowFrom.length > 0;
  return [
    ...(guarded ? [traefikObject("MiddlewareTCP", middleware.allow, namespace, allow)] : []),
    ...extraPorts.map(({ name, service, servicePort }) =>
      traefikObject("IngressRouteTCP", `speckle-${name}`, namespace, {
        entryPoints: [name],
        routes: [
          {
            match: "HostSNI(`*`)",
            services: [{ name: service, port: servicePort, nativeLB: true }],
            ...(guarded && { middlewares: [{ name: middleware.allow }] }),
          },
        ],
      }),
    ),
  ];
}

function speckleRules(args: EdgeArgs): Rule[] {
  const rules = speckleRoutes(args.uploads).flatMap((route) =>
    route === registrationRoute && args.registration === "invited"
      ? accountRules(args)
      : routeRules(route, args),
  );
  if (!args.gate) return rules;
  const { service: name, port } = args.gate;
  const signIn: Route = { path: "/oauth2/", match: "prefix", service: { name, port }, connectors: true };
  return [...rules, ...routeRules(signIn, args)];
}

function routeRules(route: Route, args: EdgeArgs): Rule[] {
  return limited(route.body, {
    match: routeRule(args.domain, route),
    priority: routePriority(route),
    service: route.service,
    middlewares: routeMiddlewares(route, args),
  });
}

/** Accounts for the invited alone. */
function accountRules(args: EdgeArgs): Rule[] {
  const { service, body } = registrationRoute;
  const { uninvited, invited } = registrationRules(args.domain);
  const before = publicMiddlewares(args);
  return [
    { ...uninvited, service, middlewares: [...before, middleware.refuse] },
    ...limited(body, { ...invited, service, middlewares: [...before, middleware.invitation] }),
  ];
}

/** Only the bucket: the store's health and its list of buckets are nobody's business. */
function objectStoreRules(args: EdgeArgs, host: string): Rule[] {
  const path = `/${objectStoreBucket}/`;
  const rule = {
    // A presigned URL is signed for its path, so nothing may be put in front of it.
    match: routeRule(host, { path, match: "prefix" }),
    priority: 1000,
    service: { name: objectStoreName, port: objectStorePort },
    middlewares: publicMiddlewares(args),
  };
  return limited(fileBody(args.uploads ?? defaultUploads), rule);
}

/** A rule with its limit, and above it one for what passes without being gathered. */
export function limited(body: BodyLimit | undefined, rule: Rule): Rule[] {
  if (!body) return [rule];
  const { match, priority, middlewares } = rule;
  return [
    { ...rule, match: straightRule(match, body), priority: priority + 1 },
    { ...rule, middlewares: [...middlewares, middleware.bodyLimit(body)] },
  ];
}

/** Name of the ServersTransport. */
const serversTransport = "speckle-connections";

/**
 * How Traefik connects to Services: anew for each request, so that each comes to a pod that is there at that moment, and
 * none to one that is about to hang up. Where the network drops what is sent to a pod that has gone, another is tried
 * after 3 s instead of Traefik's own 30 s.
 */
const transportSpec = { maxIdleConnsPerHost: -1, forwardingTimeouts: { dialTimeout: "3s" } };

/**
 * An IngressRoute for https. Its rules lead to a Service's own address (`nativeLB`) and not to the pods that Traefik knew
 * when a request began: an upload is gathered for minutes, and those may have gone then.
 */
export function ingressRoute(name: string, args: EdgeArgs, rules: readonly Rule[]): TraefikObject {
  return traefikObject("IngressRoute", name, args.namespace, {
    entryPoints: ["websecure"],
    routes: rules.map(({ match, priority, service, middlewares }) => ({
      kind: "Rule",
      match,
      priority,
      services: [{ name: service.name, port: service.port, nativeLB: true, serversTransport }],
      // Innermost: a body that is gathered once is there for every attempt.
      middlewares: [...middlewares, middleware.retry].map((each) => ({ name: each })),
    })),
    tls: args.tlsSecret ? { secretName: args.tlsSecret } : {},
  });
}

/** An object of Traefik's. */
export function traefikObject(
  kind: TraefikObject["kind"],
  name: string,
  namespace: string,
  spec: object,
): TraefikObject {
  return { apiVersion: "traefik.io/v1alpha1", kind, metadata: { name, namespace }, spec };
}
