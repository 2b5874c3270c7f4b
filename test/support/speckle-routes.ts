import { type Route, routePriority, speckleRoutes } from "../../components/edge/routes.ts";
import type { UploadLimits } from "../../components/speckle/uploads.ts";

/**
 * What a call carries. `call`: JSON or the fields of a form. `list`: ids of objects, many of them. `file`: a form with files,
 * or a picture as text. `objects`: a form with batches of objects.
 */
export type Carried = "nothing" | "call" | "list" | "file" | "objects";

/** One call that Speckle's server or frontend 2.31.14 answers. */
export interface SpeckleCall {
  readonly method: string;
  /** As Express writes it; a star stands for any rest. */
  readonly path: string;
  readonly carries: Carried;
  /** `flows`: written piece by piece, as much as there is. `whole`: one text, picture or page. */
  readonly answer: "whole" | "flows";
  /** File below `packages/`. */
  readonly source: string;
}

const get = (path: string, answer: SpeckleCall["answer"] = "whole") =>
  ({ method: "GET", path, carries: "nothing", answer }) as const;
const post = (path: string, carries: Carried = "call", answer: SpeckleCall["answer"] = "whole") =>
  ({ method: "POST", path, carries, answer }) as const;
const remove = (path: string) => ({ method: "DELETE", path, carries: "nothing", answer: "whole" }) as const;

type Call = Omit<SpeckleCall, "source">;

