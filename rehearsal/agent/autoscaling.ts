import { setTimeout as pause } from "node:timers/promises";
import { type CloudsHome, simulatedClouds } from "../clouds.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";

/** Wait between two looks at the pods that wait, in milliseconds. */
const lookMs = 1000;

/** Lets the simulated clouds of a home add nodes for pods that wait, until the signal aborts. */
export async function runAutoscaling(
  home: CloudsHome,
  client: KubernetesClient,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    for (const [name, cloud] of Object.entries(simulatedClouds(home, {}))) {
      try {
        for (const pool of await cloud.tick(client)) log(`${name}: a node more for pool ${pool}`);
      } catch (error) {
        log(`${name}: no look at the pods that wait: ${(error as Error).message}`);
      }
    }
    await pause(lookMs);
  }
}
