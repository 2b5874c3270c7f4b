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
export async function applyStandardStorageClass(
  client: KubernetesClient,
  name: string = standard.metadata.name,
): Promise<KubernetesObject> {
  const named = { ...standard, metadata: { ...standard.metadata, name } };
  await client.apply(named, { fieldManager, force: true });
  return named;
}

/** Takes the default StorageClass away. */
export async function removeStandardStorageClass(
  client: KubernetesClient,
  name: string = standard.metadata.name,
): Promise<void> {
  const { apiVersion, kind } = standard;
  await client.delete({ apiVersion, kind, name });
}
