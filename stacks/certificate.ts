import { createPrivateKey, X509Certificate } from "node:crypto";
import type { CertificateArgs } from "../components/edge/certificate.ts";
import type { Problem } from "../components/problem.ts";
import { isConcealed } from "./concealed.ts";
import { given } from "./given.ts";
import { pairProblems } from "./pair.ts";
import type { StackFile } from "./schema.ts";
import type { ReadText } from "./settings.ts";

/** The file's certificate setting, completed. */
export function certificateArgs(file: StackFile, readText: ReadText): CertificateArgs {
  const { certificate = byCluster(file), certificateKey = "", dnsToken, clusterServices } = file;
  if (certificate.mode === "given")
    return { mode: "given", certificate: readText(certificate.certificate), privateKey: certificateKey };
  const made = { certManager: clusterServices, ...given(certificate), dnsToken };
  const route53 = route53Challenge(file);
  if (made.mode !== "acme" || !route53) return made;
  return { ...made, challenge: { ...route53, hostedZoneId: zoneIdOf(file) } };
}

/** The way the names are proved, when that is Route 53. */
function route53Challenge({ certificate }: StackFile) {
  if (certificate?.mode !== "acme" || certificate.challenge.type !== "dns01") return undefined;
  return certificate.challenge.provider === "route53" ? certificate.challenge : undefined;
}

/** The zone of the names is the zone of their proofs, unless it is said otherwise. */
function zoneIdOf(file: StackFile): string | undefined {
  return route53Challenge(file)?.hostedZoneId ?? file.zone?.id;
}

/** Nobody outside reaches a kind cluster, so no authority outside can look at it. */
function byCluster({ cluster }: StackFile): NonNullable<StackFile["certificate"]> {
  if (cluster.type === "kind") return { mode: "ownAuthority" };
  return { mode: "acme", challenge: { type: "http01" } };
}

/** What is wrong with the settings about the certificate. @param hosts where browsers go */
export function certificateProblems(
  file: StackFile,
  hosts: readonly string[],
  readText: ReadText,
): Problem[] {
  const { certificate, certificateKey, dnsToken } = file;
  const given = certificate?.mode === "given";
  const digitalocean =
    certificate?.mode === "acme" &&
    certificate.challenge.type === "dns01" &&
    certificate.challenge.provider === "digitalocean";
  const token = digitalocean || Boolean(route53Challenge(file)?.accessKey);
  return [
    ...pairProblems("certificateKey", certificateKey, given, "certificate.mode is given"),
    ...pairProblems(
      "dnsToken",
      dnsToken,
      token,
      "certificate.challenge asks DigitalOcean's name service, or names an accessKey of Route 53",
    ),
    ...rightsProblems(file),
    ...(given && certificateKey
      ? givenProblems(hosts, certificate.certificate, certificateKey, readText)
      : []),
  ];
}

/** Who may write proofs into a zone of Route 53: a key that is given, or cert-manager's pods themselves on AWS. */
function rightsProblems(file: StackFile): Problem[] {
  const { certificate, cluster, clusterServices } = file;
  const challenge = route53Challenge(file);
  if (certificate?.mode !== "acme" || !challenge || challenge.accessKey) return [];
  // Another environment's, or somebody else's, has the rights that it was given there.
  if ((certificate.certManager ?? clusterServices) !== "create") return [];
  if (cluster.type !== "aws") {
    const reason = `cert-manager has no rights at Route 53: its pods get some of their own on AWS alone, and the cluster is of type ${cluster.type}`;
    const fix = "Name a key that may write the zone's records, and set its secret half as dnsToken.";
    return [{ path: "certificate.challenge.accessKey", reason, fix }];
  }
  if (zoneIdOf(file)) return [];
  const reason = "is required: cert-manager gets rights at this one zone, and nowhere else";
  const fix = "Take it from `aws route53 list-hosted-zones`.";
  return [{ path: "certificate.challenge.hostedZoneId", reason, fix }];
}

function givenProblems(hosts: readonly string[], path: string, key: string, readText: ReadText): Problem[] {
  const at = "certificate.certificate";
  const certificate = attempt(() => new X509Certificate(readText(path)));
  if (certificate instanceof Error) {
    const fix = "Give the path of a PEM file with the certificate first and the authorities after it.";
    return [{ path: at, reason: `${path} holds no certificate: ${certificate.message}`, fix }];
  }
  const problems = isConcealed(key) ? [] : keyProblems(certificate, key, path);
  for (const host of hosts) {
    if (certificate.checkHost(host)) continue;
    const fix = `Have one made for ${hosts.join(" and ")}: browsers refuse it otherwise.`;
    problems.push({ path: at, reason: `is not for ${host}, where browsers go`, fix });
  }
  if (certificate.validToDate.getTime() < Date.now()) {
    const fix = "Give one that is valid.";
    problems.push({ path: at, reason: `has expired on ${certificate.validTo}`, fix });
  }
  return problems;
}

function keyProblems(certificate: X509Certificate, key: string, path: string): Problem[] {
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey instanceof Error) {
    const fix = "Give the private key as PEM text, without a passphrase.";
    return [{ path: "certificateKey", reason: "is no private key in PEM form", fix }];
  }
  if (certificate.checkPrivateKey(privateKey)) return [];
  const fix = "Give the key the certificate was made with.";
  return [{ path: "certificateKey", reason: `does not belong to ${path}`, fix }];
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
