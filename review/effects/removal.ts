import { type KubernetesObject, objectName, type PlannedObject } from "../plan/plan.ts";
import { type Verdict, workloadKinds } from "./workload.ts";

/** The object of CloudNativePG that is a database. */
export function isDatabase({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === "Cluster" && apiVersion.startsWith("postgresql.cnpg.io/");
}

/** What data goes with an object; undefined when none does. */
export function heldBy(object: KubernetesObject): string | undefined {
  if (isDatabase(object)) return "the operator deletes the volumes of all instances with it";
  if (object.kind === "PersistentVolumeClaim") return "its volume is deleted with it";
  if (object.kind === "PersistentVolume" && object.spec?.persistentVolumeReclaimPolicy === "Delete")
    return "its disk is deleted with it";
  const deletesVolumes = object.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === "Delete";
  if (object.kind === "StatefulSet" && deletesVolumes)
    return "its volumes are deleted with it (persistentVolumeClaimRetentionPolicy)";
  return undefined;
}

/** Objects that lose data when their namespace, or the whole cluster, goes. */
export function holdings(objects: readonly PlannedObject[], namespace?: string): string[] {
  return objects
    .map(({ object }) => object)
    .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
    .filter((object) => heldBy(object) || object.spec?.volumeClaimTemplates?.length > 0)
    .map(objectName);
}

/** Kinds that answer somebody; without them somebody waits. */
const answering = new Set([
  "Service",
  "Ingress",
  "IngressRoute",
  "IngressRouteTCP",
  "HTTPRoute",
  "GRPCRoute",
]);
/** Kinds without which everything goes on as it was. */
const harmless = new Set([
  "NetworkPolicy",
  "PodDisruptionBudget",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodMonitor",
  "ServiceMonitor",
  "Job",
  "Event",
  "StorageClass",
  "PersistentVolume",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
]);

/**
 * What the removal of an object does.
 * @param before every object of the environment it is removed from
 * @param after every object that is still there afterwards
 */
export function removalEffect(
  planned: PlannedObject,
  before: readonly PlannedObject[],
  after: readonly PlannedObject[],
): Verdict {
  const { object, kept } = planned;
  if (kept) return { effect: "none", words: "no longer managed; the object itself stays" };
  const held = heldBy(object);
  if (held) return { effect: "data loss", words: `removed: ${held}` };
  if (object.kind === "Namespace") return namespaceRemoval(object, before);
  if (object.kind === "CustomResourceDefinition") return definitionRemoval(object, before);
  if (workloadKinds.has(object.kind)) {
    return object.spec?.replicas === 0
      ? { effect: "none", words: "removed; no pod of it ran" }
      : { effect: "downtime", words: "removed: its pods stop for good" };
  }
  if (answering.has(object.kind))
    return { effect: "downtime", words: "removed: nothing answers there any more" };
  if (harmless.has(object.kind)) return { effect: "none", words: "removed" };
  const user = userOf(object, after);
  if (user) return { effect: "downtime", words: `removed, but ${user} still needs it` };
  return { effect: "none", words: "removed; nothing that stays names it" };
}

function namespaceRemoval({ metadata }: KubernetesObject, before: readonly PlannedObject[]): Verdict {
  const held = holdings(before, metadata.name);
  if (held.length > 0)
    return { effect: "data loss", words: `removed with everything in it: ${held.join(", ")}` };
  const inhabited = before.some(({ object }) => object.metadata.namespace === metadata.name);
  return inhabited
    ? { effect: "downtime", words: "removed with everything in it" }
    : { effect: "none", words: "removed; nothing is in it" };
}

function definitionRemoval({ spec }: KubernetesObject, before: readonly PlannedObject[]): Verdict {
  const instances = before
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => kind === spec?.names?.kind && apiVersion.startsWith(`${spec?.group}/`));
  const names = instances.map(objectName).join(", ");
  if (instances.some(heldBy))
    return { effect: "data loss", words: `removed with every object of its kind: ${names}` };
  return instances.length > 0
    ? { effect: "downtime", words: `removed with every object of its kind: ${names}` }
    : { effect: "none", words: "removed; no object of its kind is planned" };
}

/** An object that stays and names this one; names are looked for as whole texts. */
function userOf(object: KubernetesObject, after: readonly PlannedObject[]): string | undefined {
  const name = JSON.stringify(object.metadata.name);
  const { namespace } = object.metadata;
  const found = after.find(
    ({ object: other }) =>
      (namespace === undefined || other.metadata.namespace === namespace || !other.metadata.namespace) &&
      JSON.stringify({ ...other, metadata: {} }).includes(name),
  );
  return found && objectName(found.object);
}
