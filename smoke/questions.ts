import { z } from "zod";
import { charts } from "../components/charts.ts";
import { objectStoreBucket } from "../components/data/object-store-values.ts";
import { type Route, registrationRoute, speckleRoutes } from "../components/edge/routes.ts";
import { type IdentityProvider, providersOf } from "../components/speckle/sign-in.ts";
import type { Settings } from "../stacks/settings.ts";
import type { Answer, Request } from "./way.ts";

/** What the questions follow from. */
export type Looked = Pick<Settings, "domain" | "namespace" | "registration" | "gate" | "signIn"> & {
  /** Host of the object store, where browsers send uploads; undefined when it is nobody's of this environment's. */
  readonly objectStoreHost: string | undefined;
};

/** One thing users meet, and how to see that it is as it should be. */
export interface Question {
  /** What is right when it is. */
  readonly what: string;
  readonly request: Request;
  /** What is wrong with the answer; undefined when nothing is. @param start the answer of the start page */
  readonly wrong: (answer: Answer, start: Answer) => string | undefined;
  readonly fix: string;
}

/** The page everybody begins with. */
export function startPage({ domain, namespace, gate }: Looked): Question {
  return {
    what: gate ? "the start page leads to the sign-in page" : "the start page answers",
    request: { host: domain, path: "/" },
    wrong: ({ status, headers }) => {
      if (status >= 400 && !(gate && [401, 403].includes(status))) return `answers ${status}`;
      if (!headers["strict-transport-security"]) return "answers without this project's security headers";
      return undefined;
    },
    fix: `The frontend does not run, Traefik has none of this environment's routes, or something else answers: kubectl -n ${namespace} get pods,ingressroutes`,
  };
}

/** Everything that is asked besides. */
export function questions(looked: Looked): Question[] {
  const { objectStoreHost: store } = looked;
  return [
    toHttps(looked),
    ...speckleRoutes()
      .filter(({ hidden }) => hidden)
      .map((route) => hiddenTwin(looked, route)),
    server(looked),
    websocket(looked),
    objects(looked),
    ...(looked.registration === "invited" ? [uninvited(looked)] : []),
    ...(store ? [preflight(looked, store), bucketsHidden(store)] : []),
  ];
}

function toHttps({ domain }: Looked): Question {
  const location = `https://${domain}/`;
  return {
    what: "http leads to https",
    request: { host: domain, path: "/", plain: true },
    wrong: ({ status, headers }) =>
      status === 301 && headers.location === location
        ? undefined
        : `answers ${status}${headers.location ? ` and leads to ${headers.location}` : ""}, not to ${location}`,
    fix: "Port 80 must lead to Traefik as well as 443: certificates over HTTP-01 need it too.",
  };
}

function hiddenTwin({ domain }: Looked, { path }: Route): Question {
  const kind = ({ status, headers }: Answer) => `${status} ${headers["content-type"]}`;
  return {
    what: `${path} shows nobody more than the start page`,
    request: { host: domain, path },
    wrong: (answer, start) =>
      kind(answer) === kind(start) ? undefined : `answers ${kind(answer)}, the start page ${kind(start)}`,
    fix: "A route that is not this project's leads there: kubectl get ingressroutes,ingresses -A",
  };
}

/** Names of the providers as Speckle's server gives them (`modules/auth/strategies` in its sources). */
const strategies: Readonly<Record<IdentityProvider | "local", string>> = {
  local: "local",
  google: "google",
  github: "github",
  azureAd: "azuread",
  oidc: "oidc",
};

/** What Speckle's server says of itself to everybody. */
const serverInfo = z.object({
  version: z.string(),
  canonicalUrl: z.string(),
  authStrategies: z.array(z.object({ id: z.string() })),
});

function server({ domain, namespace, signIn }: Looked): Question {
  const { version } = charts.speckle;
  const url = `https://${domain}`;
  const wanted = [...(signIn.local ? (["local"] as const) : []), ...providersOf(signIn)].map(
    (one) => strategies[one],
  );
  return {
    what: `Speckle ${version} answers at its own address, and people sign in by ${wanted.join(", ")}`,
    request: {
      host: domain,
      path: "/graphql",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ serverInfo { version canonicalUrl authStrategies { id } } }" }),
    },
    wrong: (answer) => {
      const info = infoIn(answer);
      if (!info) return `answers ${answer.status}, and not what Speckle's server says of itself`;
      const found = info.authStrategies.map(({ id }) => id);
      const differences = [
        ...differs("version", info.version, version),
        ...differs("address", info.canonicalUrl.replace(/\/$/, ""), url),
        ...differs("sign-in", found.sort().join(", "), [...wanted].sort().join(", ")),
      ];
      return differences.length > 0 ? differences.join("; ") : undefined;
    },
    fix: `It does not run, or still runs as before: kubectl -n ${namespace} get pods -l app=speckle-server, and \`pulumi up\` once more.`,
  };
}

function differs(what: string, found: string, wanted: string): string[] {
  return found === wanted ? [] : [`its ${what} is ${found}, in the settings ${wanted}`];
}

function infoIn({ status, text }: Answer): z.infer<typeof serverInfo> | undefined {
  if (status !== 200) return undefined;
  try {
    return serverInfo.safeParse(JSON.parse(text).data?.serverInfo).data;
  } catch {
    return undefined;
  }
}

function websocket({ domain }: Looked): Question {
  return {
    what: "websockets open, which carry what others do meanwhile",
    request: {
      host: domain,
      path: "/graphql",
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "c3BlY2tsZS1zdGFja3M9PQ==",
        // Of subscriptions-transport-ws, which Speckle's server speaks.
        "sec-websocket-protocol": "graphql-ws",
      },
    },
    wrong: ({ status }) => (status === 101 ? undefined : `answers ${status}, not 101`),
    fix: "Whatever stands in front of Traefik must pass on the Upgrade header.",
  };
}

function objects({ domain, namespace }: Looked): Question {
  return {
    what: "what carries models answers",
    request: { host: domain, path: "/objects/none/none" },
    // To whoever has not signed in, once the database has been asked for the project.
    wrong: ({ status }) => (status === 401 ? undefined : `answers ${status}, not 401 as Speckle does`),
    fix: `It does not run: kubectl -n ${namespace} get pods -l app=speckle-objects`,
  };
}

function uninvited({ domain }: Looked): Question {
  return {
    what: "nobody makes an account without an invitation",
    request: { host: domain, path: registrationRoute.path, method: "POST" },
    wrong: ({ status }) => (status === 403 ? undefined : `answers ${status}, not 403`),
    fix: "A route that is not this project's leads there: kubectl get ingressroutes,ingresses -A",
  };
}

function preflight({ domain, namespace }: Looked, host: string): Question {
  const origin = `https://${domain}`;
  return {
    what: `pages of ${domain} may upload to ${host}`,
    request: {
      host,
      path: `/${objectStoreBucket}/none`,
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT" },
    },
    wrong: ({ status, headers }) =>
      status < 300 && headers["access-control-allow-origin"] === origin
        ? undefined
        : `answers ${status}, and lets in ${headers["access-control-allow-origin"] ?? "no page"}`,
    fix: `The store does not run, or knows another origin: kubectl -n ${namespace} get pods`,
  };
}

function bucketsHidden(host: string): Question {
  return {
    what: "nobody is shown the store's list of buckets",
    request: { host, path: "/" },
    wrong: ({ status }) => (status === 404 ? undefined : `answers ${status}, not 404`),
    fix: "A route that is not this project's leads there: kubectl get ingressroutes,ingresses -A",
  };
}
