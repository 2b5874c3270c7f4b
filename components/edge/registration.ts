import { everythingBut } from "./everything-but.ts";
import { registrationRoute, routePriority, routeRule } from "./routes.ts";

/** Ways to say who may make an account. */
export const registrations = ["first", "invited", "open"] as const;

/**
 * Who may make an account. `invited`: people with an invitation of an administrator's. `first`: whoever may come in,
 * until the first account is there. `open`: whoever may come in.
 */
export type Registration = (typeof registrations)[number];

/**
 * Traefik's rules for the call that makes an account: the call as it is, and above it the one with an invitation.
 * Speckle's server looks an invitation up when there is one, but without one asks its own switch.
 */
export function registrationRules(host: string) {
  const all = routeRule(host, registrationRoute);
  const priority = routePriority(registrationRoute);
  return {
    uninvited: { match: all, priority },
    invited: { match: `${all} && Method(\`POST\`) && QueryRegexp(\`token\`, \`.\`)`, priority: priority + 2 },
  };
}

/** Path of the link with which whoever deploys makes an account. */
export function registrationPath(secret: string): string {
  return `/registration/${secret}`;
}

/**
 * Addresses of calls that are not letter for letter what Speckle's own page sends for somebody with an invitation
 * (`lib/auth/services/auth.ts` of its frontend). In these few characters there is nothing that two programs could read
 * in two ways: Traefik's `QueryRegexp` sees an invitation where Speckle's server, which cuts an address at `#`, takes
 * two invitations for a list and reads no more than 1000 parameters, sees none.
 */
export const notTheForm = `^[^?]*(?:$|\\?${everythingBut(
  ["challenge=", { someOf: "A-Za-z0-9._-" }, "&token=", { someOf: "A-Za-z0-9" }],
  "&newsletter=true",
)})[\\s\\S]*$`;
