import { refOf } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Reconciler } from "./reconciler.ts";

/** Gives a claim its volume as a storage driver would: any class that exists has one. */
export const claims: Reconciler = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  simulates: "volumes: claims of any existing StorageClass are bound, and hold nothing",
  async reconcile(claim, client) {
    if (claim.spec.volumeName || !claim.spec.storageClassName || claim.metadata.deletionTimestamp)
      return "done";
    const name = claim.spec.storageClassName;
    const storageClass = await client.get({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name });
    if (!storageClass) return "again";
    const waits = storageClass.volumeBindingMode === "WaitForFirstConsumer";
    const nodeName = claim.metadata.annotations?.["volume.kubernetes.io/selected-node"];
    if (waits && !nodeName) return "done";
    await client.apply(volumeFor(claim, storageClass), { fieldManager: "rehearsal", force: true });
    return "done";
  },
};

/** Removes released volumes, as a storage driver would. */
export const releasedVolumes: Reconciler = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  simulates: "deletion of released volumes",
  async reconcile(volume, client) {
    const { status, spec } = volume;
    if (status?.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete")
      await client.delete(refOf(volume));
    return "done";
  },
};

function volumeFor(claim: KubernetesObject, storageClass: KubernetesObject): KubernetesObject {
  const { name, namespace, uid } = claim.metadata;
  const { accessModes, resources } = claim.spec;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: `pvc-${uid}`,
      annotations: { "pv.kubernetes.io/provisioned-by": storageClass.provisioner },
    },
    spec: {
      accessModes,
      capacity: { storage: resources.requests.storage },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name,
      hostPath: { path: "/simulated" },
    },
  };
}
