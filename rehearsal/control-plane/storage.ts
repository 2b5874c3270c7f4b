import type { KubernetesClient } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

const fieldManager = "speckle-stacks-rehearsal";

/** The class every cluster comes with, as kind has it: a volume comes once a pod that wants it is scheduled. */
const standard: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "rehearsal.speckle.systems/simulated",
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

/** Gives a cluster its default StorageClass. */
export async function applyStandardStorageClass(client: KubernetesClient): Promise<void> {
  await client.apply(standard, { fieldManager, force: true });
}

/** Takes the default StorageClass away. */
export async function removeStandardStorageClass(client: KubernetesClient): Promise<void> {
  const { apiVersion, kind, metadata } = standard;
  await client.delete({ apiVersion, kind, name: metadata.name });
}
