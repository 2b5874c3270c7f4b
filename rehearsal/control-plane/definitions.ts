import { setTimeout as pause } from "node:timers/promises";
import { type KubernetesClient, refOf } from "../kubernetes/client.ts";

/** Longest wait for definitions to go, in milliseconds. */
const goneMs = 30_000;

/** Removes the definitions that charts leave behind, and waits until they are gone: they go with a deleted cluster. */
export async function removeDefinitions(client: KubernetesClient): Promise<void> {
  const list = () => client.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  await Promise.all((await list()).map((definition) => client.delete(refOf(definition))));
  for (const deadline = Date.now() + goneMs; Date.now() < deadline; await pause(200)) {
    if ((await list()).length === 0) return;
  }
}
