import type { KubernetesObject, PlannedObject } from "../plan/plan.ts";
import type { Effect } from "./change.ts";

/** An effect and why. */
export interface Verdict {
  readonly effect: Effect;
  readonly words: string;
}

/** Kinds whose pods are made from `spec.template`. */
export const workloadKinds: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** What new pods in the place of the old ones do to a workload. */
export function restartEffect(object: KubernetesObject, all: readonly PlannedObject[]): Verdict {
  if (object.kind === "DaemonSet")
    return { effect: "rolling restart", words: "its pods restart, one node after the other" };
  const replicas = object.spec?.replicas ?? 1;
  if (replicas === 0) return { effect: "none", words: "no pod of it runs" };
  return object.kind === "StatefulSet"
    ? statefulSetRestart(object, replicas)
    : deploymentRestart(object, replicas, all);
}

function statefulSetRestart({ spec }: KubernetesObject, replicas: number): Verdict {
  if (spec.updateStrategy?.type === "OnDelete")
    return { effect: "none", words: "pods take it up when somebody deletes them (OnDelete)" };
  return replicas === 1
    ? { effect: "downtime", words: "its only pod stops before the new one starts" }
    : { effect: "rolling restart", words: "its pods restart one after the other, the last one first" };
}

function deploymentRestart(
  { spec, metadata }: KubernetesObject,
  replicas: number,
  all: readonly PlannedObject[],
): Verdict {
  const { type = "RollingUpdate", rollingUpdate } = spec.strategy ?? {};
  if (type === "Recreate")
    return { effect: "downtime", words: "every pod stops before a new one starts (Recreate)" };
  if (podsDuringUpdate(replicas, rollingUpdate).surge === 0 && replicas === 1)
    return { effect: "downtime", words: "its only pod stops before the new one starts (maxSurge 0)" };
  const volume = exclusiveVolume(spec, metadata.namespace, all);
  if (volume)
    return {
      effect: "downtime",
      words: `the new pod waits until the old one lets go of the volume ${volume}`,
    };
  return { effect: "rolling restart", words: "new pods start before old ones stop" };
}

/**
 * How many pods a rolling update adds and may take away, as Kubernetes rounds them: surge up, unavailable down.
 * Default: 25 % each.
 */
export function podsDuringUpdate(
  replicas: number,
  rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string } = {},
): { surge: number; unavailable: number } {
  const share = (value: number | string, round: (value: number) => number) =>
    typeof value === "number" ? value : round((replicas * Number.parseFloat(value)) / 100);
  const surge = share(rollingUpdate.maxSurge ?? "25%", Math.ceil);
  return { surge, unavailable: share(rollingUpdate.maxUnavailable ?? "25%", Math.floor) };
}

/** A claim that one node at a time may mount. */
function exclusiveVolume(
  spec: any,
  namespace: string | undefined,
  all: readonly PlannedObject[],
): string | undefined {
  const claims = (spec.template?.spec?.volumes ?? []).flatMap(
    (volume: { persistentVolumeClaim?: { claimName: string } }) =>
      volume.persistentVolumeClaim?.claimName ?? [],
  );
  return claims.find((claim: string) =>
    all.some(
      ({ object }) =>
        object.kind === "PersistentVolumeClaim" &&
        object.metadata.name === claim &&
        object.metadata.namespace === namespace &&
        !object.spec?.accessModes?.includes("ReadWriteMany"),
    ),
  );
}
