import type { Entry } from "../cluster/contract.ts";

/** Namespace of Traefik. */
export const traefikNamespace = "traefik";

/** Longest time a request may take to arrive, in seconds: Traefik's own 60 s would end slow uploads. */
export const uploadSeconds = 1800;
/** Longest silence on an open connection, in seconds: websockets of the viewer idle for long. */
const idleSeconds = 3600;

/** What one of its pods takes. */
export const traefikResources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { memory: "512Mi" },
};

/** Values of the Traefik chart. */
export function traefikValues(args: { readonly entry: Entry; readonly replicas: number }) {
  const { entry, replicas } = args;
  const nodePorts = entry.type === "NodePort" ? entry : undefined;
  const { annotations, proxyFrom } = entry.type === "LoadBalancer" ? entry : {};
  const proxyProtocol = proxyFrom && { proxyProtocol: { trustedIPs: proxyFrom } };
  const respondingTimeouts = { readTimeout: uploadSeconds, writeTimeout: 0, idleTimeout: idleSeconds };
  return {
    deployment: { replicas },
    podDisruptionBudget: replicas > 1 ? { enabled: true, minAvailable: 1 } : { enabled: false },
    ingressRoute: { dashboard: { enabled: false } },
    ingressClass: { enabled: true, isDefaultClass: false },
    providers: {
      kubernetesCRD: { enabled: true, allowCrossNamespace: false },
      // Only the solver of certificate challenges uses Ingress objects.
      kubernetesIngress: { enabled: true },
      kubernetesGateway: { enabled: false },
    },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    service: { spec: { type: entry.type }, ...(annotations && { annotations }) },
    ports: {
      web: {
        ...(nodePorts && { nodePort: nodePorts.httpNodePort }),
        ...proxyProtocol,
        transport: { respondingTimeouts },
        http: { redirections: { entryPoint: { to: "websecure", scheme: "https", permanent: true } } },
      },
      websecure: {
        ...(nodePorts && { nodePort: nodePorts.httpsNodePort }),
        ...proxyProtocol,
        transport: { respondingTimeouts },
      },
    },
    resources: traefikResources,
  };
}
