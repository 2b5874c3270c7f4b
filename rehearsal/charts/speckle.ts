import { charts } from "../../components/charts.ts";
import { type Workload, type WorkloadKey, workloads } from "../../components/speckle/workloads.ts";
import { restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { type ChartObject, each, type StandIn, type Template, value, when } from "./template.ts";

const { name: chartName, version } = charts.speckle;

/** One Secret as the chart's values name it. */
interface SecretValue {
  /** Where the values hold its `secretName` and `secretKey`. */
  readonly path: string;
  /** The key when the values name none. */
  readonly key: string;
}

const secrets = {
  postgres: { path: "db.connectionString", key: "postgres_url" },
  redis: { path: "redis.connectionString", key: "redis_url" },
  previewRedis: { path: "redis.previewServiceConnectionString", key: "preview_service_redis_url" },
  objectStore: { path: "s3.secret_key", key: "s3_secret_key" },
  session: { path: "server.sessionSecret", key: "session_secret" },
  email: { path: "server.email.password", key: "email_password" },
  google: { path: "server.auth.google.clientSecret", key: "google_client_secret" },
  github: { path: "server.auth.github.clientSecret", key: "github_client_secret" },
  azure: { path: "server.auth.azure_ad.clientSecret", key: "azure_ad_client_secret" },
  oidc: { path: "server.auth.oidc.clientSecret", key: "oidc_client_secret" },
  importQueue: { path: "ifc_import_service.db.connectionString", key: "fileimport_queue_postgres_url" },
} as const satisfies Record<string, SecretValue>;

/** One Secret a workload reads, or may mount, or both. */
interface SecretUse {
  readonly secret: SecretValue;
  /** The variable it is read through; only its service account names the Secret when absent. */
  readonly env?: string;
  /** Go condition; always when absent. */
  readonly when?: string;
  /** The chart forgets to let the service account mount it. */
  readonly unlisted?: true;
}

const dedicatedQueue = ".Values.preview_service.dedicatedPreviewsQueue";

/** In the order in which the service accounts list them. */
const serverSecrets: readonly SecretUse[] = [
  { secret: secrets.postgres, env: "POSTGRES_URL" },
  { secret: secrets.redis, env: "REDIS_URL" },
  { secret: secrets.objectStore, env: "S3_SECRET_KEY" },
  { secret: secrets.session, env: "SESSION_SECRET" },
  { secret: secrets.google, env: "GOOGLE_CLIENT_SECRET", when: ".Values.server.auth.google.enabled" },
  { secret: secrets.github, env: "GITHUB_CLIENT_SECRET", when: ".Values.server.auth.github.enabled" },
  { secret: secrets.azure, env: "AZURE_AD_CLIENT_SECRET", when: ".Values.server.auth.azure_ad.enabled" },
  { secret: secrets.oidc, env: "OIDC_CLIENT_SECRET", when: ".Values.server.auth.oidc.enabled" },
  { secret: secrets.email, env: "EMAIL_PASSWORD", when: ".Values.server.email.enabled" },
  { secret: secrets.previewRedis, env: "PREVIEW_SERVICE_REDIS_URL", when: dedicatedQueue },
  {
    secret: secrets.importQueue,
    env: "FILEIMPORT_QUEUE_POSTGRES_URL",
    when: ".Values.featureFlags.nextGenFileImporterEnabled",
  },
];

const postgresOnly: readonly SecretUse[] = [{ secret: secrets.postgres, env: "PG_CONNECTION_STRING" }];

const secretUses: Record<WorkloadKey, readonly SecretUse[]> = {
  server: serverSecrets,
  objects: serverSecrets,
  frontend_2: [{ secret: secrets.redis, env: "NUXT_REDIS_URL" }],
  preview_service: [
    { secret: secrets.postgres },
    { secret: secrets.previewRedis, env: "REDIS_URL", when: dedicatedQueue },
    { secret: secrets.redis, env: "REDIS_URL", when: `not ${dedicatedQueue}`, unlisted: true },
  ],
  webhook_service: postgresOnly,
  fileimport_service: [...postgresOnly, { secret: secrets.redis }],
  ifc_import_service: [{ secret: secrets.importQueue, env: "FILEIMPORT_QUEUE_POSTGRES_URL" }],
  monitoring: postgresOnly,
};

/** Workloads that trust the database's authority, a ConfigMap the chart does not make by itself. */
const certificateReaders: ReadonlySet<WorkloadKey> = new Set([
  "server",
  "objects",
  "webhook_service",
  "fileimport_service",
  "monitoring",
]);

/** Conditions beyond a workload's own switch. */
const conditions: Partial<Record<WorkloadKey, string>> = {
  fileimport_service: "and .Values.fileimport_service.enabled .Values.s3.endpoint",
};

function defaultsOf({ key, requests, limits, strategy }: Workload): Record<string, unknown> {
  const common = { enabled: true, replicas: 1, requests, limits, additionalEnvVars: [] };
  switch (key) {
    case "server":
      return {
        ...common,
        ...defaultRollingUpdate,
        sessionSecret: {},
        ...defaultServerSecrets,
        max_object_size_mb: 100,
        max_object_upload_file_size_mb: 100,
      };
    case "objects":
      return { ...common, ...defaultRollingUpdate };
    case "frontend_2":
      return { ...common, enabled: false };
    case "ifc_import_service":
      return {
        ...common,
        enabled: false,
        deploymentStrategy: { type: strategy },
        db: { connectionString: {}, certificate: { enabled: false, configMapName: certificate } },
      };
    case "monitoring":
      return common;
    default:
      return { ...common, deploymentStrategy: { type: strategy } };
  }
}

const defaultRollingUpdate = { rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } };

