import { startCondition } from "../control-plane/stages.ts";
import { refOf } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Reconciler } from "./reconciler.ts";

/** Why a container cannot start, in a kubelet's own words. */
export interface Refusal {
  readonly container: string;
  readonly reason: "CreateContainerConfigError" | "ContainerCreating";
  readonly message: string;
}

/** Gives an object of the pod's namespace, or undefined when it is not there. */
export type Lookup = (kind: "Secret" | "ConfigMap", name: string) => Promise<KubernetesObject | undefined>;

/** A simulated node runs anything, so a pod is let start only once everything it names is there. */
export const kubelet: Reconciler = {
  apiVersion: "v1",
  kind: "Pod",
  simulates:
    "containers: pods run nothing, and start once every Secret, ConfigMap and key they name is there",
  async reconcile(pod, client) {
    if (!waitsForKubelet(pod)) return "done";
    const { namespace } = pod.metadata;
    const lookup: Lookup = (kind, name) => client.get({ apiVersion: "v1", kind, namespace, name });
    const refusals = await kubeletRefusals(pod, lookup);
    if (refusals.length === 0) {
      const start = { type: startCondition, status: "True" };
      await client.merge(refOf(pod), { status: { conditions: [...pod.status.conditions, start] } }, "status");
      return "done";
    }
    const containerStatuses = waitingStatuses(pod, refusals);
    if (
      JSON.stringify(pod.status.containerStatuses?.map(waiting)) !==
      JSON.stringify(containerStatuses.map(waiting))
    )
      await client.merge(refOf(pod), { status: { containerStatuses } }, "status");
    return "again";
  },
};

/** Everything that keeps a pod's containers from starting. */
export async function kubeletRefusals(pod: KubernetesObject, lookup: Lookup): Promise<Refusal[]> {
  const containers: any[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const checks = [
    ...(pod.spec.volumes ?? []).flatMap(volumeReferences).map((reference: Reference) => ({
      reference,
      container: containers[0].name,
      reason: "ContainerCreating" as const,
    })),
    ...containers.flatMap((container) =>
      environmentReferences(container).map((reference) => ({
        reference,
        container: container.name,
        reason: "CreateContainerConfigError" as const,
      })),
    ),
  ];
  const found = await Promise.all(
    checks.map(async ({ reference, container, reason }) => {
      const message = await missing(reference, pod.metadata.namespace ?? "", lookup);
      return message === undefined ? [] : [{ container, reason, message }];
    }),
  );
  return found.flat();
}

/** One object, and keys of it, that a pod names. */
interface Reference {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly keys: readonly string[];
  /** What a kubelet puts in front of its words. */
  readonly prefix: string;
}

function environmentReferences(container: any): Reference[] {
  const single = (container.env ?? []).flatMap(({ valueFrom }: any) => [
    ...reference("Secret", valueFrom?.secretKeyRef),
    ...reference("ConfigMap", valueFrom?.configMapKeyRef),
  ]);
  const whole = (container.envFrom ?? []).flatMap(({ secretRef, configMapRef }: any) => [
    ...reference("Secret", secretRef),
    ...reference("ConfigMap", configMapRef),
  ]);
  return [...single, ...whole];
}

function volumeReferences(volume: any): Reference[] {
  const prefix = `MountVolume.SetUp failed for volume "${volume.name}" : `;
  const mounted = [volume, ...(volume.projected?.sources ?? [])];
  return mounted.flatMap(({ secret, configMap }: any) => [
    ...reference("Secret", secret && { name: secret.secretName ?? secret.name, ...secret }, prefix),
    ...reference("ConfigMap", configMap, prefix),
  ]);
}

function reference(kind: Reference["kind"], source: any, prefix = ""): Reference[] {
  if (!source || source.optional) return [];
  const keys = source.key ? [source.key] : (source.items ?? []).map(({ key }: { key: string }) => key);
  return [{ kind, name: source.name, keys, prefix }];
}

async function missing(
  { kind, name, keys, prefix }: Reference,
  namespace: string,
  lookup: Lookup,
): Promise<string | undefined> {
  const object = await lookup(kind, name);
  if (!object) return `${prefix}${kind.toLowerCase()} "${name}" not found`;
  const present = { ...object.data, ...object.binaryData };
  const absent = keys.find((key) => !(key in present));
  return absent && `${prefix}couldn't find key ${absent} in ${kind} ${namespace}/${name}`;
}

function waitsForKubelet({ metadata, spec, status }: KubernetesObject): boolean {
  const started = status?.conditions?.some(({ type }: { type: string }) => type === startCondition);
  return Boolean(spec.nodeName && status?.phase === "Pending" && !metadata.deletionTimestamp && !started);
}

function waitingStatuses(pod: KubernetesObject, refusals: readonly Refusal[]) {
  const common = { image: "", imageID: "", ready: false, restartCount: 0, started: false };
  return pod.spec.containers.map(({ name }: { name: string }) => {
    const refusal = refusals.find(({ container }) => container === name) ?? refusals[0];
    return { ...common, name, state: { waiting: { reason: refusal?.reason, message: refusal?.message } } };
  });
}

function waiting(status: any): unknown {
  return status.state?.waiting;
}
