import { charts } from "../../components/charts.ts";
import { scheduling } from "./parts.ts";
import { type StandIn, value } from "./template.ts";

const { name, version } = charts.clusterAutoscaler;
const appVersion = "1.35.0";
const port = 8085;
const fullName = "{{ .Values.fullnameOverride }}";
const account = "{{ .Values.rbac.serviceAccount.name }}";

const selector = {
  "app.kubernetes.io/instance": "{{ .Release.Name }}",
  "app.kubernetes.io/name": `{{ .Values.cloudProvider }}-${name}`,
};
const labels = {
  ...selector,
  "helm.sh/chart": `${name}-${version}`,
  "app.kubernetes.io/managed-by": "Helm",
};
const metadata = { name: fullName, namespace: "{{ .Release.Namespace }}", labels };

/** The cluster autoscaler, as far as its presence goes: what it does is the simulated cloud's. */
export const clusterAutoscalerStandIn: StandIn = {
  appVersion,
  values: {
    replicaCount: 1,
    fullnameOverride: "",
    cloudProvider: "aws",
    resources: {},
    priorityClassName: "system-cluster-critical",
    nodeSelector: {},
    tolerations: [],
    affinity: {},
    topologySpreadConstraints: [],
    securityContext: {},
    containerSecurityContext: {},
    rbac: { serviceAccount: { name: "" } },
  },
  objects: [
    {
      object: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { ...metadata, name: account },
        automountServiceAccountToken: true,
      },
    },
    {
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          type: "ClusterIP",
          selector,
          ports: [{ name: "http", port, targetPort: port, protocol: "TCP" }],
        },
      },
    },
    {
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: value("replicaCount"),
          selector: { matchLabels: selector },
          template: {
            metadata: { labels: selector },
            spec: {
              serviceAccountName: account,
              priorityClassName: value("priorityClassName"),
              securityContext: value("securityContext"),
              ...scheduling(),
              containers: [
                {
                  name: `{{ .Values.cloudProvider }}-${name}`,
                  image: `registry.k8s.io/autoscaling/cluster-autoscaler:v${appVersion}`,
                  ports: [{ containerPort: port }],
                  resources: value("resources"),
                  securityContext: value("containerSecurityContext"),
                },
              ],
            },
          },
        },
      },
    },
  ],
};
