import { z } from "zod";
import { clientAddressHeaders } from "../components/edge/client-address.ts";
import { ipv4Range } from "./values.ts";

const challenge = z.union([
  z.strictObject({ type: z.literal("http01") }),
  z.strictObject({ type: z.literal("dns01"), provider: z.literal("digitalocean") }),
  z.strictObject({
    type: z.literal("dns01"),
    provider: z.literal("route53"),
    region: z.string().min(1),
    hostedZoneId: z.string().min(1).optional(),
    accessKey: z.string().min(1).optional(),
  }),
]);

const certManager = z.enum(["create", "shared", "existing"]).optional();

/** Where the certificate comes from; left out, kind gets an authority of its own and every other cluster Let's Encrypt. */
export const certificate = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("ownAuthority"), certManager }),
  z.strictObject({
    mode: z.literal("acme"),
    certManager,
    email: z.email("must be a mail address").optional(),
    challenge: challenge.default({ type: "http01" }),
  }),
  // The file with the certificate and those of the authorities above it; the key is the secret certificateKey.
  z.strictObject({ mode: z.literal("given"), certificate: z.string().min(1) }),
]);

const serviceName = z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be the name of a Service");

const podLabels = z
  .record(z.string().min(1), z.string())
  .refine((labels) => Object.keys(labels).length > 0, "must name a label, or it would mean every pod");

/** The ports a cluster sets aside for this by default. */
const nodePort = z.int().min(30_000).max(32_767);

/** Why a way in that is there elsewhere is none for this cluster. */
const notHere =
  (reasons: Readonly<Record<string, string>>) =>
  ({ input }: { readonly input?: unknown }) =>
    reasons[String((input as { type?: unknown } | undefined)?.type)];

/** How traffic gets to Traefik on a cluster somebody else runs. */
export const exposure = z.discriminatedUnion(
  "type",
  [
    z.strictObject({
      type: z.literal("loadBalancer"),
      annotations: z.record(z.string(), z.string()).optional(),
      loadBalancerClass: z.string().min(1).optional(),
      proxyFrom: z.array(ipv4Range).min(1).optional(),
    }),
    z.strictObject({
      type: z.literal("nodePort"),
      http: nodePort.default(30_080),
      https: nodePort.default(30_443),
    }),
    z.strictObject({
      type: z.literal("hostPort"),
      nodeLabels: z.record(z.string().min(1), z.string()).optional(),
    }),
  ],
  {
    error: notHere({
      fixedEntry:
        "the machine of a fixed entry is made in the network of the program's own cluster, and this cluster is somebody else's",
    }),
  },
);

const moving = "machines of a cloud come and go with their addresses, so no name could lead to them";

/** How traffic gets to Traefik on a cloud's cluster. */
export const cloudExposure = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("loadBalancer") }),
    z.strictObject({ type: z.literal("fixedEntry"), machine: z.string().min(1).optional() }),
  ],
  { error: notHere({ nodePort: moving, hostPort: moving }) },
);

/** A port beside http and https that leads to a Service in the environment's namespace. */
export const extraPort = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$/, "must be a name of 15 characters at most, such as tunnel"),
  port: z.int().min(1).max(65535),
  nodePort: nodePort.optional(),
  service: serviceName,
  servicePort: z.int().min(1).max(65535).optional(),
  podLabels,
  podPort: z.int().min(1).max(65535).optional(),
});

/** A proxy in the environment's namespace that lets only people through who have signed in; defaults of oauth2-proxy's chart. */
export const gate = z.strictObject({
  service: serviceName.default("oauth2-proxy"),
  port: z.int().min(1).max(65535).default(80),
  podLabels: podLabels.default({ "app.kubernetes.io/name": "oauth2-proxy" }),
  podPort: z.int().min(1).max(65535).default(4180),
});

/** Proxies in front, such as Cloudflare's, and the header in which they tell the client's address. */
export const trustedProxies = z.strictObject({
  ranges: z.array(ipv4Range).min(1),
  header: z.enum(clientAddressHeaders),
});
