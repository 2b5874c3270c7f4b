import type { Input } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import { type Pool, placement, poolFor } from "../cluster/pools.ts";
import type { PostgresTls } from "../data/connections.ts";
import { isPlainObject } from "../merge.ts";
import { type SecretKey, secretsOf } from "../secrets/table.ts";
import { defaultConnectionsPerPool } from "./connections.ts";
import type { SecretRef } from "./secrets.ts";
import { speckleSecrets } from "./secrets.ts";
import { type SignInArgs, signInValues } from "./sign-in.ts";
import { batchMb, defaultUploads, type UploadLimits } from "./uploads.ts";
import { type Resources, type WorkloadKey, workload, workloads } from "./workloads.ts";

/** How one workload is run. */
export interface WorkloadSize {
  readonly replicas: number;
  readonly requests: Resources;
  readonly limits: Resources;
}

/** A mail server; without one nobody can reset a password. */
export interface EmailArgs {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly username: string;
  /** `starttls` upgrades a plain connection, `implicit` is encrypted from the first byte. */
  readonly tls: "starttls" | "implicit";
  /** IPv4 ranges of the mail server; the public internet when absent. */
  readonly ranges?: readonly string[] | undefined;
}

/** Mark of each secret in use. */
export type SecretVersions = { readonly [key in SecretKey]?: Input<string> | undefined };

/** What the chart's values follow from. */
export interface SpeckleValuesArgs {
  /** Host name only: no scheme, no port. */
  readonly domain: string;
  readonly namespace: string;
  readonly postgres: SecretRef;
  /** Secret with the same URL for the queue of IFC imports; default: the one this program makes. */
  readonly importQueue?: SecretRef;
  /** Default: `unverified`, since the operator in the cluster signs its own certificate. */
  readonly postgresTls?: PostgresTls;
  /** Whether the ConfigMap with a further certificate authority is there. */
  readonly trustsAuthority?: boolean;
  /** Secrets with the cache's URL; default: those this program makes. */
  readonly redis?: SecretRef;
  readonly previewRedis?: SecretRef;
  readonly objectStore: {
    readonly endpoint: Input<string>;
    readonly publicEndpoint: Input<string>;
    readonly region: string;
    readonly bucket: Input<string>;
    readonly accessKey: Input<string>;
    /** Whether Speckle makes the bucket at its first start; default: it does. */
    readonly createsBucket?: boolean;
    /** Secret with the secret key; default: the one this program makes. */
    readonly secretKey?: SecretRef;
  };
  /** Marks of the present secrets: a workload starts anew when one it reads changes. */
  readonly secretVersions?: SecretVersions;
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  /** Most database connections in one pool of a pod of server or objects; default: the chart's 8. */
  readonly connectionsPerPool?: number | undefined;
  /** RuntimeClass of the pods that open files of strangers, which they get as they are taken in. */
  readonly runtimeClass?: string | undefined;
  /** Pools of the cluster: without a heavy one heavy work runs on general nodes. Default: both. */
  readonly pools?: readonly Pick<Pool, "role">[];
  readonly ifcImport: boolean;
  readonly telemetry: boolean;
  readonly email?: EmailArgs | undefined;
  /** Default: with a mail address and a password. */
  readonly signIn?: SignInArgs | undefined;
  /** Default: the chart's own. */
  readonly uploads?: UploadLimits | undefined;
}

