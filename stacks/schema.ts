import { z } from "zod";
import { parseQuantity } from "../components/quantity.ts";
import { workloads } from "../components/speckle/workloads.ts";
import { presetNames } from "./presets.ts";

const hostLabel = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

const domain = z
  .string()
  .max(253)
  .regex(
    new RegExp(`^(${hostLabel}\\.)+[a-z][a-z0-9-]*$`),
    "must be a host name alone, such as speckle.example.com",
  );

const dnsLabel = (what: string) =>
  z.string().regex(new RegExp(`^${hostLabel}$`), `must be ${what}: lower-case letters, digits and dashes`);

const quantity = z
  .string()
  .refine(
    (text) => (parseQuantity(text) ?? 0) > 0,
    "must be a Kubernetes quantity above zero, such as 500m or 2Gi",
  );

const ipv4Range = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "must be an address range, such as 203.0.113.7/32")
  .refine(
    (text) => text.split(/[./]/).every((part, index) => Number(part) <= (index === 4 ? 32 : 255)),
    "has a part that is too large",
  );

const loopback = z
  .string()
  .regex(/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/, "must be a loopback address, such as 127.0.0.1");

/** A setting given on its own reaches the program as text. */
const flag = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean(),
);

const resources = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });

const workload = z.strictObject({
  replicas: z.int().min(1).max(50).optional(),
  requests: resources.optional(),
  limits: resources.optional(),
});

const pool = z.strictObject({
  nodes: z.int().min(0).max(100).optional(),
  size: resources.optional(),
});

const cluster = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("kind"),
    name: dnsLabel("a cluster name").optional(),
    address: loopback.default("127.0.0.1"),
  }),
  z.strictObject({
    type: z.literal("existing"),
    kubeconfig: z.string().min(1),
    context: z.string().min(1),
    storageClass: z.string().min(1).optional(),
    networkRanges: z.array(ipv4Range).optional(),
  }),
]);

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
  cluster,
  namespace: dnsLabel("a namespace").default("speckle"),
  pools: z.strictObject({ general: pool.optional(), heavy: pool.optional() }).default({}),
  postgres: z
    .strictObject({
      instances: z.int().min(1).max(9).optional(),
      storage: quantity.optional(),
      cpu: quantity.optional(),
      memory: quantity.optional(),
      connections: z.int().min(20).max(5000).optional(),
    })
    .default({}),
  cache: z
    .strictObject({ memoryMi: z.int().min(128).max(262_144).optional(), storage: quantity.optional() })
    .default({}),
  objectStore: z.strictObject({ storage: quantity.optional() }).default({}),
  workloads: z
    .strictObject(Object.fromEntries(workloads.map(({ key }) => [key, workload.optional()])))
    .default({}),
  podSecurity: z.enum(["baseline", "restricted"]).default("restricted"),
  quota: z.record(z.string(), quantity).optional(),
  priorityClasses: z.enum(["create", "existing"]).default("create"),
  ifcImport: flag.default(false),
  telemetry: flag.default(false),
  outbound: z.enum(["none", "required", "all"]).default("required"),
  allowFrom: z.array(ipv4Range).default([]),
  email: email.optional(),
  emailPassword: z.string().min(1).optional(),
  /**
   * What may lose its data, by the name the review gives it (`npm run review`): the check passes although the change
   * deletes it. Taken out again once the change is made.
   */
  acknowledgeDataLoss: z.array(z.string().min(1)).default([]),
  /** Most the environment may cost in a month, in US dollars; the review fails a change that goes beyond it. */
  monthlyBudget: z.coerce.number().positive().optional(),
  extraValues: z.record(z.string(), z.unknown()).default({}),
});

/** What a stack's file says, checked value by value. */
export type StackFile = z.infer<typeof settingsSchema>;

/** Settings that are secrets: encrypted in the stack's file, never shown. */
export const secretSettings: ReadonlySet<string> = new Set(["emailPassword"]);
