import { parseQuantity } from "../../components/quantity.ts";
import type { KubernetesObject, PlannedObject } from "../plan/plan.ts";
import { type Difference, isWithin, shown } from "./difference.ts";
import { type Immutable, immutableFields } from "./immutable.ts";
import { isDatabase } from "./removal.ts";
import { restartEffect, type Verdict, workloadKinds } from "./workload.ts";

/** What a rule sees of a change in an object that stays. */
interface Update {
  readonly before: KubernetesObject;
  readonly object: KubernetesObject;
  readonly difference: Difference;
  readonly all: readonly PlannedObject[];
}

/** The field of an object that the API server refuses to change, when the difference is in one. */
export function immutableAt(
  { apiVersion, kind, immutable }: KubernetesObject,
  path: string,
): Immutable | undefined {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  if (
    immutable === true &&
    (kind === "Secret" || kind === "ConfigMap") &&
    /^(data|stringData|binaryData)/.test(path)
  )
    return { kind: `/${kind}`, fields: ["data"], source: "the object says immutable: true" };
  const found = immutableFields.find((entry) => entry.kind === `${group}/${kind}`);
  const within = (patterns: readonly string[] = []) => patterns.some((pattern) => isWithin(path, pattern));
  return found && within(found.fields) && !within(found.except) ? found : undefined;
}

/** What a change in an object that stays does, where the API server accepts it. */
export function updateEffect(update: Update): Verdict {
  const { object, difference } = update;
  if (isShrink(difference) && /storage|\.size$/.test(difference.path) && holdsVolume(object))
    return { effect: "data loss", words: "a volume cannot shrink: only a new, empty one is smaller" };
  if (
    /^metadata\.(labels|annotations)/.test(difference.path) &&
    object.kind !== "Service" &&
    object.kind !== "Namespace"
  )
    return { effect: "none", words: "description only" };
  if (workloadKinds.has(object.kind)) return workloadUpdate(update);
  if (isDatabase(object)) return databaseUpdate(update);
  return byKind[object.kind]?.(update) ?? { effect: "none", words: "updated in place" };
}

function holdsVolume(object: KubernetesObject): boolean {
  return isDatabase(object) || object.kind === "PersistentVolumeClaim";
}

function isShrink({ from, to }: Difference): boolean {
  const [before, after] = [from, to].map((value) => parseQuantity(String(value)));
  return before !== undefined && after !== undefined && after < before;
}

function workloadUpdate({ object, difference, all }: Update): Verdict {
  const { path, from, to } = difference;
  if (path === "spec.replicas") {
    const [before, after] = [from ?? 1, to ?? 1] as number[];
    if (after === 0) return { effect: "downtime", words: "no pod of it runs any more" };
    return { effect: "none", words: Number(after) > Number(before) ? "more pods" : "fewer pods" };
  }
  return isWithin(path, "spec.template")
    ? restartEffect(object, all)
    : { effect: "none", words: "pods are not touched" };
}

/** Parameters that PostgreSQL takes up at its start only (postmaster context in pg_settings). */
const restartParameters =
  /parameters\.(max_connections|shared_buffers|wal_level|max_wal_senders|max_worker_processes|max_replication_slots|max_prepared_transactions|max_locks_per_transaction|huge_pages|wal_buffers|track_commit_timestamp)$/;

function databaseUpdate({ before, object, difference }: Update): Verdict {
  const { path } = difference;
  const restart: Verdict =
    object.spec?.instances > 1
      ? {
          effect: "rolling restart",
          words: "standbys restart first, then another instance takes over as primary",
        }
      : { effect: "downtime", words: "its only instance restarts" };
  if (path === "spec.imageName") {
    const [from, to] = [before, object].map(({ spec }) => /:(\d+)/.exec(spec?.imageName ?? "")?.[1]);
    return from === to
      ? restart
      : {
          effect: "downtime",
          words: "another major version: the whole database stops for pg_upgrade, without a way back",
        };
  }
  if (path === "spec.instances") return { effect: "none", words: "standbys come or go; the primary stays" };
  if (isWithin(path, "spec.bootstrap")) return { effect: "none", words: "read at the first start only" };
  if (path === "spec.storage.storageClass")
    return { effect: "none", words: "for volumes of new instances only" };
  if (isWithin(path, "spec.storage"))
    return { effect: "none", words: "volumes grow in place, if their class allows it" };
  if (isWithin(path, "spec.postgresql.parameters"))
    return restartParameters.test(path) ? restart : { effect: "none", words: "reloaded without a restart" };
  return /^spec\.(resources|affinity|env|projectedVolumeTemplate|topologySpreadConstraints|priorityClassName)/.test(
    path,
  )
    ? restart
    : { effect: "none", words: "the operator takes it up while it runs" };
}

/** Annotations of a Service that its cloud's load balancer cannot take up: a new one is made, with a new address. */
const balancerIdentity =
  /^metadata\.annotations\.service\.beta\.kubernetes\.io\/(aws-load-balancer-(type|scheme|nlb-target-type|name|subnets)|do-loadbalancer-(type|network))$/;

const byKind: Record<string, (update: Update) => Verdict> = {
  Service: ({ before, difference: { path, from } }) => {
    if (balancerIdentity.test(path) && from !== undefined)
      return { effect: "replacement", words: "the cloud makes a new load balancer with another address" };
    if (path === "spec.type" && before.spec?.type === "LoadBalancer")
      return { effect: "downtime", words: "its load balancer goes, and the address with it" };
    if (/^spec\.(selector|ports)/.test(path) && from !== undefined)
      return {
        effect: "downtime",
        words: "whoever uses the old one finds nobody until both sides are changed",
      };
    return { effect: "none", words: "updated in place" };
  },
  Namespace: ({ difference: { path } }) => ({
    effect: "none",
    words: path.includes("pod-security") ? "pods that run stay; new ones are held to it" : "updated in place",
  }),
  Secret: () => ({
    effect: "none",
    words: "pods read it at their next start, or within a minute where it is a file",
  }),
  ConfigMap: () => ({
    effect: "none",
    words: "pods read it at their next start, or within a minute where it is a file",
  }),
  IngressRoute: ({ difference: { path, from, to } }) => {
    const ofRoute = /^spec\.routes\[/.test(path) && !path.includes("].middlewares[");
    if (ofRoute && from !== undefined && to === undefined)
      return { effect: "downtime", words: `nothing answers there any more: ${shown(from)}` };
    if (path.startsWith("spec.entryPoints"))
      return { effect: "downtime", words: "its routes answer on other ports" };
    return { effect: "none", words: "Traefik takes it up at once" };
  },
  Middleware: ({ difference }) => ({
    effect: "none",
    words:
      isShrink(difference) && difference.path.endsWith("maxRequestBodyBytes")
        ? "Traefik refuses larger requests at once"
        : "Traefik takes it up at once",
  }),
  CustomResourceDefinition: ({ difference: { path, to } }) =>
    /^spec\.versions\[[^\]]*\]$/.test(path) && to === undefined
      ? {
          effect: "replacement",
          words: "objects stored in this version have to be converted first, or it is refused",
        }
      : { effect: "none", words: "objects that are there are not touched" },
  PersistentVolume: ({ difference: { path, to } }) => ({
    effect: "none",
    words:
      path === "spec.persistentVolumeReclaimPolicy" && to === "Delete"
        ? "from now on the disk is deleted with its claim"
        : "updated in place",
  }),
  ResourceQuota: () => ({ effect: "none", words: "pods that run stay; new ones are held to it" }),
};