/** Values of the Speckle chart: names of Secrets only, never a secret. */
export function speckleValues(args: SpeckleValuesArgs) {
  const { domain, namespace, telemetry, uploads = defaultUploads } = args;
  return {
    // The chart ignores the release's namespace and reads this instead.
    namespace,
    create_namespace: false,
    domain,
    ssl_canonical_url: true,
    tlsRejectUnauthorized: "1",
    docker_image_tag: charts.speckle.version,
    imagePullPolicy: "IfNotPresent",
    cert_manager_issuer: "",
    ingress: { enabled: false },
    gatewayAPI: { enabled: false },
    helm_test_enabled: false,
    file_size_limit_mb: uploads.fileMb,
    // Below 25 minutes, since the importer's liveness probe ends it then.
    file_import_time_limit_min: 20,
    ...(!telemetry && { analytics: { enabled: false, mixpanel_token_id: "", mixpanel_api_host: "" } }),
    db: {
      PGSSLMODE: postgresSslMode(args),
      useCertificate: args.trustsAuthority ?? false,
      maxConnectionsServer: args.connectionsPerPool ?? defaultConnectionsPerPool,
      connectionString: chartSecret(args.postgres),
    },
    redis: {
      connectionString: chartSecret(args.redis ?? speckleSecrets.redis),
      previewServiceConnectionString: chartSecret(args.previewRedis ?? speckleSecrets.previewRedis),
    },
    s3: {
      endpoint: args.objectStore.endpoint,
      publicEndpoint: args.objectStore.publicEndpoint,
      region: args.objectStore.region,
      bucket: args.objectStore.bucket,
      access_key: args.objectStore.accessKey,
      // The string: the chart's schema refuses a boolean.
      create_bucket: args.objectStore.createsBucket === false ? "false" : "true",
      secret_key: chartSecret(args.objectStore.secretKey ?? speckleSecrets.objectStore),
    },
    featureFlags: { nextGenFileImporterEnabled: args.ifcImport },
    ...workloadValues(args),
  };
}

/** Image of Speckle's server: the chart's own, unless other values say another. */
export function serverImage({ server }: Record<string, unknown>): string {
  const own = isPlainObject(server) ? server.image : undefined;
  return typeof own === "string" && own !== ""
    ? own
    : `${workload("server").image}:${charts.speckle.version}`;
}

/** ConfigMap and key where the chart looks for a further certificate authority. */
export const authorityConfigMap = { name: "postgres-certificate", key: "ca-certificate.crt" } as const;

/** node-postgres verifies for `require`, unlike PostgreSQL's own clients. */
const sslModes: Record<PostgresTls, string> = {
  verified: "require",
  unverified: "no-verify",
  off: "disable",
};

/** The IFC importer's client checks as PostgreSQL's own do. Source: asyncpg 0.30.0, connect_utils.py. */
const importerSslModes: Record<PostgresTls, string> = {
  verified: "verify-full",
  unverified: "require",
  off: "disable",
};

/** Where the importer's chart mounts the ConfigMap, and what Debian, which its image is made of, trusts. */
const importerAuthorities = {
  given: `/postgres-certificate/${authorityConfigMap.key}`,
  usual: "/etc/ssl/certs/ca-certificates.crt",
} as const;

function importerTls({ postgresTls = "unverified", trustsAuthority }: SpeckleValuesArgs) {
  const authorities = importerAuthorities[trustsAuthority ? "given" : "usual"];
  return [
    { name: "PGSSLMODE", value: importerSslModes[postgresTls] },
    ...(postgresTls === "verified" ? [{ name: "PGSSLROOTCERT", value: authorities }] : []),
  ];
}

/** PGSSLMODE of what reads the database. */
export function postgresSslMode({
  postgresTls = "unverified",
}: Pick<SpeckleValuesArgs, "postgresTls">): string {
  return sslModes[postgresTls];
}

/** The chart gives PGSSLMODE to server and objects alone; these would connect in the clear. */
const plaintextByDefault: ReadonlySet<WorkloadKey> = new Set([
  "webhook_service",
  "fileimport_service",
  "monitoring",
]);

/** Of the workloads that open files of strangers: what one of them fills is its own, not its node's. */
export const scratchLimits: Readonly<Partial<Record<WorkloadKey, string>>> = {
  preview_service: "2Gi",
  fileimport_service: "4Gi",
  ifc_import_service: "4Gi",
};

function workloadValues(args: SpeckleValuesArgs): Record<WorkloadKey, object> {
  const common = Object.fromEntries(workloads.map(({ key }) => [key, commonValues(key, args)])) as Record<
    WorkloadKey,
    object
  >;
  return {
    ...common,
    server: { ...common.server, ...rollingUpdate, ...serverValues(args) },
    objects: { ...common.objects, ...rollingUpdate },
    // Missing from the chart's own values: without it there is no web page at all.
    frontend_2: { ...common.frontend_2, enabled: true },
    // The preview service account lists only the Secret of a dedicated queue; without one its pods are refused.
    preview_service: { ...common.preview_service, enabled: true, dedicatedPreviewsQueue: true },
    // Both importers would claim the same uploads, so one of them runs.
    fileimport_service: { ...common.fileimport_service, enabled: !args.ifcImport },
    ifc_import_service: { ...common.ifc_import_service, ...ifcValues(args) },
    monitoring: { ...common.monitoring, enabled: true },
  };
}

