import { setTimeout as pause } from "node:timers/promises";
import { type KubernetesClient, refOf } from "../kubernetes/client.ts";

/** Longest wait for definitions to be gone, in seconds; what is left then is for `down` to name. */
const removalSeconds = 60;

/**
 * Removes the definitions that charts leave behind, as the end of a cluster would, and waits until they are gone: one
 * that goes takes its objects with it, and the group it was the last of.
 */
export async function removeDefinitions(client: KubernetesClient): Promise<void> {
  const definitions = () => client.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  for (const definition of await definitions()) await client.delete(refOf(definition));
  const deadline = Date.now() + removalSeconds * 1000;
  while ((await definitions()).length > 0 && Date.now() < deadline) await pause(200);
}
