import { z } from "zod";
import { registrations } from "../components/edge/registration.ts";
import { defaultConnectionsPerPool, leastConnectionsPerPool } from "../components/speckle/connections.ts";
import { defaultUploads } from "../components/speckle/uploads.ts";
import { workloads } from "../components/speckle/workloads.ts";
import { clusterSchema } from "./cluster-schema.ts";
import { certificate, extraPort, gate, trustedProxies } from "./edge-schema.ts";
import { presetNames } from "./presets.ts";
import { storeSchemas } from "./store-schema.ts";
import { byteQuantity, dnsLabel, hostLabel, ipv4Range, quantity } from "./values.ts";

const domain = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^(${hostLabel}\\.)+[a-z][a-z0-9-]*$`),
    "must be a host name alone, such as speckle.example.com",
  );

/** A setting given on its own reaches the program as text. */
const flag = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean(),
);

const rotation = z.int().min(1).optional();

const resources = z.strictObject({ cpu: quantity.optional(), memory: byteQuantity.optional() });

const workload = z.strictObject({
  replicas: z.int().min(1).max(50).optional(),
  requests: resources.optional(),
  limits: resources.optional(),
});

const pool = z.strictObject({
  nodes: z.int().min(0).max(100).optional(),
  size: resources.optional(),
  machine: z.string().min(1).optional(),
  scale: z.strictObject({ least: z.int().min(0).max(100), most: z.int().min(1).max(100) }).optional(),
});

const provider = { clientId: z.string().min(1) };

const signIn = z.strictObject({
  // Left out: on, unless there is an identity provider.
  local: flag.optional(),
  google: z.strictObject(provider).optional(),
  github: z.strictObject(provider).optional(),
  azureAd: z
    .strictObject({
      ...provider,
      tenant: z.guid("must be the directory's identifier, such as 4e1bfbc3-dc3e-41f2-a18f-1b4d7ba71679"),
      name: z.string().min(1).default("Microsoft"),
    })
    .optional(),
  oidc: z
    .strictObject({
      ...provider,
      name: z.string().min(1),
      discoveryUrl: z.url({ protocol: /^https$/, error: "must be an address that begins with https://" }),
    })
    .optional(),
  ranges: z.array(ipv4Range).min(1).optional(),
});

const uploads = z.strictObject({
  // A larger one would leave an importer too little of its 4Gi of scratch space for what it makes of the file, and takes
  // more than 9 Mbit/s to arrive within Traefik's 30 minutes.
  fileMb: z.int().min(1).max(2000).default(defaultUploads.fileMb),
  // Connectors send objects of up to 25 MB without asking (`MAX_OBJECT_SIZE` of the .NET SDK's `ServerAPI`). PostgreSQL
  // takes no text of more than 268435455 bytes into a jsonb, where Speckle keeps them.
  objectMb: z.int().min(25).max(250).default(defaultUploads.objectMb),
});

const email = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65535),
  from: z.email("must be a mail address"),
  username: z.string().min(1),
  tls: z.enum(["starttls", "implicit"]).default("starttls"),
  ranges: z.array(ipv4Range).min(1).optional(),
});

/** Everything `Pulumi.<stack>.yaml` may say; a key that is not here is refused. */
export const settingsSchema = z.strictObject({
  preset: z.enum(presetNames),
  domain,
  cluster: clusterSchema,
  namespace: dnsLabel("a namespace").default("speckle"),
  pools: z.strictObject({ general: pool.optional(), heavy: pool.optional() }).default({}),
  ...storeSchemas,
  postgresPassword: z.string().min(1).optional(),
  cachePassword: z.string().min(1).optional(),
  objectStoreSecretKey: z.string().min(1).optional(),
  backupSecretKey: z.string().min(1).optional(),
  certificateAuthorities: z.string().min(1).optional(),
  workloads: z
    .strictObject(Object.fromEntries(workloads.map(({ key }) => [key, workload.optional()])))
    .default({}),
  connectionsPerPool: z.int().min(leastConnectionsPerPool).max(100).default(defaultConnectionsPerPool),
  podSecurity: z.enum(["baseline", "restricted"]).optional(),
  runtimeClass: dnsLabel("a RuntimeClass").optional(),
  quota: z.record(z.string(), quantity).optional(),
  clusterServices: z.enum(["create", "shared"]).default("create"),
  priorityClasses: z.enum(["create", "existing"]).optional(),
  ifcImport: flag.default(false),
  telemetry: flag.default(false),
  uploads: uploads.default(defaultUploads),
  outbound: z.enum(["none", "required", "all"]).default("required"),
  allowFrom: z.array(ipv4Range).default([]),
  trustedProxies: trustedProxies.optional(),
  registration: z.enum(registrations).optional(),
  administrator: z.email("must be a mail address").optional(),
  extraPorts: z.array(extraPort).default([]),
  gate: gate.optional(),
  monitoring: z
    .strictObject({
      prometheus: z.strictObject({
        namespace: dnsLabel("a namespace"),
        labels: z.record(z.string().min(1), z.string()).default({ release: "kube-prometheus-stack" }),
      }),
    })
    .optional(),
  certificate: certificate.optional(),
  zone: z.strictObject({ name: domain, id: z.string().min(1).optional() }).optional(),
  certificateKey: z.string().min(1).optional(),
  dnsToken: z.string().min(1).optional(),
  signIn: signIn.default({}),
  googleClientSecret: z.string().min(1).optional(),
  githubClientSecret: z.string().min(1).optional(),
  azureAdClientSecret: z.string().min(1).optional(),
  oidcClientSecret: z.string().min(1).optional(),
  email: email.optional(),
  emailPassword: z.string().min(1).optional(),
  /**
   * What may lose its data, by the name the review gives it (`npm run review`): the check passes although the change
   * deletes it, and the program protects it no longer. Taken out again once the change is made.
   */
  acknowledgeDataLoss: z.array(z.string().min(1)).default([]),
  /** Most the environment may cost in a month, in US dollars; the review fails a change that goes beyond it. */
  monthlyBudget: z.coerce.number().positive().optional(),
  rotate: z
    .strictObject({
      postgres: rotation,
      cache: rotation,
      objectStore: rotation,
      session: rotation,
      entry: rotation,
      registration: rotation,
    })
    .default({}),
  extraValues: z.record(z.string(), z.unknown()).default({}),
});

/** What a stack's file says, checked value by value. */
export type StackFile = z.infer<typeof settingsSchema>;

/** Settings that are secrets: encrypted in the stack's file, never shown. */
export const secretSettings: ReadonlySet<string> = new Set([
  "backupSecretKey",
  "certificateKey",
  "cachePassword",
  "dnsToken",
  "emailPassword",
  "azureAdClientSecret",
  "githubClientSecret",
  "googleClientSecret",
  "oidcClientSecret",
  "objectStoreSecretKey",
  "postgresPassword",
]);