function commonValues(key: WorkloadKey, args: SpeckleValuesArgs) {
  const { replicas, requests, limits } = args.workloads[key];
  const scratch = scratchLimits[key];
  const variables = environment(key, args);
  const { pool } = workload(key);
  const { nodeSelector, tolerations } = placement(args.pools ? poolFor(pool, args.pools) : pool);
  return {
    replicas,
    requests: { ...requests, ...(scratch && { "ephemeral-storage": "256Mi" }) },
    limits: { ...limits, ...(scratch && { "ephemeral-storage": scratch }) },
    nodeSelector,
    tolerations,
    ...(variables.length > 0 && { additionalEnvVars: variables }),
  };
}

/** The chart quotes these, so that a number would become a string the API server refuses. */
const rollingUpdate = { rollingUpdate: { maxUnavailable: "0%", maxSurge: "50%" } };

/** Pods that a rolling update adds to so many, as the share above is rounded. */
export function surgeOf(replicas: number): number {
  return Math.ceil(replicas / 2);
}

/** What a workload's containers are told beyond what the chart tells them. */
function environment(key: WorkloadKey, args: SpeckleValuesArgs) {
  return [
    ...(plaintextByDefault.has(key) ? [{ name: "PGSSLMODE", value: postgresSslMode(args) }] : []),
    ...(key === "ifc_import_service" ? importerTls(args) : []),
    // Without it the IFC importer is sent to the public address, out of the cluster, where it may not go.
    ...(args.ifcImport && apiWorkloads.has(key)
      ? [{ name: "FILEIMPORT_SERVICE_USE_PRIVATE_OBJECTS_SERVER_URL", value: "true" }]
      : []),
    // So that they start anew, and get another class, when the setting changes.
    ...(args.runtimeClass && scratchLimits[key] ? [{ name: "RUNTIME_CLASS", value: args.runtimeClass }] : []),
    // The chart starts no pod anew when a Secret changes, and this is its only place for such a mark.
    ...secretsOf(key).flatMap((secret) => {
      const value = args.secretVersions?.[secret];
      return value === undefined ? [] : [{ name: `SECRET_VERSION_${secret.toUpperCase()}`, value }];
    }),
  ];
}

/** The two Deployments of the server's image. */
const apiWorkloads: ReadonlySet<WorkloadKey> = new Set(["server", "objects"]);

function serverValues(args: SpeckleValuesArgs) {
  const { uploads = defaultUploads } = args;
  return {
    max_object_size_mb: uploads.objectMb,
    max_object_upload_file_size_mb: batchMb(uploads),
    sessionSecret: chartSecret(speckleSecrets.session),
    auth: signInValues(args.signIn ?? { local: true }),
    // The string: a boolean crashes the chart's templates.
    monitoring: { mp: { enabled: args.telemetry ? "true" : "false" } },
    ...(!args.telemetry && { onboarding: { stream_url: "" } }),
    email: emailValues(args.email),
  };
}

function emailValues(email: EmailArgs | undefined) {
  if (!email) return { enabled: false };
  const { host, port, from, username, tls } = email;
  return {
    enabled: true,
    host,
    port: String(port),
    from,
    username,
    // Both at once end the server at start-up.
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    password: chartSecret(speckleSecrets.email),
  };
}

function ifcValues(args: SpeckleValuesArgs) {
  return {
    enabled: args.ifcImport,
    db: {
      connectionString: chartSecret(args.importQueue ?? speckleSecrets.importQueue),
      certificate: {
        enabled: args.trustsAuthority ?? false,
        configMapName: authorityConfigMap.name,
        configMapKey: authorityConfigMap.key,
      },
    },
  };
}

function chartSecret(ref: SecretRef) {
  return { secretName: ref.name, secretKey: ref.key };
}
