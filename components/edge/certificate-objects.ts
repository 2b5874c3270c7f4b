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
}

/** One custom resource of cert-manager. */
export interface CertManagerObject {
  readonly apiVersion: "cert-manager.io/v1";
  readonly kind: "Issuer" | "Certificate";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** Secret with the environment's certificate. */
export const tlsSecret = "speckle-tls";
/** Secret with a certificate of the staging authority, which nobody is shown: its key opens the account at production. */
export const proofSecret = "speckle-proof";
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

/**
 * Production counts failures and shuts out for a week, so it is asked only after staging has issued: its account's key
 * is that of staging's certificate, and without it its Issuer is not ready and cert-manager places no order.
 */
function acme(
  { namespace, hosts }: CertificateObjectArgs,
  { email, challenge }: CertificateSource & { mode: "acme" },
): CertManagerObject[] {
  const authority = (name: string, server: string, account: object) =>
    issuer(name, namespace, {
      acme: { server, ...(email && { email }), ...account, solvers: [solver(challenge)] },
    });
  return [
    authority("speckle-staging", acmeServers.staging, {
      privateKeySecretRef: { name: "speckle-staging-account" },
    }),
    certificate(proofSecret, namespace, "speckle-staging", {
      dnsNames: hosts,
      // The only kind that cert-manager takes for an account; a new one at every renewal would be a new account.
      privateKey: { algorithm: "RSA", size: 2048, rotationPolicy: "Never" },
    }),
    authority("speckle", acmeServers.production, {
      privateKeySecretRef: { name: proofSecret },
      disableAccountKeyGeneration: true,
    }),
    certificate(tlsSecret, namespace, "speckle", { dnsNames: hosts }),
  ];
}

/** Of the pod that answers a challenge. */
export const solverResources = {
  requests: { cpu: "10m", memory: "64Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

function solver(challenge: Challenge): object {
  if (challenge.type === "http01") {
    const annotations = { "traefik.ingress.kubernetes.io/router.priority": String(challengePriority) };
    const ingressTemplate = { metadata: { annotations } };
    const podTemplate = { spec: { resources: solverResources } };
    // By default cert-manager opens a node port for it.
    const serviceType = "ClusterIP";
    return {
      http01: { ingress: { ingressClassName: "traefik", serviceType, ingressTemplate, podTemplate } },
    };
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
function certificate(name: string, namespace: string, issuerName: string, spec: object): CertManagerObject {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace },
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