const noClient = { enabled: false, clientSecret: {} };
const defaultServerSecrets = {
  email: { enabled: false, password: {} },
  auth: { google: noClient, github: noClient, azure_ad: noClient, oidc: noClient },
};

function workloadObjects(facts: Workload): ChartObject[] {
  const condition = conditions[facts.key] ?? `.Values.${facts.key}.enabled`;
  return [serviceAccount(facts), service(facts), deployment(facts)].map((object) => ({
    when: condition,
    object,
  }));
}

function metadata(name: string, facts: Workload) {
  return { name, namespace: "{{ .Values.namespace }}", labels: labels(facts) };
}

function labels({ name }: Workload): Record<string, string> {
  return {
    ...standardLabels(chartName, version),
    ...selector(name),
    "app.kubernetes.io/version": version,
    "app.kubernetes.io/part-of": chartName,
    "app.kubernetes.io/component": name,
    ...instanceLabels(name),
  };
}

function selector(name: string): Record<string, string> {
  return { app: name, project: "speckle-server" };
}

function instanceLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "{{ .Release.Name }}" };
}

function serviceAccount(facts: Workload): Template {
  const listed = secretUses[facts.key].filter(({ unlisted }) => !unlisted);
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      ...metadata(facts.name, facts),
      annotations: { "kubernetes.io/enforce-mountable-secrets": "true" },
    },
    automountServiceAccountToken: false,
    secrets: listed.map((use) => when(use.when, [{ name: secretName(use.secret) }])),
  };
}

function secretName({ path }: SecretValue): string {
  return `{{ default .Values.secretName .Values.${path}.secretName }}`;
}

function secretKey({ path, key }: SecretValue): string {
  return `{{ default \`${key}\` .Values.${path}.secretKey }}`;
}

function service(facts: Workload): Template {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(facts.service.name, facts),
    spec: {
      selector: selector(facts.name),
      ports: [{ name: "web", protocol: "TCP", port: facts.service.port, targetPort: facts.port.name }],
    },
  };
}

function deployment(facts: Workload): Template {
  const { key, name } = facts;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name, facts),
    spec: {
      replicas: value(`${key}.replicas`),
      // The frontend's selector alone holds the release's name, so that another release name cannot take it over.
      selector: { matchLabels: { ...selector(name), ...(key === "frontend_2" && instanceLabels(name)) } },
      strategy: strategy(facts),
      template: { metadata: { labels: labels(facts) }, spec: podSpec(facts) },
    },
  };
}

function strategy({ key }: Workload): Template {
  switch (key) {
    case "server":
    case "objects":
      return { type: "RollingUpdate", rollingUpdate: value(`${key}.rollingUpdate`) };
    case "frontend_2":
    case "monitoring":
      return { type: "RollingUpdate" };
    default:
      return value(`${key}.deploymentStrategy`);
  }
}

