import { z } from "zod";
import { cloudExposure, exposure } from "./edge-schema.ts";
import { dnsLabel, ipv4Range } from "./values.ts";

const loopback = z
  .string()
  .regex(/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/, "must be a loopback address, such as 127.0.0.1");

/** What all clouds are told in the same words. */
const cloud = {
  name: dnsLabel("a cluster's name").max(40).optional(),
  region: z.string().min(1),
  highAvailability: z.boolean().optional(),
  apiAllowFrom: z.array(ipv4Range).default([]),
  exposure: cloudExposure.default({ type: "loadBalancer" }),
};

/** Where a stack runs. */
export const clusterSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("kind"),
    name: dnsLabel("a cluster name").optional(),
    address: loopback.default("127.0.0.1"),
  }),
  z.strictObject({
    type: z.literal("existing"),
    kubeconfig: z.string().min(1),
    context: z.string().min(1),
    uid: z.uuid("must be the UID of the kube-system namespace").optional(),
    storageClass: z.string().min(1).optional(),
    heavyNodes: z.enum(["present", "autoscaled", "none"]).default("present"),
    networkRanges: z.array(ipv4Range).optional(),
    exposure: exposure.default({ type: "loadBalancer" }),
  }),
  z.strictObject({
    type: z.literal("digitalocean"),
    ...cloud,
    project: z.uuid("must be a project's id: see `doctl projects list`").optional(),
    version: z
      .string()
      .regex(
        /^\d+\.\d+\.\d+-do\.\d+$/,
        "must be a version slug, such as 1.36.1-do.0: see `doctl k8s options`",
      ),
    maintenance: z
      .strictObject({
        day: z.enum(["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
        startTime: z.string().regex(/^\d\d:00$/, "must be a full hour in UTC, such as 03:00"),
      })
      .default({ day: "sunday", startTime: "03:00" }),
    ranges: z
      .strictObject({ network: ipv4Range, pods: ipv4Range, services: ipv4Range })
      .default({ network: "10.40.0.0/20", pods: "10.41.0.0/16", services: "10.42.0.0/19" }),
  }),
  z.strictObject({
    type: z.literal("aws"),
    ...cloud,
    version: z.string().regex(/^1\.\d+$/, 'must be a minor version in quotes, such as "1.36"'),
    accountId: z.string().regex(/^\d{12}$/, "must be the account's twelve digits, in quotes"),
    zones: z
      .array(z.string().regex(/^[a-z]$/, "must be a letter, such as a"))
      .length(3, "must be three: a database needs two, and the loss of one is to be survived")
      .default(["a", "b", "c"]),
    ranges: z
      .strictObject({ network: ipv4Range.regex(/\.0\.0\/16$/, "must be a /16, such as 10.50.0.0/16") })
      .default({ network: "10.50.0.0/16" }),
    administrators: z
      .array(z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, "must be the ARN of an IAM role"))
      .default([]),
  }),
]);
