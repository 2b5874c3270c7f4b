import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

/** Work on objects of one kind that a real cluster has somebody for and the rehearsal has not. */
export interface Reconciler {
  readonly apiVersion: string;
  readonly kind: string;
  /** What is simulated, as the summary says it. */
  readonly simulates: string;
  /** Brings the world in line with an object; says whether it is done or must be looked at again soon. */
  reconcile(object: KubernetesObject, client: KubernetesClient): Promise<"done" | "again">;
}

/** Wait, in milliseconds, before an object is looked at again. */
const againMs = 300;

/** Runs reconcilers until the signal aborts; an object is never worked on twice at once. */
export async function runReconcilers(
  client: KubernetesClient,
  reconcilers: readonly Reconciler[],
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  await Promise.all(reconcilers.map((reconciler) => follow(client, reconciler, signal, log)));
}

async function follow(
  client: KubernetesClient,
  reconciler: Reconciler,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const { apiVersion, kind } = reconciler;
  const latest = new Map<string, KubernetesObject>();
  const busy = new Set<string>();
  const work = async (key: string) => {
    if (busy.has(key)) return;
    busy.add(key);
    for (let object = latest.get(key); object && !signal.aborted; object = latest.get(key)) {
      const outcome = await reconciler.reconcile(object, client).catch((error: Error) => {
        log(`${kind} ${key}: ${error.message}`);
        return "again" as const;
      });
      if (outcome === "done" && latest.get(key) === object) break;
      if (latest.get(key) !== object) continue;
      await pause(againMs);
      await refresh(object, key);
    }
    busy.delete(key);
  };
  const refresh = async (seen: KubernetesObject, key: string) => {
    const { name, namespace } = seen.metadata;
    const now = await client.get({ apiVersion, kind, name, namespace }).catch(() => seen);
    if (latest.get(key) !== seen) return;
    if (now) latest.set(key, { ...now });
    else latest.delete(key);
  };
  for await (const { type, object } of client.watch(apiVersion, kind, { signal })) {
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    if (type === "DELETED") latest.delete(key);
    else {
      latest.set(key, { ...object, apiVersion, kind });
      void work(key);
    }
  }
}
