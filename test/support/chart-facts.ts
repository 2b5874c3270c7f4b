import { parse } from "yaml";
import { parseQuantity } from "../../components/quantity.ts";
import { secretVersionAnnotation } from "../../components/secrets/annotation.ts";

/** Kinds the contract of a stand-in chart is about. */
const kinds = /^(?:kind: |.*"kind": ")(Deployment|StatefulSet|Service|ServiceAccount|ConfigMap)\b/m;

/** What a chart's rendering says that admission, scheduling, routing or a kubelet depend on, by kind and name. */
export function chartFacts(rendering: string, namespace: string): Record<string, object> {
  const objects = objectsOf(rendering);
  const own = objects.flatMap(({ kind, metadata }) => (kind === "ConfigMap" ? [metadata.name] : []));
  const facts = objects.flatMap((object) => {
    const found = factsOf(object, own);
    const { name, namespace: where = namespace, labels } = object.metadata;
    return found ? [[`${object.kind} ${where}/${name}`, { labels, ...found }]] : [];
  });
  return Object.fromEntries(facts);
}

/** Names of the workloads whose pods fall short of the `restricted` Pod Security Standard. */
export function insecurePods(rendering: string): string[] {
  const workloads = objectsOf(rendering).filter(({ spec }) => spec?.template);
  return workloads.filter(({ spec }) => !restricted(spec.template.spec)).map(({ metadata }) => metadata.name);
}

function objectsOf(rendering: string): any[] {
  // Definitions make up nearly all of an operator's rendering, and take seconds to read.
  const documents = rendering.split(/^---$/m).filter((text) => kinds.test(text));
  return documents
    .map((text) => parse(text))
    .filter(({ metadata }) => !metadata.annotations?.["helm.sh/hook"]);
}

function factsOf(
  { kind, metadata, spec, ...object }: any,
  ownConfigMaps: readonly string[],
): object | undefined {
  switch (kind) {
    case "ServiceAccount":
      return {
        annotations: metadata.annotations ?? {},
        automount: object.automountServiceAccountToken,
        secrets: object.secrets ?? [],
      };
    case "Service":
      return {
        type: spec.type ?? "ClusterIP",
        clusterIP: spec.clusterIP,
        selector: spec.selector,
        publishNotReady: spec.publishNotReadyAddresses ?? false,
        ports: spec.ports.map(({ protocol = "TCP", nodePort, ...port }: any) => ({
          ...port,
          protocol,
          nodePort: nodePort ?? undefined,
        })),
      };
    case "Deployment":
    case "StatefulSet":
      return {
        replicas: spec.replicas,
        strategy: spec.strategy ?? "default",
        podManagementPolicy: spec.podManagementPolicy,
        serviceName: spec.serviceName,
        selector: spec.selector,
        podLabels: spec.template.metadata.labels,
        podMark: spec.template.metadata.annotations?.[secretVersionAnnotation],
        claims: spec.volumeClaimTemplates?.map(({ metadata: { name }, spec: claim }: any) => ({
          name,
          ...claim,
          storageClassName: claim.storageClassName ?? undefined,
        })),
        ...podFacts(spec.template.spec, ownConfigMaps),
      };
    default:
      return undefined;
  }
}

function podFacts(pod: any, ownConfigMaps: readonly string[]): object {
  return {
    serviceAccount: pod.serviceAccountName,
    automount: pod.automountServiceAccountToken,
    priorityClass: pod.priorityClassName,
    graceSeconds: pod.terminationGracePeriodSeconds ?? 30,
    nodeSelector: pod.nodeSelector ?? {},
    tolerations: pod.tolerations ?? [],
    affinity: pod.affinity ?? {},
    spread: pod.topologySpreadConstraints ?? [],
    security: pod.securityContext ?? {},
    volumes: (pod.volumes ?? []).flatMap((volume: any) => outerReference(volume, ownConfigMaps)).sort(),
    containers: pod.containers.map(containerFacts),
    initContainers: (pod.initContainers ?? []).map(containerFacts),
  };
}

/** What a volume needs that the chart does not bring. */
function outerReference({ secret, configMap, persistentVolumeClaim }: any, own: readonly string[]): string[] {
  if (secret) return [`Secret ${secret.secretName}${secret.optional ? " (optional)" : ""}`];
  if (configMap && !own.includes(configMap.name)) return [`ConfigMap ${configMap.name}`];
  return persistentVolumeClaim ? [`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`] : [];
}

function containerFacts(container: any): object {
  const { name, image, lifecycle, ports = [], resources, securityContext, env } = container;
  const secrets = (env ?? []).flatMap(({ name: variable, valueFrom }: any) =>
    valueFrom?.secretKeyRef
      ? [`${variable}=${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`]
      : [],
  );
  return {
    name,
    image: image.replace(/:[^:/]+$/, ""),
    preStop: lifecycle?.preStop,
    ports,
    requests: quantities(resources?.requests),
    limits: quantities(resources?.limits),
    security: securityContext ?? {},
    secrets: secrets.sort(),
  };
}

function quantities(resources: Record<string, string | number> = {}): object {
  return Object.fromEntries(
    Object.entries(resources).map(([name, quantity]) => [name, parseQuantity(String(quantity))]),
  );
}

function restricted({ securityContext: pod, initContainers = [], containers }: any): boolean {
  return [...initContainers, ...containers].every(
    ({ securityContext: own }) =>
      own?.allowPrivilegeEscalation === false &&
      own.capabilities?.drop?.includes("ALL") &&
      (own.runAsNonRoot ?? pod?.runAsNonRoot) === true &&
      (own.seccompProfile ?? pod?.seccompProfile)?.type === "RuntimeDefault",
  );
}
