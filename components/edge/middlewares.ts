import { defaultUploads, type UploadLimits } from "../speckle/uploads.ts";
import { addressHeadersTaken, type TrustedProxies } from "./client-address.ts";
import { notTheForm, type Registration } from "./registration.ts";
import { type BodyLimit, bytes, fileBody, type Route, speckleRoutes } from "./routes.ts";

/** A proxy that lets only people through who have signed in, such as oauth2-proxy. */
export interface Gate {
  /** Service of the proxy, in the environment's namespace. */
  readonly service: string;
  readonly port: number;
  /** Labels of its pods, and the port they listen on: policies let nothing else through. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podPort: number;
}

/** What the middlewares follow from. */
export interface MiddlewareArgs {
  readonly namespace: string;
  /** Source ranges that may use the environment; everyone when empty. */
  readonly allowFrom: readonly string[];
  readonly registration: Registration;
  /** Proxies in front that are believed about a client's address; nobody is when absent. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** In front of every page, but not of what connectors call; none when absent. */
  readonly gate?: Gate | undefined;
  /** Default: the chart's own. */
  readonly uploads?: UploadLimits | undefined;
}

/** Names of the middlewares, as routes refer to them. */
export const middleware = {
  headers: "speckle-headers",
  hide: "speckle-hide",
  proxies: "speckle-proxies",
  allow: "speckle-allow",
  compress: "speckle-compress",
  refuse: "speckle-refuse",
  invitation: "speckle-invitation",
  form: "speckle-registration-form",
  gate: "speckle-gate",
  retry: "speckle-retry",
  bodyLimit: ({ name }: BodyLimit) => `speckle-body-${name}`,
};

/** Every middleware of one environment, by its name. */
export function middlewareSpecs(args: MiddlewareArgs): Record<string, object> {
  const { uploads = defaultUploads } = args;
  const limits = [fileBody(uploads), ...speckleRoutes(uploads).flatMap(({ body }) => body ?? [])];
  return {
    [middleware.headers]: {
      // The viewer is meant to be embedded, so no frame rule.
      headers: {
        stsSeconds: 31_536_000,
        contentTypeNosniff: true,
        referrerPolicy: "strict-origin-when-cross-origin",
        customRequestHeaders: addressHeadersTaken(args.trustedProxies),
        customResponseHeaders: { Server: "", "X-Powered-By": "" },
      },
    },
    [middleware.hide]: { replacePath: { path: "/" } },
    [middleware.compress]: { compress: {} },
    // Without statuses it repeats only what no pod has got a byte of, a POST too.
    [middleware.retry]: { retry: { attempts: 12, initialInterval: "300ms", timeout: "10s" } },
    ...Object.fromEntries(
      limits.map((limit) => [
        middleware.bodyLimit(limit),
        { buffering: { maxRequestBodyBytes: bytes(limit) } },
      ]),
    ),
    ...(args.trustedProxies && {
      // Without a strategy it compares the address of the connection, which no header can forge.
      [middleware.proxies]: { ipAllowList: { sourceRange: args.trustedProxies.ranges } },
    }),
    ...(args.allowFrom.length > 0 && { [middleware.allow]: { ipAllowList: allowList(args) } }),
    ...(args.registration === "invited" && {
      // No connection comes from this address.
      [middleware.refuse]: { ipAllowList: { sourceRange: ["255.255.255.255/32"] } },
      [middleware.invitation]: { redirectRegex: { regex: notTheForm, replacement: "/" } },
      [middleware.form]: {
        redirectRegex: { regex: "^(https://[^/]+)/.*$", replacement: "$1/authn/register" },
      },
    }),
    ...(args.gate && { [middleware.gate]: { forwardAuth: forwardAuth(args.gate, args.namespace) } }),
  };
}

/** Middlewares of a route, outermost first. */
export function routeMiddlewares(route: Route, args: MiddlewareArgs): string[] {
  return [
    ...publicMiddlewares(args),
    ...(args.gate && !route.connectors ? [middleware.gate] : []),
    ...(route.hidden ? [middleware.hide] : []),
    ...(route.compress ? [middleware.compress] : []),
  ];
}

/** Middlewares in front of everything, outermost first. */
export function publicMiddlewares(args: Pick<MiddlewareArgs, "allowFrom" | "trustedProxies">): string[] {
  return [
    ...(args.trustedProxies ? [middleware.proxies] : []),
    ...(args.allowFrom.length > 0 ? [middleware.allow] : []),
    middleware.headers,
  ];
}

/** Behind proxies the address is the last of `X-Forwarded-For`, which the proxy itself adds. */
function allowList({ allowFrom, trustedProxies }: MiddlewareArgs) {
  return { sourceRange: allowFrom, ...(trustedProxies && { ipStrategy: { depth: 1 } }) };
}

/** Asked for `/`, oauth2-proxy answers 202 to those who have signed in and sends all others to the sign-in page. */
function forwardAuth({ service, port }: Gate, namespace: string) {
  return {
    address: `http://${service}.${namespace}.svc.cluster.local:${port}/`,
    authResponseHeaders: ["X-Auth-Request-User", "X-Auth-Request-Email", "Set-Cookie"],
  };
}
