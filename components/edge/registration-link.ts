import { workload } from "../speckle/workloads.ts";
import { type EdgeArgs, ingressRoute, limited, type TraefikObject, traefikObject } from "./ingress-routes.ts";
import { middleware, publicMiddlewares } from "./middlewares.ts";
import { registrationPath, registrationRules } from "./registration.ts";
import { registrationRoute, routePriority } from "./routes.ts";

/** Names of the link's objects. */
const names = { route: "speckle-registration-link", pass: "speckle-registration-pass" };
/** Browsers keep a cookie of this name to https and to this very host. */
const cookie = "__Host-speckle-registration";
/** Life of the cookie in seconds: time to fill in the form. */
const cookieSeconds = 3600;

/** Address at which whoever deploys may make an account without an invitation: the first one, the administrator's. */
export function registrationLink(domain: string, secret: string): string {
  return `https://${domain}${registrationPath(secret)}`;
}

/**
 * The routes of the link: it leaves a cookie and leads to Speckle's own form, and the form's call passes with the cookie.
 * Speckle has no invitation before it has an administrator; Traefik cannot take words out of an address either.
 * @param secret letters and digits
 */
export function registrationLinkObjects(args: EdgeArgs, secret: string): TraefikObject[] {
  const { service, body } = registrationRoute;
  const { uninvited } = registrationRules(args.domain);
  const before = publicMiddlewares(args);
  const pass = `${cookie}=${secret}; Path=/; Max-Age=${cookieSeconds}; Secure; HttpOnly; SameSite=Lax`;
  const link = {
    path: registrationPath(secret),
    match: "exact",
    service: workload("frontend_2").service,
  } as const;
  return [
    traefikObject("Middleware", names.pass, args.namespace, {
      headers: { customResponseHeaders: { "Set-Cookie": pass, "Cache-Control": "no-store" } },
    }),
    ingressRoute(names.route, args, [
      {
        match: `Host(\`${args.domain}\`) && Path(\`${link.path}\`)`,
        priority: routePriority(link),
        service: link.service,
        middlewares: [...before, names.pass, middleware.form],
      },
      ...limited(body, {
        match: `${uninvited.match} && HeaderRegexp(\`Cookie\`, \`(^|; )${cookie}=${secret}(;|$)\`)`,
        priority: uninvited.priority + 4,
        service,
        middlewares: before,
      }),
    ]),
  ];
}
