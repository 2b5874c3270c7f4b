import { isDatabase } from "../effects/removal.ts";
import { workloadKinds } from "../effects/workload.ts";
import { type KubernetesObject, objectName, type PlannedObject } from "../plan/plan.ts";

/** The pods one object makes, all alike. */
export interface PodGroup {
  /** `Kind namespace/name` of what makes them. */
  readonly owner: string;
  /** Their number; undefined for one on every node. */
  readonly replicas: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly spec: PodSpec;
  readonly object: KubernetesObject;
}

/** The parts of a pod's spec that are looked at. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly object[];
    };
  };
}

/** A taint a pod puts up with. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

/** Every group of pods the objects make; what an operator makes of its own objects included. */
export function podGroups(objects: readonly PlannedObject[]): PodGroup[] {
  return objects.flatMap(({ object }) => {
    if (workloadKinds.has(object.kind)) return [workloadPods(object)];
    return isDatabase(object) ? [databasePods(object)] : [];
  });
}

function workloadPods(object: KubernetesObject): PodGroup {
  return {
    owner: objectName(object),
    replicas: object.kind === "DaemonSet" ? undefined : (object.spec?.replicas ?? 1),
    labels: object.spec?.template?.metadata?.labels ?? {},
    namespace: object.metadata.namespace ?? "",
    spec: object.spec?.template?.spec ?? { containers: [] },
    object,
  };
}

/** CloudNativePG's pods follow from its object; their labels are the operator's. */
function databasePods(object: KubernetesObject): PodGroup {
  const { instances, imageName, resources, affinity } = object.spec ?? {};
  return {
    owner: objectName(object),
    replicas: instances ?? 1,
    labels: { "cnpg.io/cluster": object.metadata.name },
    namespace: object.metadata.namespace ?? "",
    spec: {
      containers: [{ name: "postgres", image: imageName, resources }],
      nodeSelector: affinity?.nodeSelector,
      tolerations: affinity?.tolerations,
    },
    object,
  };
}
