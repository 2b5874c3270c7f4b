import { batchMb, defaultUploads, type UploadLimits } from "../speckle/uploads.ts";
import { workload } from "../speckle/workloads.ts";

/** How a route's path is compared. */
export type PathMatch = "exact" | "prefix";

/** What may be sent to a route, and how it reaches the Service. */
export interface BodyLimit {
  /** What the limit is named by: it stays when a setting changes the size. */
  readonly name: string;
  /** Largest request body in MiB. */
  readonly megabytes: number;
  /**
   * `file`: gathered by Traefik first, so that a slow sender does not hold the Service, which gives up after 300 s.
   * `stream`: passed on as it comes, since the answer is the geometry of whole models and must flow too.
   */
  readonly carries: "file" | "stream";
}

/** One row of the route table: a path of the environment's host and the Service that answers it. */
export interface Route {
  readonly path: string;
  readonly match: PathMatch;
  /** Of what begins with the path only these, letter for letter; all of it when absent. */
  readonly calls?: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
  /** Undefined leaves the limit to the Service. */
  readonly body?: BodyLimit;
  /** Answered with the start page, in any spelling, so that nothing of the real answer is public. */
  readonly hidden?: boolean;
  /** Compressed on the way out: text that the Service sends as it is. */
  readonly compress?: boolean;
  /** Called by connectors and scripts with a token of Speckle's own: a sign-in page in front would break them. */
  readonly connectors?: boolean;
}

const server = workload("server").service;
const objects = workload("objects").service;
const frontend = workload("frontend_2").service;

/** What is sent beside a file or a batch of objects: the form around it, in MiB. */
const formMb = 1;

/** Of calls: 10 MiB, the chart's own `ingress.client_max_body_size_mb`. */
const call: BodyLimit = { name: "10mb", megabytes: 10, carries: "file" };
/** Of lists of objects that are asked for: 100 MiB, the most that Speckle's server reads (`MAX_REQUEST_BODY_SIZE_MB`). */
const list: BodyLimit = { name: "100mb", megabytes: 100, carries: "stream" };

/** The limit of uploaded files. */
export function fileBody({ fileMb }: UploadLimits): BodyLimit {
  return { name: "file", megabytes: fileMb + formMb, carries: "file" };
}

/** The limit of batches of objects, which are sent as files are. */
function batchBody(uploads: UploadLimits): BodyLimit {
  return { name: "objects", megabytes: batchMb(uploads) + formMb, carries: "file" };
}

const hidden = { match: "exact", service: frontend, hidden: true } as const;
const serverCall = { service: server, body: call, connectors: true } as const;
const objectsCall = { match: "prefix", service: objects, connectors: true } as const;

/** Where accounts are made: one of the calls of sign-in. */
export const registrationRoute: Route = { path: "/auth/local/register", match: "exact", ...serverCall };

/**
 * Every other call of sign-in that Speckle's server answers (`modules/{auth,pwdreset,emails}` of 2.31.14). One by one: what is
 * spelt otherwise never reaches the server, which might read it as another call than Traefik.
 */
const signInCalls: readonly string[] = [
  "local/login",
  ...["goog", "gh", "azure", "oidc"].flatMap((provider) => [provider, `${provider}/callback`]),
  "accesscode",
  "token",
  "logout",
  "verifyemail",
  "pwdreset/request",
  "pwdreset/finalize",
];

/** Every public path of Speckle; a test holds them against all that its server and frontend serve. */
export function speckleRoutes(uploads: UploadLimits = defaultUploads): readonly Route[] {
  const file = fileBody(uploads);
  return [
    { path: "/metrics", ...hidden },
    { path: "/api/status", ...hidden },
    { path: "/liveness", ...hidden },
    { path: "/readiness", ...hidden },
    { path: "/graphql", match: "exact", ...serverCall, compress: true },
    { path: "/explorer", match: "exact", service: server, body: call, compress: true },
    registrationRoute,
    { path: "/auth/", match: "prefix", calls: signInCalls, ...serverCall },
    { path: "/static/", match: "prefix", ...serverCall, compress: true },
    { path: "/api/getobjects/", ...objectsCall, body: list },
    { path: "/api/objects/", ...objectsCall, body: list },
    { path: "/api/diff/", ...objectsCall, body: list },
    // The viewer and connectors of today load geometry by a call of this; those of before by the ones above.
    { path: "/api/v2/projects/", ...objectsCall, body: list },
    { path: "/api/file/", ...objectsCall, body: file },
    { path: "/api/stream/", ...objectsCall, body: file },
    { path: "/api/thirdparty/gendo", ...objectsCall, body: file },
    { path: "/api/", ...objectsCall, body: call },
    { path: "/objects/", ...objectsCall, body: batchBody(uploads) },
    { path: "/preview/", ...objectsCall, body: call },
    { path: "/", match: "prefix", service: frontend, compress: true },
  ];
}

/**
 * Priority of a route: hidden paths before all, exact before prefix, longer before shorter. Given explicitly, since
 * Traefik otherwise ranks by the length of the rule's text. Even, so that one above each stays free.
 */
export function routePriority(route: Route): number {
  const rank = route.hidden ? 3000 : route.match === "exact" ? 2000 : 1000;
  return rank + 2 * route.path.length;
}

/** Traefik's rule for a route of a host. */
export function routeRule(host: string, route: Matched): string {
  return `Host(\`${host}\`) && ${pathMatcher(route)}`;
}

type Matched = Pick<Route, "path" | "match" | "calls" | "hidden">;

function pathMatcher({ path, match, calls, hidden }: Matched): string {
  if (hidden) return spelledAnyhow(path);
  if (calls) return `PathRegexp(\`^${path}(${calls.join("|")})$\`)`;
  return `${match === "exact" ? "Path" : "PathPrefix"}(\`${path}\`)`;
}

/** Traefik's matcher for a path in every spelling: Speckle's server takes /API/Status/ for /api/status. */
export function spelledAnyhow(path: string): string {
  return `PathRegexp(\`(?i)^${path}/*$\`)`;
}

const withoutBody = ["GET", "HEAD", "OPTIONS"].map((method) => `Method(\`${method}\`)`);

/**
 * Traefik's rule for what need not be gathered: calls without a body, websockets among them, and for streams every
 * call that declares a fitting length. Gathering holds back the answer too, to its last byte.
 */
export function straightRule(rule: string, body: BodyLimit): string {
  const fitting = `HeaderRegexp(\`Content-Length\`, \`^(${decimalsUpTo(bytes(body))})$\`)`;
  return `${rule} && (${[...withoutBody, ...(body.carries === "stream" ? [fitting] : [])].join(" || ")})`;
}

/** A limit in bytes. */
export function bytes({ megabytes }: Pick<BodyLimit, "megabytes">): number {
  return megabytes * 2 ** 20;
}

/** A regular expression for the decimals from 0 to a limit, without leading zeros. */
export function decimalsUpTo(limit: number): string {
  const digits = String(limit);
  const shorter = digits.length > 1 ? [`[0-9]{1,${digits.length - 1}}`] : [];
  const below = [...digits].flatMap((digit, index) => {
    const least = index === 0 && digits.length > 1 ? 1 : 0;
    if (Number(digit) <= least) return [];
    const rest = digits.length - index - 1;
    return `${digits.slice(0, index)}[${least}-${Number(digit) - 1}]${rest > 0 ? `[0-9]{${rest}}` : ""}`;
  });
  return [...shorter, ...below, digits].join("|");
}