/** Calls by the file they stand in. */
const bySource: Readonly<Record<string, readonly Call[]>> = {
  "server/app.ts": [get("/graphql"), post("/graphql"), get("/readiness")],
  "server/healthchecks/index.ts": [get("/liveness")],
  "server/observability/index.ts": [get("/metrics")],
  "server/modules/acc/rest/oidc.ts": [
    post("/api/v1/acc/auth/login"),
    get("/api/v1/acc/auth/callback"),
    get("/api/v1/acc/auth/status"),
    post("/api/v1/acc/auth/refresh"),
  ],
  "server/modules/acc/rest/webhooks.ts": [post("/api/v1/acc/webhook/callback")],
  "server/modules/apiexplorer/index.ts": [get("/explorer")],
  "server/modules/auth/rest/index.ts": [get("/auth/accesscode"), post("/auth/token"), post("/auth/logout")],
  "server/modules/auth/strategies/azureAd.ts": [get("/auth/azure"), post("/auth/azure/callback")],
  "server/modules/auth/strategies/github.ts": [get("/auth/gh"), get("/auth/gh/callback")],
  "server/modules/auth/strategies/google.ts": [get("/auth/goog"), get("/auth/goog/callback")],
  "server/modules/auth/strategies/local.ts": [post("/auth/local/login"), post("/auth/local/register")],
  "server/modules/auth/strategies/oidc.ts": [get("/auth/oidc"), get("/auth/oidc/callback")],
  "server/modules/automate/rest/authGithubApp.ts": [
    get("/api/automate/auth/githubapp"),
    get("/api/automate/ghAuthComplete"),
  ],
  "server/modules/automate/rest/logStream.ts": [
    get("/api/v1/projects/:streamId/automations/:automationId/runs/:runId/logs", "flows"),
  ],
  "server/modules/blobstorage/rest/router.ts": [
    post("/api/stream/:streamId/blob", "file"),
    post("/api/stream/:streamId/blob/diff"),
    get("/api/stream/:streamId/blob/:blobId", "flows"),
    remove("/api/stream/:streamId/blob/:blobId"),
    get("/api/stream/:streamId/blobs"),
    remove("/api/stream/:streamId/blobs"),
  ],
  "server/modules/core/rest/diffDownload.ts": [
    post("/api/getobjects/:streamId", "list", "flows"),
    // With a slash at its end as the viewer (`objectloader2`) and the .NET SDK (`ServerObjectManager`) call it.
    post("/api/v2/projects/:streamId/object-stream", "list", "flows"),
    post("/api/v2/projects/:streamId/object-stream/", "list", "flows"),
  ],
  "server/modules/core/rest/diffUpload.ts": [post("/api/diff/:streamId", "list", "flows")],
  "server/modules/core/rest/download.ts": [
    get("/objects/:streamId/:objectId", "flows"),
    get("/objects/:streamId/:objectId/single"),
  ],
  "server/modules/core/rest/monitoring.ts": [
    get("/api/admin/bull-jobs"),
    get("/api/admin/bull-jobs/*"),
    { ...post("/api/admin/bull-jobs/*"), method: "PUT" },
  ],
  "server/modules/core/rest/static.ts": [get("/static/*"), get("/api/ping")],
  "server/modules/core/rest/upload.ts": [post("/objects/:streamId", "objects")],
  "server/modules/emails/rest/index.ts": [get("/auth/verifyemail")],
  "server/modules/fileuploads/rest/router.ts": [post("/api/file/:fileType/:streamId/:branchName?", "file")],
  "server/modules/gatekeeper/rest/billing.ts": [post("/api/v1/billing/webhooks")],
  "server/modules/gendo/rest/index.ts": [post("/api/thirdparty/gendo/:projectId", "file")],
  "server/modules/previews/rest/router.ts": [
    get("/preview/:streamId/:angle?"),
    get("/preview/:streamId/branches/:branchName/:angle?"),
    get("/preview/:streamId/commits/:commitId/:angle?"),
    get("/preview/:streamId/objects/:objectId/:angle?"),
  ],
  "server/modules/pwdreset/rest/index.ts": [post("/auth/pwdreset/request"), post("/auth/pwdreset/finalize")],
  "server/modules/viewer/rest/savedViews.ts": [
    get("/api/v1/projects/:projectId/saved-views/:viewId/thumbnail"),
    get("/api/v1/projects/:projectId/saved-views/:viewId/preview"),
  ],
  "server/modules/workspaces/rest/sso.ts": [
    get("/api/v1/workspaces/:workspaceSlug/sso"),
    get("/api/v1/workspaces/:workspaceSlug/sso/auth"),
    get("/api/v1/workspaces/:workspaceSlug/sso/oidc/validate"),
    get("/api/v1/workspaces/:workspaceSlug/sso/oidc/callback"),
  ],
  // The frontend has a /graphql too (`server/routes/graphql.ts`), for developers: the chart's Ingress hides it.
  "frontend-2/server/api/status.ts": [get("/api/status")],
  "frontend-2/server/routes/web-api/cookie-fix.ts": [get("/web-api/cookie-fix")],
  "frontend-2/nuxt.config.ts": [
    ...["/_nuxt/*", "/favicon.ico", "/images/*", "/functions", "/server-management", "/server-management/*"],
    ...["/profile", "/settings/server/active-users", "/settings/server/pending-invitations", "/downloads"],
    "/workspaces",
  ].map((path) => get(path)),
  // Addresses of the frontend before this one.
  "frontend-2/middleware/002-redirects.global.ts": [
    ...["/streams", "/commits", "/streams/:id", "/streams/:id/commits/:id", "/streams/:id/objects/:id"],
    ...["/streams/:id/branches/:name", "/embed", "/admin"],
  ].map((path) => get(path)),
  "frontend-2/pages": [
    ...[
      "/",
      "/authn",
      "/connectors",
      "/error",
      "/error-email-verify",
      "/functions/:fid",
      "/onboarding",
      "/tutorials",
    ],
    ...["/verify-email", "/authn/login", "/authn/register", "/authn/forgotten-password", "/authn/sso"],
    ...["/authn/reset-password", "/authn/verify/:appId/:challenge", "/projects", "/projects/:id"],
    ...[
      "automations",
      "automations/:aid",
      "collaborators",
      "dashboards",
      "discussions",
      "models/:modelId",
    ].map((part) => `/projects/:id/${part}`),
    ...["models/:modelId/versions", "presentations/:presentationId", "settings", "settings/integrations"].map(
      (part) => `/projects/:id/${part}`,
    ),
    ...["settings/tokens", "settings/webhooks", "threads/:threadId"].map((part) => `/projects/:id/${part}`),
    ...["", "/general", "/members", "/projects", "/regions"].map((part) => `/settings/server${part}`),
    ...["", "/developer", "/emails", "/notifications", "/profile"].map((part) => `/settings/user${part}`),
    ...[
      "automation",
      "billing",
      "general",
      "integrations",
      "members",
      "members/guests",
      "members/invites",
    ].map((part) => `/settings/workspaces/:slug/${part}`),
    ...["members/requests", "projects", "regions", "security"].map(
      (part) => `/settings/workspaces/:slug/${part}`,
    ),
    "/settings/workspaces/:slug",
    ...["actions/create", "actions/join", ":slug", ":slug/dashboards", ":slug/dashboards/:id"].map(
      (part) => `/workspaces/${part}`,
    ),
    ...[":slug/functions", ":slug/sso", ":slug/sso/register", ":slug/sso/session-error"].map(
      (part) => `/workspaces/${part}`,
    ),
  ].map((path) => get(path)),
};

