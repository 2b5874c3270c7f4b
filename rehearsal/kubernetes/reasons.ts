import type { KubernetesClient } from "./client.ts";
import { describeObject, type KubernetesObject } from "./objects.ts";

/** Something that does not come up, and why. */
export interface Blocked {
  /** `Pod speckle/speckle-server-...`. */
  readonly object: string;
  readonly reason: string;
}

/** Why a pod is not ready, in the scheduler's or the kubelet's own words; undefined when it is, or is just starting. */
export function podReason(pod: KubernetesObject): string | undefined {
  if (pod.status?.phase === "Succeeded") return undefined;
  const conditions: { type: string; status: string; message?: string }[] = pod.status?.conditions ?? [];
  const unscheduled = conditions.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled) return unscheduled.message;
  const statuses: any[] = pod.status?.containerStatuses ?? [];
  const waiting = statuses.map(({ state }) => state?.waiting).find((state) => state?.message);
  return waiting && `${waiting.reason}: ${waiting.message}`;
}

/** Everything in a namespace that keeps pods or volumes from coming, each with the reason. */
export async function blockedIn(client: KubernetesClient, namespace: string): Promise<Blocked[]> {
  const list = (apiVersion: string, kind: string) => client.list(apiVersion, kind, { namespace });
  const [pods, replicaSets, statefulSets, jobs, claims] = await Promise.all([
    list("v1", "Pod"),
    list("apps/v1", "ReplicaSet"),
    list("apps/v1", "StatefulSet"),
    list("batch/v1", "Job"),
    list("v1", "PersistentVolumeClaim"),
  ]);
  const incomplete = [...statefulSets, ...jobs].filter(lacksPods);
  return [
    ...pods.flatMap((pod) => blocked(pod, podReason(pod))),
    ...replicaSets.flatMap((set) => blocked(set, refusedPods(set))),
    ...(incomplete.length > 0 ? await refusedByEvents(client, namespace, incomplete) : []),
    ...claims.flatMap((claim) => blocked(claim, claimReason(claim))),
  ];
}

function blocked(object: KubernetesObject, reason: string | undefined): Blocked[] {
  return reason ? [{ object: describeObject(object), reason }] : [];
}

/** Admission refuses pods, not Deployments: the ReplicaSet says so in a condition. */
function refusedPods({ status, spec }: KubernetesObject): string | undefined {
  if ((status?.replicas ?? 0) >= (spec.replicas ?? 1)) return undefined;
  const conditions: { type: string; status: string; message?: string }[] = status?.conditions ?? [];
  return conditions.find(({ type, status: met }) => type === "ReplicaFailure" && met === "True")?.message;
}

function lacksPods({ kind, status, spec }: KubernetesObject): boolean {
  if (kind === "Job") return !status?.active && !status?.succeeded;
  return (status?.replicas ?? 0) < (spec.replicas ?? 1);
}

/** StatefulSets and Jobs have no such condition; their refusals are events only. */
async function refusedByEvents(
  client: KubernetesClient,
  namespace: string,
  owners: readonly KubernetesObject[],
): Promise<Blocked[]> {
  const events = await client.list("v1", "Event", { namespace, fieldSelector: "reason=FailedCreate" });
  return owners.flatMap((owner) => {
    const own = events.filter(({ involvedObject }) => involvedObject.uid === owner.metadata.uid);
    return blocked(owner, own.at(-1)?.message);
  });
}

function claimReason({ spec, status }: KubernetesObject): string | undefined {
  if (status?.phase !== "Pending" || spec.storageClassName) return undefined;
  return "it names no StorageClass, and the cluster has no default one";
}
