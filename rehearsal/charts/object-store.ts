import { charts } from "../../components/charts.ts";
import { scheduling, standardLabels } from "./parts.ts";
import { each, type StandIn, type Template, value } from "./template.ts";

const { name, version } = charts.objectStore;
const fullName = "{{ .Values.fullnameOverride }}";

const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "{{ .Release.Name }}" };
const labels = { ...selector, ...standardLabels(name, version) };
const metadata = { name: fullName, labels };

const port = "s3-api";
const claim = `${fullName}-data`;

/** Variables of the root account by the key of its Secret. */
const rootAccount = { rootAccessKeyId: "ROOT_ACCESS_KEY_ID", rootSecretAccessKey: "ROOT_SECRET_ACCESS_KEY" };

const deployment: Template = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: value("replicaCount"),
    selector: { matchLabels: selector },
    strategy: value("strategy"),
    template: {
      metadata: { labels: selector, annotations: value("podAnnotations") },
      spec: {
        serviceAccountName: fullName,
        automountServiceAccountToken: false,
        securityContext: value("podSecurityContext"),
        ...scheduling(),
        containers: [
          {
            name,
            image: "ghcr.io/versity/versitygw:{{ .Values.image.tag }}",
            env: [
              ...Object.entries(rootAccount).map(([key, variable]) => ({
                name: variable,
                valueFrom: { secretKeyRef: { name: value("auth.existingSecret"), key } },
              })),
              each("extraEnv"),
            ],
            ports: [{ name: port, containerPort: value("gateway.port"), protocol: "TCP" }],
            resources: value("resources"),
            securityContext: value("securityContext"),
            volumeMounts: [{ name: "data", mountPath: "/mnt/data", subPath: "data" }],
          },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
      },
    },
  },
};

/** Versity S3 Gateway over one volume of its own. */
export const objectStoreStandIn: StandIn = {
  values: {
    replicaCount: 1,
    image: { tag: "latest" },
    gateway: { port: 7070 },
    auth: {},
    extraEnv: [],
    persistence: {},
    podAnnotations: {},
    resources: {},
  },
  objects: [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata } },
    {
      object: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: claim, labels },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: value("persistence.storageClassName"),
          resources: { requests: { storage: value("persistence.size") } },
        },
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
          ports: [{ name: port, port: value("gateway.port"), targetPort: port, protocol: "TCP" }],
        },
      },
    },
    { object: deployment },
  ],
};