function podSpec(facts: Workload): Template {
  const { key, name, restricted, priorityClass, graceSeconds } = facts;
  return {
    serviceAccountName: name,
    priorityClassName: priorityClass,
    terminationGracePeriodSeconds: graceSeconds,
    ...(restricted && { securityContext: podSecurity(key) }),
    ...scheduling(`${key}.`),
    containers: [container(facts)],
    volumes: certificateVolumes(key),
  };
}

/** Workloads whose pods are to answer until nothing leads to them any more. */
const answering: ReadonlySet<WorkloadKey> = new Set(["server", "objects", "frontend_2"]);

const certificate = "postgres-certificate";

function certificateVolumes(key: WorkloadKey): Template[] {
  const own = "ifc_import_service.db.certificate";
  const volume = (configMap: Template) => [{ name: certificate, configMap: { name: configMap } }];
  if (key === "ifc_import_service")
    return [when(`.Values.${own}.enabled`, volume(value(`${own}.configMapName`)))];
  return certificateReaders.has(key) ? [when(".Values.db.useCertificate", volume(certificate))] : [];
}

function podSecurity(key: WorkloadKey): Template {
  return {
    runAsNonRoot: true,
    runAsUser: userOf(key),
    runAsGroup: 30000,
    fsGroup: 25000,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

function userOf(key: WorkloadKey): number {
  return key === "preview_service" ? 800 : 20000;
}

function container({ key, image, port, restricted }: Workload): Template {
  const ports = key === "ifc_import_service" ? [port, { name: "healthz", number: 9080 }] : [port];
  return {
    name: "main",
    image: `{{ default (printf \`${image}:%s\` .Values.docker_image_tag) .Values.${key}.image }}`,
    imagePullPolicy: value("imagePullPolicy"),
    // A program that the images do not have.
    ...(answering.has(key) && { lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } }),
    ports: ports.map(({ name, number }) => ({ name, containerPort: number, protocol: "TCP" })),
    resources: { requests: value(`${key}.requests`), limits: value(`${key}.limits`) },
    ...(restricted && { securityContext: containerSecurity(key) }),
    env: [
      ...secretUses[key].flatMap(secretVariable),
      ...(uploadVariables[key] ?? []),
      each(`${key}.additionalEnvVars`),
    ],
  };
}

const fileLimit = { name: "FILE_SIZE_LIMIT_MB", value: "{{ .Values.file_size_limit_mb }}" };
const objectLimit = { name: "MAX_OBJECT_SIZE_MB", value: "{{ .Values.server.max_object_size_mb }}" };
const apiLimits = [
  fileLimit,
  objectLimit,
  {
    name: "MAX_OBJECT_UPLOAD_FILE_SIZE_MB",
    value: "{{ .Values.server.max_object_upload_file_size_mb }}",
  },
];

/** What a workload is told about the size of uploads: a change starts it anew. */
const uploadVariables: Readonly<Partial<Record<WorkloadKey, readonly Template[]>>> = {
  server: apiLimits,
  objects: apiLimits,
  frontend_2: [fileLimit],
  fileimport_service: [objectLimit],
};

function containerSecurity(key: WorkloadKey): Template {
  const { readOnlyRootFilesystem, ...common } = restrictedContainer;
  return {
    ...common,
    // The preview's browser writes to its root file system.
    ...(key !== "preview_service" && { readOnlyRootFilesystem }),
    privileged: false,
    runAsNonRoot: true,
    runAsUser: userOf(key),
  };
}

function secretVariable({ env, secret, when: condition }: SecretUse): Template[] {
  if (!env) return [];
  const secretKeyRef = { name: secretName(secret), key: secretKey(secret) };
  return [when(condition, [{ name: env, valueFrom: { secretKeyRef } }])];
}

/** Speckle's chart from the workload facts. */
export const speckleStandIn: StandIn = {
  appVersion: version,
  values: {
    ...Object.fromEntries(workloads.map((facts) => [facts.key, defaultsOf(facts)])),
    namespace: "speckle-test",
    secretName: "server-vars",
    docker_image_tag: version,
    file_size_limit_mb: 100,
    imagePullPolicy: "IfNotPresent",
    featureFlags: { nextGenFileImporterEnabled: false },
    db: { useCertificate: false, connectionString: {} },
    redis: { connectionString: {}, previewServiceConnectionString: {} },
    s3: { endpoint: "", secret_key: {} },
  },
  objects: workloads.flatMap(workloadObjects),
};
