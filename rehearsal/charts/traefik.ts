import { charts } from "../../components/charts.ts";
import { definition, restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { entriesWith, ofEntry, type StandIn, type Template, value } from "./template.ts";

const { name, version } = charts.traefik;
const image = "docker.io/traefik:v3.7.11";

const release = "{{ .Release.Name }}";

const selector = {
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": "{{ .Release.Name }}-{{ .Release.Namespace }}",
};
const labels = { ...selector, ...standardLabels(name, version) };
const metadata = { name: release, namespace: "{{ .Release.Namespace }}", labels };

/** Ports of the pod; those with a `service` port are open to the outside. */
const ports = [
  { name: "metrics", container: 9100 },
  { name: "traefik", container: 8080 },
  { name: "web", container: 8000, service: 80 },
  { name: "websecure", container: 8443, service: 443 },
];

/** Kinds of traefik.io/v1alpha1. */
const kinds = [
  ...["IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware", "MiddlewareTCP"],
  ...["ServersTransport", "ServersTransportTCP", "TLSOption", "TLSStore", "TraefikService"],
];

/** Fields of the Service that the values may set. */
const serviceFields = ["type", "externalTrafficPolicy", "loadBalancerClass", "loadBalancerSourceRanges"];

const service: Template = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { ...metadata, annotations: value("service.annotations") },
  spec: {
    ...Object.fromEntries(serviceFields.map((field) => [field, value(`service.spec.${field}`)])),
    selector,
    ports: [
      ...ports.flatMap(({ name: port, service: number }) =>
        number
          ? [
              {
                name: port,
                port: number,
                targetPort: port,
                protocol: "TCP",
                nodePort: value(`ports.${port}.nodePort`),
              },
            ]
          : [],
      ),
      // Only ports that the chart does not know say where the outside reaches them.
      entriesWith("exposedPort", "ports", {
        name: "{{ $key }}",
        port: ofEntry("exposedPort"),
        targetPort: "{{ $key }}",
        protocol: "TCP",
        nodePort: ofEntry("nodePort"),
      }),
    ],
  },
};

const pod: Template = {
  metadata: { labels },
  spec: {
    serviceAccountName: release,
    automountServiceAccountToken: true,
    terminationGracePeriodSeconds: value("deployment.terminationGracePeriodSeconds"),
    securityContext: {
      runAsGroup: 65532,
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...scheduling(),
    containers: [
      {
        name: "traefik",
        image,
        lifecycle: value("deployment.lifecycle"),
        ports: [
          ...ports.map(({ name: port, container, service: open }) => ({
            name: port,
            containerPort: container,
            protocol: "TCP",
            ...(open && { hostPort: value(`ports.${port}.hostPort`) }),
          })),
          entriesWith("exposedPort", "ports", {
            name: "{{ $key }}",
            containerPort: ofEntry("port"),
            hostPort: ofEntry("hostPort"),
            protocol: "TCP",
          }),
        ],
        resources: value("resources"),
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: value("deployment.tmpVolume.emptyDir") }],
  },
};

const deployment: Template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: value("deployment.replicas"),
    selector: { matchLabels: selector },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: pod,
  },
};

const daemonSet: Template = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata,
  spec: {
    selector: { matchLabels: selector },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: value("updateStrategy.rollingUpdate") },
    template: pod,
  },
};

/** Traefik with the definitions of its IngressRoutes. */
export const traefikStandIn: StandIn = {
  appVersion: "v3.7.11",
  values: {
    deployment: {
      kind: "Deployment",
      replicas: 1,
      terminationGracePeriodSeconds: 60,
      lifecycle: {},
      tmpVolume: { emptyDir: {} },
    },
    updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    service: { annotations: {}, spec: { type: "LoadBalancer" } },
    ports: { web: {}, websecure: {} },
    ingressClass: { enabled: true, isDefaultClass: true },
    podDisruptionBudget: { enabled: false },
    resources: {},
  },
  definitions: kinds.map((kind) => definition("traefik.io", "v1alpha1", kind)),
  objects: [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false } },
    { object: service },
    { when: 'eq .Values.deployment.kind "Deployment"', object: deployment },
    { when: 'eq .Values.deployment.kind "DaemonSet"', object: daemonSet },
    {
      when: ".Values.ingressClass.enabled",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: {
          name: release,
          labels,
          annotations: {
            "ingressclass.kubernetes.io/is-default-class": "{{ .Values.ingressClass.isDefaultClass }}",
          },
        },
        spec: { controller: "traefik.io/ingress-controller" },
      },
    },
    {
      when: ".Values.podDisruptionBudget.enabled",
      object: {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata,
        spec: {
          selector: { matchLabels: selector },
          minAvailable: value("podDisruptionBudget.minAvailable"),
        },
      },
    },
  ],
};
