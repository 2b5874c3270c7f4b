/** How an ACME authority is shown that the names are ours. */
export type Challenge =
  /** It fetches a file over port 80, which must be reachable from everywhere. */
  | { readonly type: "http01" }
  /** It reads a record; also for names nobody outside can reach. */
  | { readonly type: "dns01"; readonly provider: "digitalocean" }
  | {
      readonly type: "dns01";
      readonly provider: "route53";
      readonly region: string;
      readonly hostedZoneId?: string | undefined;
      /** Id of a key that may write the zone's records; without it cert-manager's pods have rights of their own. */
      readonly accessKey?: string | undefined;
    };

/** Where an environment's certificate comes from. */
export type CertificateSource =
  /** An authority of the environment's own: browsers trust it only where its certificate is installed. */
  | { readonly mode: "ownAuthority" }
  /** Let's Encrypt. */
  | {
      readonly mode: "acme";
      /** Told of certificates about to expire. */
      readonly email?: string | undefined;
      readonly challenge: Challenge;
    };

/** What the objects follow from. */
export interface CertificateObjectArgs {
  readonly namespace: string;
  /** Names the certificate is for, the environment's own first. */
  readonly hosts: readonly string[];
  readonly source: CertificateSource;
  /**
   * Whether the names lead here as soon as the program is done. Then the staging authority is tried first, and
   * production, which counts failures and shuts out for a week, only after it succeeded. Where somebody makes the
   * records by hand, waiting would keep from them what to enter: cert-manager itself then asks nobody before the
   * challenge can be seen.
   */
  readonly namesMade: boolean;
}

/** One custom resource of cert-manager. */
export interface CertManagerObject {
  readonly apiVersion: "cert-manager.io/v1";
  readonly kind: "Issuer" | "Certificate";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** Secret with the environment's certificate. */
export const tlsSecret = "speckle-tls";
/** Secret with the certificate of the environment's own authority: what browsers must be told to trust. */
export const authoritySecret = "speckle-authority";
/** Secret with the token for DigitalOcean's name service, or the secret half of a key for Route 53, and where in it. */
export const dnsToken = { secret: "speckle-dns-token", key: "access-token" } as const;

/** Directories of Let's Encrypt. */
export const acmeServers = {
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
  production: "https://acme-v02.api.letsencrypt.org/directory",
} as const;

/**
 * Priority of the route to a challenge's answer, above every route of Speckle: its frontend answers every path of the
 * host otherwise.
 */
export const challengePriority = 5000;

/** Issuers and Certificates of one environment, in the order in which they must be made. */
export function certificateObjects(args: CertificateObjectArgs): CertManagerObject[] {
  const { source } = args;
  switch (source.mode) {
    case "ownAuthority":
      return ownAuthority(args);
    case "acme":
      return acme(args, source);
    default:
      return source satisfies never;
  }
}

function ownAuthority(args: CertificateObjectArgs): CertManagerObject[] {
  const { namespace, hosts } = args;
  return [
    issuer("speckle-self-signed", namespace, { selfSigned: {} }),
    certificate(authoritySecret, namespace, "speckle-self-signed", {
      isCA: true,
      commonName: `Authority of ${hosts[0]}`.slice(0, 64),
      // Every device that trusts it has to be told again afterwards.
      duration: hours(10 * 365),
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
    }),
    issuer("speckle", namespace, { ca: { secretName: authoritySecret } }),
    certificate(tlsSecret, namespace, "speckle", { dnsNames: hosts, duration: hours(90) }),
  ];
}

function acme(
  { namespace, hosts, namesMade }: CertificateObjectArgs,
  { email, challenge }: CertificateSource & { mode: "acme" },
): CertManagerObject[] {
  const authority = (name: string, server: string) =>
    issuer(name, namespace, {
      acme: {
        server,
        ...(email && { email }),
        privateKeySecretRef: { name: `${name}-account` },
        solvers: [solver(challenge)],
      },
    });
  const staging = [
    authority("speckle-staging", acmeServers.staging),
    certificate("speckle-tls-staging", namespace, "speckle-staging", { dnsNames: hosts }, untilReady),
  ];
  return [
    ...(namesMade ? staging : []),
    authority("speckle", acmeServers.production),
    certificate(tlsSecret, namespace, "speckle", { dnsNames: hosts }),
  ];
}

const untilReady = { "pulumi.com/waitFor": "condition=Ready" };

function solver(challenge: Challenge): object {
  if (challenge.type === "http01") {
    const annotations = { "traefik.ingress.kubernetes.io/router.priority": String(challengePriority) };
    const ingressTemplate = { metadata: { annotations } };
    // By default cert-manager opens a node port for it.
    const serviceType = "ClusterIP";
    return { http01: { ingress: { ingressClassName: "traefik", serviceType, ingressTemplate } } };
  }
  const token = { name: dnsToken.secret, key: dnsToken.key };
  if (challenge.provider === "digitalocean") return { dns01: { digitalocean: { tokenSecretRef: token } } };
  const { region, hostedZoneId, accessKey } = challenge;
  return {
    dns01: {
      route53: {
        region,
        ...(hostedZoneId && { hostedZoneID: hostedZoneId }),
        ...(accessKey && { accessKeyID: accessKey, secretAccessKeySecretRef: token }),
      },
    },
  };
}

function issuer(name: string, namespace: string, spec: object): CertManagerObject {
  return { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: { name, namespace }, spec };
}

/** Named after its Secret. */
function certificate(
  name: string,
  namespace: string,
  issuerName: string,
  spec: object,
  annotations?: Record<string, string>,
): CertManagerObject {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, ...(annotations && { annotations }) },
    spec: {
      secretName: name,
      issuerRef: { kind: "Issuer", name: issuerName },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      revisionHistoryLimit: 3,
      ...spec,
    },
  };
}

function hours(days: number): string {
  return `${days * 24}h0m0s`;
}
