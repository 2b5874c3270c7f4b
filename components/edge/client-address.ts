/**
 * Headers that Speckle's server takes a client's address from, the first one that is there before all others, and the one
 * it hands on itself (`modules/shared/{utils/ip,middleware/index}.ts` of 2.31.14). Traefik sets `X-Real-IP` and
 * `X-Forwarded-For` itself.
 */
const addressHeaders = [
  "CF-Connecting-IP",
  "True-Client-IP",
  "X-Original-Forwarded-For",
  "X-Speckle-Client-IP",
] as const;

/** Headers in which a proxy in front may tell a client's address: those that Speckle's server reads. */
export const clientAddressHeaders = ["CF-Connecting-IP", "True-Client-IP", "X-Real-IP"] as const;

/** Proxies in front of Traefik that are believed about whose address a request comes from; nobody else gets in. */
export interface TrustedProxies {
  /** IPv4 ranges they connect from. */
  readonly ranges: readonly string[];
  /** The header in which they tell the client's address. They must set it themselves, and add to `X-Forwarded-For`. */
  readonly header: (typeof clientAddressHeaders)[number];
}

/** Headers a request loses, so that none of a client's decides its address: Traefik takes an empty text for none. */
export function addressHeadersTaken(proxies: TrustedProxies | undefined): Record<string, ""> {
  const taken = addressHeaders.filter((header) => header !== proxies?.header);
  return Object.fromEntries(taken.map((header) => [header, ""]));
}
