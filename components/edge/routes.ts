import { workload } from "../speckle/workloads.ts";

/** How a route's path is compared. */
export type PathMatch = "exact" | "prefix";

/** One row of the route table: a path of the environment's host and the Service that answers it. */
export interface Route {
  readonly path: string;
  readonly match: PathMatch;
  readonly service: { readonly name: string; readonly port: number };
  /** Largest request body in MB; undefined leaves the limit to the Service. */
  readonly bodyLimitMb?: number;
  /** Answered with the start page, so that nothing of the real answer is public. */
  readonly hidden?: boolean;
}

const server = workload("server").service;
const objects = workload("objects").service;
const frontend = workload("frontend_2").service;

/** Largest upload through the server, in MB: the chart's own `file_size_limit_mb`. */
export const uploadLimitMb = 100;
/** Largest body of every other call, in MB: the chart's own `client_max_body_size_mb`. */
const callLimitMb = 10;

/** Every public path of Speckle; a contract test compares it with what the chart's own Ingresses route. */
export const speckleRoutes: readonly Route[] = [
  { path: "/metrics", match: "exact", service: frontend, hidden: true },
  { path: "/api/status", match: "exact", service: frontend, hidden: true },
  { path: "/liveness", match: "exact", service: frontend, hidden: true },
  { path: "/readiness", match: "exact", service: frontend, hidden: true },
  { path: "/graphql", match: "exact", service: server, bodyLimitMb: callLimitMb },
  { path: "/explorer", match: "exact", service: server, bodyLimitMb: callLimitMb },
  { path: "/auth/", match: "prefix", service: server, bodyLimitMb: callLimitMb },
  { path: "/static/", match: "prefix", service: server, bodyLimitMb: callLimitMb },
  { path: "/api/getobjects/", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/objects/", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/diff/", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/file/", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/stream/", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/thirdparty/gendo", match: "prefix", service: objects, bodyLimitMb: uploadLimitMb },
  { path: "/api/", match: "prefix", service: objects, bodyLimitMb: callLimitMb },
  // Whole commits of geometry are streamed here: buffering them for a limit would fill the disk; Speckle has its own.
  { path: "/objects/", match: "prefix", service: objects },
  { path: "/preview/", match: "prefix", service: objects, bodyLimitMb: callLimitMb },
  { path: "/", match: "prefix", service: frontend },
];

/**
 * Priority of a route: hidden paths before all, exact before prefix, longer before shorter. Given explicitly, since
 * Traefik otherwise ranks by the length of the rule's text.
 */
export function routePriority(route: Route): number {
  const rank = route.hidden ? 3000 : route.match === "exact" ? 2000 : 1000;
  return rank + route.path.length;
}

/** Traefik's rule for a route of a host. */
export function routeRule(host: string, route: Pick<Route, "path" | "match">): string {
  const matcher = route.match === "exact" ? "Path" : "PathPrefix";
  return `Host(\`${host}\`) && ${matcher}(\`${route.path}\`)`;
}
