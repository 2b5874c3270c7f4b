import { charts } from "../../components/charts.ts";
import { restrictedContainer, scheduling, standardLabels } from "./parts.ts";
import { Expression, type StandIn, type Template, value } from "./template.ts";

const { name, version } = charts.valkey;
const appVersion = "9.1.1";
const release = "{{ .Release.Name }}";
const tag = `{{ default \`${appVersion}\` .Values.image.tag }}`;

const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": release };
const labels = { ...selector, ...standardLabels(name, version), "app.kubernetes.io/version": tag };
const metadata = { name: release, labels };

const port = "tcp";
const configMap = `${release}-config`;

/** The three Services: for the pods' own names, for reading from any pod, for the primary. */
const services: readonly { suffix: string; component: string; spec: Record<string, Template> }[] = [
  {
    suffix: "-headless",
    component: "headless",
    spec: { clusterIP: "None", publishNotReadyAddresses: true, selector },
  },
  { suffix: "-read", component: "read", spec: { selector } },
  {
    suffix: "",
    component: "primary",
    spec: { selector: { ...selector, "statefulset.kubernetes.io/pod-name": `${release}-0` } },
  },
];

const image = `docker.io/valkey/valkey:${tag}`;
const containerSecurity = { ...restrictedContainer, runAsNonRoot: true, runAsUser: 1000 };
const data = { name: "valkey-data", mountPath: "/data" };

const statefulSet: Template = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata,
  spec: {
    serviceName: `${release}-headless`,
    replicas: new Expression("{{ add (int .Values.replica.replicas) 1 }}"),
    podManagementPolicy: "OrderedReady",
    selector: { matchLabels: selector },
    persistentVolumeClaimRetentionPolicy: value("replica.persistentVolumeClaimRetentionPolicy"),
    volumeClaimTemplates: [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: data.name },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: value("replica.persistence.storageClass"),
          resources: { requests: { storage: value("replica.persistence.size") } },
        },
      },
    ],
    template: {
      metadata: { labels: selector, annotations: value("podAnnotations") },
      spec: {
        automountServiceAccountToken: false,
        serviceAccountName: release,
        securityContext: {
          fsGroup: 1000,
          runAsGroup: 1000,
          runAsUser: 1000,
          seccompProfile: { type: "RuntimeDefault" },
        },
        ...scheduling(),
        initContainers: [
          {
            name: `${release}-init`,
            image,
            resources: value("initResources"),
            securityContext: containerSecurity,
            volumeMounts: [data],
          },
        ],
        containers: [
          {
            name: release,
            image,
            ports: [{ name: port, containerPort: 6379, protocol: "TCP" }],
            resources: value("resources"),
            securityContext: containerSecurity,
            volumeMounts: [data],
          },
        ],
        volumes: [
          { name: "valkey-config", configMap: { name: configMap } },
          { name: "valkey-users-secret", secret: { secretName: value("auth.usersExistingSecret") } },
        ],
      },
    },
  },
};

/** Valkey as a StatefulSet, the only way this project runs it. */
export const valkeyStandIn: StandIn = {
  appVersion,
  values: {
    image: {},
    replica: { replicas: 2, persistence: {} },
    auth: {},
    valkeyConfig: "",
    podAnnotations: {},
    resources: {},
    initResources: {},
  },
  objects: [
    { object: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false } },
    {
      object: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: configMap, labels },
        data: { "valkey.conf": value("valkeyConfig") },
      },
    },
    ...services.map(({ suffix, component, spec }) => ({
      object: {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
          name: `${release}${suffix}`,
          labels: { ...labels, "app.kubernetes.io/component": component },
        },
        spec: {
          type: "ClusterIP",
          ...spec,
          ports: [{ name: port, port: 6379, targetPort: port, protocol: "TCP" }],
        },
      },
    })),
    { object: statefulSet },
  ],
};
