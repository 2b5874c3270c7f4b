import { charts } from "../../components/charts.ts";
import type { PlainObject } from "../../components/merge.ts";
import { definition, restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { type ChartObject, each, type StandIn, type Template, value } from "./template.ts";

const { name: chart, version } = charts.certManager;
const release = "{{ .Release.Name }}";
const crds = ".Values.crds.enabled";

/** Its three programs, with the values each one reads. */
const programs = [
  { component: "controller", name: chart, suffix: "", prefix: "", port: 9402 },
  { component: "cainjector", name: "cainjector", suffix: "-cainjector", prefix: "cainjector.", port: 9402 },
  { component: "webhook", name: "webhook", suffix: "-webhook", prefix: "webhook.", port: 10250 },
] as const;
type Program = (typeof programs)[number];

const selectorOf = ({ component, name }: Program) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": release,
  "app.kubernetes.io/component": component,
});

function metadataOf(program: Program) {
  const labels = { ...selectorOf(program), ...standardLabels(chart, version) };
  return { name: `${release}${program.suffix}`, namespace: "{{ .Release.Namespace }}", labels };
}

function objectsOf(program: Program): ChartObject[] {
  const metadata = metadataOf(program);
  const port = program.component === "webhook" ? "https" : "http-metrics";
  return [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: true } },
    { object: deployment(program, port) },
    {
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          type: "ClusterIP",
          selector: selectorOf(program),
          ports: [
            { name: port, port: port === "https" ? 443 : program.port, targetPort: port, protocol: "TCP" },
          ],
        },
      },
    },
  ];
}

function deployment(program: Program, port: string): Template {
  const { component, suffix, prefix } = program;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(program),
    spec: {
      replicas: value(`${prefix}replicaCount`),
      selector: { matchLabels: selectorOf(program) },
      template: {
        metadata: { labels: selectorOf(program) },
        spec: {
          serviceAccountName: `${release}${suffix}`,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...scheduling(prefix),
          containers: [
            {
              name: `${chart}-${component}`,
              image: `quay.io/jetstack/${chart}-${component}:${version}`,
              args: [each(`${prefix}extraArgs`)],
              ports: [{ name: port, containerPort: program.port, protocol: "TCP" }],
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

/** cert-manager without its admission webhook, which nobody would answer, and without the check that it answers. */
export const certManagerStandIn: StandIn = {
  appVersion: version,
  values: {
    replicaCount: 1,
    extraArgs: [],
    resources: {},
    crds: { enabled: false },
    ...Object.fromEntries(
      ["cainjector", "webhook"].map((name) => [name, { replicaCount: 1, extraArgs: [], resources: {} }]),
    ),
  },
  objects: [
    ...definitions.map((one) => ({ when: crds, object: one as Template })),
    ...programs.flatMap(objectsOf),
  ],
};
