import { registrationRoute, routePriority, spelledAnyhow } from "./routes.ts";

/** Ways to say who may make an account. */
export const registrations = ["first", "invited", "open"] as const;

/**
 * Who may make an account. `invited`: people with an invitation of an administrator's, and whoever has the link that
 * only the stack's secrets tell, the first administrator to begin with. `first`: whoever may come in, until the first
 * account is there. `open`: whoever may come in.
 */
export type Registration = (typeof registrations)[number];

/**
 * Traefik's rules for calls that make an account: all of them, and above those the ones with an invitation. Speckle's
 * server looks an invitation up when there is one, but without one asks its own switch, which an administrator may not
 * have found yet.
 */
export function registrationRules(host: string) {
  const all = `Host(\`${host}\`) && ${spelledAnyhow(registrationRoute.path)}`;
  const priority = routePriority({ ...registrationRoute, hidden: true });
  return {
    uninvited: { match: all, priority },
    invited: { match: `${all} && QueryRegexp(\`token\`, \`.\`)`, priority: priority + 2 },
  };
}

/** Path of the link with which whoever deploys makes an account. */
export function registrationPath(secret: string): string {
  return `/registration/${secret}`;
}

/**
 * Addresses with several invitations, or one in a spelling that Traefik does not look for: Speckle's server takes these
 * for a list, and a list for none at all.
 */
export const unclearInvitation = /^.*([?&]token([=&].*)?&token([=&]|$)|[?&][^=&]*[%[\]]).*$/;
