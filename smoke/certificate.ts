import type { Problem } from "../components/problem.ts";
import type { Settings } from "../stacks/settings.ts";
import type { Shown } from "./way.ts";

/** Days in which something must have renewed a certificate that has months: cert-manager does so a month before. */
const leastDays = 14;
const dayMs = 24 * 3600 * 1000;

/** What is wrong with the certificate a host shows; undefined when nothing is. */
export function certificateProblem(
  host: string,
  { certificate, distrust }: Shown,
  {
    namespace,
    mode,
    now,
  }: { readonly namespace: string; readonly mode: Settings["certificate"]["mode"]; readonly now: Date },
): Problem | undefined {
  const path = `certificate of ${host}`;
  const { subject, issuer, validTo, validToDate, validFromDate } = certificate;
  const stands = `Where it stands: kubectl -n ${namespace} get issuers,certificates,challenges`;
  if (/TRAEFIK DEFAULT CERT/.test(subject))
    return { path, reason: "Traefik shows one of its own, since there is no other yet", fix: stands };
  if (distrust === undefined) {
    const days = (validToDate.getTime() - now.getTime()) / dayMs;
    const lifetime = (validToDate.getTime() - validFromDate.getTime()) / dayMs;
    if (days > Math.min(leastDays, lifetime / 4)) return undefined;
    const fix = mode === "given" ? "Give the next one, and its key." : stands;
    return { path, reason: `ends on ${validTo}, and nothing has renewed it`, fix };
  }
  const own = `The environment's own authority signs here: give it with --authority FILE, from kubectl -n ${namespace} get secret speckle-authority -o jsonpath='{.data.tls\\.crt}' | base64 -d`;
  const by = issuer.replaceAll("\n", ", ");
  return { path, reason: `${distrust}: it is signed by ${by}`, fix: mode === "ownAuthority" ? own : stands };
}
