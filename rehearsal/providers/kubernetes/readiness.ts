import type { KubernetesObject } from "../../kubernetes/objects.ts";

/** Whether an object has become what it is meant to be; undefined means yes, otherwise what it waits for. */
export function unready(object: KubernetesObject): string | undefined {
  const wanted = object.metadata.annotations?.["pulumi.com/waitFor"];
  if (wanted) return conditionsOf(wanted).flatMap((condition) => unmet(object, condition) ?? [])[0];
  return rules[object.kind]?.(object);
}

/** Whether the genuine provider would wait for an object at all. */
export function isAwaited({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.["pulumi.com/skipAwait"] !== "true";
}

/** Longest wait for an object, in seconds: its annotation `pulumi.com/timeoutSeconds`, or ten minutes. */
export function awaitSeconds({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.["pulumi.com/timeoutSeconds"] ?? 600);
}

type Rule = (object: KubernetesObject) => string | undefined;

const rules: Record<string, Rule> = {
  Deployment: (object) => rollout(object, object.status?.availableReplicas, "available"),
  StatefulSet: (object) => rollout(object, object.status?.readyReplicas, "ready"),
  ReplicaSet: (object) => replicas(object, object.status?.readyReplicas, "ready"),
  DaemonSet: ({ status }) => count(status?.numberReady, status?.desiredNumberScheduled ?? 1, "ready"),
  Pod: (object) => (object.status?.phase === "Succeeded" ? undefined : condition(object, "Ready")),
  Job: (object) => condition(object, "Complete"),
  Service: ({ spec, status }) =>
    spec.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length
      ? "a load balancer's address"
      : undefined,
  PersistentVolumeClaim: ({ status }) => (status?.phase === "Bound" ? undefined : "a volume"),
  // Until its controller has counted, the API server refuses every pod the quota is about.
  ResourceQuota: ({ spec, status }) =>
    Object.keys(spec?.hard ?? {}).every((resource) => resource in (status?.hard ?? {}))
      ? undefined
      : "its controller to count",
  CustomResourceDefinition: (object) => condition(object, "Established"),
};

function rollout(object: KubernetesObject, have: number | undefined, what: string): string | undefined {
  const { metadata, status } = object;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return "its controller to notice";
  const wanted = object.spec.replicas ?? 1;
  return (
    count(status?.updatedReplicas, wanted, "updated") ??
    count(have, wanted, what) ??
    ((status?.replicas ?? 0) > wanted ? "old pods to end" : undefined)
  );
}

function replicas(object: KubernetesObject, have: number | undefined, what: string): string | undefined {
  return count(have, object.spec.replicas ?? 1, what);
}

function count(have: number | undefined, wanted: number, what: string): string | undefined {
  return (have ?? 0) >= wanted ? undefined : `${wanted} ${what} pods (there are ${have ?? 0})`;
}

function condition({ status }: KubernetesObject, type: string, wanted = "True"): string | undefined {
  const conditions: { type: string; status: string; message?: string }[] = status?.conditions ?? [];
  const found = conditions.find((candidate) => candidate.type === type);
  if (found?.status === wanted) return undefined;
  return `condition ${type}=${wanted}${found?.message ? ` (${found.message})` : ""}`;
}

/** The annotation holds one condition, or several as JSON. */
function conditionsOf(annotation: string): string[] {
  return annotation.startsWith("[") ? JSON.parse(annotation) : [annotation];
}

/** `condition=Type[=Status]` or `jsonpath={.path}[=value]`, as the genuine provider documents them. */
function unmet(object: KubernetesObject, wanted: string): string | undefined {
  const [, kind, subject = "", value] =
    /^(condition|jsonpath)=(\{[^}]*\}|[^=]+)(?:=(.*))?$/.exec(wanted) ?? [];
  if (kind === "condition") return condition(object, subject, value);
  if (kind !== "jsonpath") return `pulumi.com/waitFor: ${wanted} is neither condition= nor jsonpath=`;
  const found = at(object, subject.replace(/^\{\.?|\}$/g, "").split("."));
  const met = value === undefined ? found !== undefined : String(found) === value;
  return met ? undefined : wanted;
}

function at(value: any, path: readonly string[]): unknown {
  return path.reduce((inner, key) => inner?.[key], value);
}