/** Every call of Speckle's server and frontend 2.31.14, from their sources. */
export const speckleCalls: readonly SpeckleCall[] = Object.entries(bySource).flatMap(([source, calls]) =>
  calls.map((call) => ({ ...call, source })),
);

/** The paths of the chart's own Ingresses (`templates/ingress/*.yml` of its 2.31.14), and the Service of each. */
export const chartPaths: readonly (readonly [path: string, match: Route["match"], service: string])[] = [
  ["/", "prefix", "speckle-frontend-2"],
  ["/graphql", "exact", "speckle-server"],
  ["/explorer", "exact", "speckle-server"],
  ["/auth/", "prefix", "speckle-server"],
  ["/static/", "prefix", "speckle-server"],
  ["/api/", "prefix", "speckle-objects"],
  ["/preview/", "prefix", "speckle-objects"],
  ["/api/file/", "prefix", "speckle-objects"],
  ["/api/stream/", "prefix", "speckle-objects"],
  ["/api/thirdparty/gendo", "prefix", "speckle-objects"],
  ["/api/getobjects/", "prefix", "speckle-objects"],
  ["/api/objects/", "prefix", "speckle-objects"],
  ["/api/diff/", "prefix", "speckle-objects"],
  ["/objects/", "prefix", "speckle-objects"],
];

/** Paths that the chart's Ingress answers with the start page. */
export const chartHides: readonly string[] = ["/metrics", "/api/status", "/liveness", "/readiness"];

/** The Service that the chart's own Ingresses send a path to: an exact path before a prefix, a longer one before a shorter. */
export function serviceByChart(path: string): string | undefined {
  const exact = chartPaths.find(([own, match]) => match === "exact" && path === own);
  const longest = chartPaths
    .filter(([own, match]) => match === "prefix" && path.startsWith(own))
    .sort(([a], [b]) => b.length - a.length)[0];
  return (exact ?? longest)?.[2];
}

/** Addresses that a path of Express stands for: with and without what may be left out. */
export function addressesOf(path: string): string[] {
  const filled = (text: string) => text.replace(/:\w+/g, "a1").replace("*", "b2/c3.js");
  const optional = /\/:\w+\?$/;
  return [
    ...(optional.test(path) ? [filled(path.replace(optional, ""))] : []),
    filled(path.replace("?", "")),
  ];
}

/** The row Traefik takes for a path: of those that match, the one of the highest priority. */
export function rowOf(path: string, uploads?: UploadLimits): Route | undefined {
  const matching = speckleRoutes(uploads).filter(({ path: own, match, calls }) => {
    if (match === "exact") return path === own;
    return path.startsWith(own) && (calls?.includes(path.slice(own.length)) ?? true);
  });
  return matching.sort((a, b) => routePriority(b) - routePriority(a))[0];
}
