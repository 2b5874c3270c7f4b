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
    for (const cloud of Object.values(simulatedClouds(home, {}))) {
      const grown = await cloud.tick(client).catch((error: Error) => [`none: ${error.message}`]);
      if (grown.length > 0) log(`pools grown: ${grown.join(", ")}`);
    }
    await pause(lookMs);
  }
}
