import type { Entry } from "../cluster/contract.ts";
import { deepMerge } from "../merge.ts";
import { defaultUploads, largestMb, type UploadLimits } from "../speckle/uploads.ts";
import { containerPort, type ExtraPort } from "./traefik-ports.ts";

/** Name of Traefik's release and of its Service. */
export const traefikName = "traefik";
/** Namespace of Traefik. */
export const traefikNamespace = "traefik";

/** Longest time a request may take to arrive, in seconds: Traefik's own 60 s would end slow uploads. */
export const uploadSeconds = 1800;
/** Longest silence on an open connection, in seconds: websockets of the viewer idle for long. */
const idleSeconds = 3600;
/** Longest time an open connection is left when Traefik ends, in seconds: Speckle's own server gives up after as many. */
const endSeconds = 300;
/**
 * Time until nothing leads to a pod of Traefik that is to end, in seconds, for which it goes on taking connections. A
 * load balancer's own checks find out (AWS: two of 10 s each), nodes hear it from the API server at once.
 */
const stopSeconds = { LoadBalancer: 30, NodePort: 5 };
/**
 * Room in GiB for uploads that Traefik gathers before it passes them on, per pod: ten of the largest at once, and 4 at
 * least. A pod that gathers more is evicted.
 */
export function gatheredGi(uploads: UploadLimits = defaultUploads): number {
  return Math.max(4, Math.ceil((10 * largestMb(uploads)) / 1024));
}

/** What one of its pods takes. */
export const traefikResources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { memory: "512Mi" },
};

/** Values of the Traefik chart. */
export function traefikValues(args: {
  readonly entry: Entry;
  readonly replicas: number;
  readonly extraPorts?: readonly ExtraPort[] | undefined;
  /** Ranges of proxies in front whose `X-` headers are kept; none when absent. */
  readonly proxyRanges?: readonly string[] | undefined;
  /** Default: the chart's own. */
  readonly uploads?: UploadLimits | undefined;
}) {
  const { entry, replicas, extraPorts = [], proxyRanges, uploads } = args;
  const nodePorts = entry.type === "NodePort" ? entry : undefined;
  return {
    ...pods(entry, replicas, { emptyDir: { sizeLimit: `${gatheredGi(uploads)}Gi` } }),
    podDisruptionBudget:
      replicas > 1 && entry.type !== "HostPort" ? { enabled: true, minAvailable: 1 } : { enabled: false },
    api: { dashboard: false },
    ingressRoute: { dashboard: { enabled: false } },
    ingressClass: { enabled: true, isDefaultClass: false },
    providers: {
      kubernetesCRD: { enabled: true, allowCrossNamespace: false },
      // Only the solver of certificate challenges uses Ingress objects.
      kubernetesIngress: { enabled: true },
      kubernetesGateway: { enabled: false },
    },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    // Two routers that disagree on TLS must not fall back to the loosest options (GHSA-g55h-rg46-x9c5).
    core: { strictTLSOptions: true },
    service: service(entry),
    ports: {
      web: deepMerge(entryPoint(entry, 80, nodePorts?.httpNodePort), {
        http: { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } },
      }),
      websecure: {
        ...entryPoint(entry, 443, nodePorts?.httpsNodePort),
        ...(proxyRanges && { forwardedHeaders: { trustedIPs: proxyRanges } }),
      },
      ...Object.fromEntries(extraPorts.map((extra) => [extra.name, extraEntryPoint(entry, extra)])),
    },
    resources: traefikResources,
  };
}

/** As many as said, or one on each node whose ports it has: there the next one can only start when the last has gone. */
function pods(
  entry: Entry,
  replicas: number,
  tmpVolume: { readonly emptyDir: { readonly sizeLimit: string } },
) {
  if (entry.type !== "HostPort") {
    const seconds = stopSeconds[entry.type];
    const lifecycle = { preStop: { sleep: { seconds } } };
    // The last seconds are for the end itself.
    const terminationGracePeriodSeconds = seconds + endSeconds + 10;
    return { deployment: { replicas, tmpVolume, lifecycle, terminationGracePeriodSeconds } };
  }
  return {
    deployment: { kind: "DaemonSet", tmpVolume },
    updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    ...(entry.nodeLabels && { nodeSelector: entry.nodeLabels }),
  };
}

/** Nodes hand a connection on under their own address unless the policy is Local; the PROXY protocol carries it. */
function service(entry: Entry) {
  // Only for pods: nobody else goes through it.
  if (entry.type === "HostPort") return { spec: { type: "ClusterIP" } };
  const { annotations, proxyFrom } = entry;
  const named = annotations && { annotations };
  if (entry.type === "NodePort") return { ...named, spec: { type: entry.type } };
  const { loadBalancerClass } = entry;
  return {
    ...named,
    spec: {
      type: entry.type,
      externalTrafficPolicy: proxyFrom ? "Cluster" : "Local",
      ...(loadBalancerClass && { loadBalancerClass }),
    },
  };
}

function extraEntryPoint(entry: Entry, extra: ExtraPort) {
  return {
    port: containerPort(extra),
    expose: { default: true },
    exposedPort: extra.port,
    protocol: "TCP",
    ...(ending(entry) && { transport: ending(entry) }),
    ...reached(entry, extra.port, entry.type === "NodePort" ? extra.nodePort : undefined),
  };
}

/** Where it is reached, and whom it believes about the client's address. */
function reached(entry: Entry, port: number, nodePort: number | undefined) {
  if (entry.type === "HostPort") return { hostPort: port };
  const { proxyFrom } = entry;
  return {
    ...(nodePort !== undefined && { nodePort }),
    ...(proxyFrom && { proxyProtocol: { trustedIPs: proxyFrom } }),
  };
}

/** A node's port is free for the next pod only when the last one has gone, so that there nobody waits for long. */
function ending(entry: Entry) {
  return entry.type === "HostPort" ? undefined : { lifeCycle: { graceTimeOut: endSeconds } };
}

function entryPoint(entry: Entry, port: number, nodePort: number | undefined) {
  return {
    ...reached(entry, port, nodePort),
    transport: {
      respondingTimeouts: { readTimeout: uploadSeconds, writeTimeout: 0, idleTimeout: idleSeconds },
      ...ending(entry),
    },
    http: { encodedCharacters: { allowEncodedBackSlash: false, allowEncodedNullCharacter: false } },
  };
}
