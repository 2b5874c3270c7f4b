import { charts } from "../../components/charts.ts";
import type { PlainObject } from "../../components/merge.ts";
import { definition, restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { type ChartObject, each, type StandIn, type Template, value } from "./template.ts";

const { name: chart, version } = charts.certManager;
const release = "{{ .Release.Name }}";
const crds = ".Values.crds.enabled";

const metrics = { name: "http-metrics", containerPort: 9402, protocol: "TCP" };

/** Its three programs, with where their values are and the ports of their pods. */
const programs = [
  {
    component: "controller",
    name: chart,
    suffix: "",
    prefix: "",
    ports: [metrics, { name: "http-healthz", containerPort: 9403, protocol: "TCP" }],
  },
  {
    component: "cainjector",
    name: "cainjector",
    suffix: "-cainjector",
    prefix: "cainjector.",
    ports: [metrics],
  },
  {
    component: "webhook",
    name: "webhook",
    suffix: "-webhook",
    prefix: "webhook.",
    ports: [
      { name: "https", containerPort: 10250, protocol: "TCP" },
      { name: "healthcheck", containerPort: 6080, protocol: "TCP" },
      metrics,
    ],
  },
] as const;
type Program = (typeof programs)[number];

const selectorOf = ({ component, name }: Program) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": release,
  "app.kubernetes.io/component": component,
});

const labelsOf = (program: Program) => ({
  ...selectorOf(program),
  ...standardLabels(chart, version),
  app: program.name,
  "app.kubernetes.io/version": version,
});

function metadataOf(program: Program) {
  const name = `${release}${program.suffix}`;
  return { name, namespace: "{{ .Release.Namespace }}", labels: labelsOf(program) };
}

function objectsOf(program: Program): ChartObject[] {
  const metadata = metadataOf(program);
  return [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: true } },
    { object: deployment(program) },
    {
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { type: "ClusterIP", selector: selectorOf(program), ports: servicePorts(program) },
      },
    },
  ];
}

function servicePorts({ component }: Program): Template[] {
  if (component !== "webhook") return [{ name: metrics.name, port: metrics.containerPort, protocol: "TCP" }];
  return [
    { name: "https", port: 443, targetPort: "https", protocol: "TCP" },
    { name: "metrics", port: metrics.containerPort, targetPort: metrics.name, protocol: "TCP" },
  ];
}

function deployment(program: Program): Template {
  const { component, suffix, prefix, ports } = program;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(program),
    spec: {
      replicas: value(`${prefix}replicaCount`),
      selector: { matchLabels: selectorOf(program) },
      template: {
        metadata: { labels: labelsOf(program) },
        spec: {
          serviceAccountName: `${release}${suffix}`,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...scheduling(prefix),
          containers: [
            {
              name: `${chart}-${component}`,
              image: `quay.io/jetstack/${chart}-${component}:${version}`,
              args: [each(`${prefix}extraArgs`)],
              ports: [...ports],
              resources: value(`${prefix}resources`),
              securityContext: restrictedContainer,
            },
          ],
        },
      },
    },
  };
}

/** Definitions stay when the release goes: with them would go every Certificate. */
const definitions: readonly PlainObject[] = [
  ...["Certificate", "CertificateRequest", "Issuer"].map((kind) => definition("cert-manager.io", "v1", kind)),
  clusterWide(definition("cert-manager.io", "v1", "ClusterIssuer")),
  ...["Challenge", "Order"].map((kind) => definition("acme.cert-manager.io", "v1", kind)),
];

function clusterWide(one: PlainObject): PlainObject {
  return { ...one, spec: { ...(one.spec as PlainObject), scope: "Cluster" } };
}

const programValues = {
  replicaCount: 1,
  extraArgs: [],
  resources: {},
  nodeSelector: { "kubernetes.io/os": "linux" },
};

/** cert-manager without its admission webhook, which nobody would answer, and without the check that it answers. */
export const certManagerStandIn: StandIn = {
  appVersion: version,
  values: {
    ...programValues,
    crds: { enabled: false },
    cainjector: programValues,
    webhook: programValues,
  },
  objects: [
    ...definitions.map((one) => ({ when: crds, object: one as Template })),
    ...programs.flatMap(objectsOf),
  ],
};
