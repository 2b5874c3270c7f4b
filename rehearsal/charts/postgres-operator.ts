import { charts } from "../../components/charts.ts";
import { definition, restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { type StandIn, type Template, value } from "./template.ts";

const { name, version } = charts.postgresOperator;
const appVersion = "1.30.0";
const release = "{{ .Release.Name }}";

const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": release };
const labels = { ...selector, ...standardLabels(name, version), "app.kubernetes.io/version": appVersion };
const metadata = { name: release, namespace: "{{ .Release.Namespace }}", labels };

/** Kinds of postgresql.cnpg.io/v1 that somebody may write; the operator's internal ones are left out. */
const kinds = ["Cluster", "Backup", "ScheduledBackup", "Pooler", "Database", "ImageCatalog"];

const webhookPort = "webhook-server";

const service: Template = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { ...metadata, name: "cnpg-webhook-service" },
  spec: { type: "ClusterIP", selector, ports: [{ name: webhookPort, port: 443, targetPort: webhookPort }] },
};

const deployment: Template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: value("replicaCount"),
    selector: { matchLabels: selector },
    template: {
      metadata: { labels: selector },
      spec: {
        serviceAccountName: release,
        terminationGracePeriodSeconds: 10,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        ...scheduling(),
        containers: [
          {
            name: "manager",
            image: `ghcr.io/cloudnative-pg/cloudnative-pg:${appVersion}`,
            ports: [
              { name: "metrics", containerPort: 8080, protocol: "TCP" },
              { name: webhookPort, containerPort: 9443, protocol: "TCP" },
            ],
            resources: value("resources"),
            securityContext: {
              ...restrictedContainer,
              runAsUser: 10001,
              runAsGroup: 10001,
              seccompProfile: { type: "RuntimeDefault" },
            },
          },
        ],
        volumes: [
          { name: "webhook-certificates", secret: { secretName: "cnpg-webhook-cert", optional: true } },
        ],
      },
    },
  },
};

/** The CloudNativePG operator without its admission webhooks, which nobody would answer. */
export const postgresOperatorStandIn: StandIn = {
  appVersion,
  values: { replicaCount: 1, resources: {} },
  objects: [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata } },
    ...kinds.map((kind) => ({ object: definition("postgresql.cnpg.io", "v1", kind) as Template })),
    { object: service },
    { object: deployment },
  ],
};
