import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { refOf } from "../../kubernetes/client.ts";
import { describeObject, type KubernetesObject } from "../../kubernetes/objects.ts";
import { type Blocked, blockedIn } from "../../kubernetes/reasons.ts";
import { awaitSeconds, isAwaited, unready } from "./readiness.ts";

/** Nothing has moved for this long, in seconds, and something says why it cannot: further waiting is in vain. */
export const stuckSeconds = 15;

/** What a wait is given. */
export interface Waiting {
  readonly client: KubernetesClient;
  /** Says why something waits, while it does. */
  readonly report: (line: string) => void;
  /** Aborted when the engine wants the provider to stop. */
  readonly signal: AbortSignal;
}

/** Something did not become ready; each reason names an object and what stands in its way. */
export class NotReadyError extends Error {
  readonly what: string;
  readonly reasons: readonly string[];
  /** The object as it was when the wait was given up. */
  readonly live: KubernetesObject | undefined;

  constructor(what: string, reasons: readonly string[], live?: KubernetesObject) {
    super([what, ...reasons].join("\n"));
    this.what = what;
    this.reasons = reasons;
    this.live = live;
  }
}

/** Waits until an object is ready. @throws NotReadyError when it is stuck or too late */
export async function untilReady(object: KubernetesObject, waiting: Waiting): Promise<KubernetesObject> {
  if (!isAwaited(object)) return object;
  const { client, signal } = waiting;
  const watcher = watchBlocked(object.metadata.namespace ?? "default", waiting);
  const deadline = Date.now() + awaitSeconds(object) * 1000;
  const name = describeObject(object);
  for (let live = object; ; live = (await client.get(refOf(object))) ?? object) {
    const waitsFor = unready(live);
    if (waitsFor === undefined) return live;
    const failed = failedJob(live);
    if (failed) throw new NotReadyError(`${name} has failed`, [failed], live);
    const stuck = await watcher.stuck();
    if (stuck) throw new NotReadyError(`${name} waits in vain for ${waitsFor}`, stuck, live);
    if (Date.now() > deadline || signal.aborted) {
      const why = signal.aborted ? "was interrupted" : `took longer than ${awaitSeconds(object)} s`;
      throw new NotReadyError(`${name} ${why}: it waits for ${waitsFor}`, watcher.reasons(), live);
    }
    await pause(100);
  }
}

/** A reason that passes by itself within this time, in milliseconds, is not worth a line. */
const worthTellingMs = 2000;

/** Watches what is blocked in a namespace: reports each reason once, and knows when nothing moves any more. */
export function watchBlocked(namespace: string, { client, report }: Omit<Waiting, "signal">) {
  const firstSeen = new Map<string, number>();
  const tell = (reason: string) => {
    const first = firstSeen.get(reason) ?? asked;
    if (asked - first > worthTellingMs) report(`waiting: ${reason}`);
    firstSeen.set(reason, asked - first > worthTellingMs ? Number.POSITIVE_INFINITY : first);
  };
  let [seen, since, asked] = ["", Date.now(), 0];
  let reasons: string[] = [];
  const look = async () => {
    asked = Date.now();
    const blocked = await blockedIn(client, namespace);
    reasons = sentences(blocked);
    reasons.forEach(tell);
    const state = reasons.join("\n");
    if (state !== seen) [seen, since] = [state, Date.now()];
  };
  return {
    reasons: () => reasons,
    /** The reasons once they have stood unchanged for too long; undefined while there is hope. */
    async stuck(): Promise<readonly string[] | undefined> {
      if (Date.now() - asked > 500) await look();
      return reasons.length > 0 && Date.now() - since > stuckSeconds * 1000 ? reasons : undefined;
    },
  };
}

function sentences(blocked: readonly Blocked[]): string[] {
  return blocked.map(({ object, reason }) => `${object}: ${reason}`).sort();
}

function failedJob({ kind, status }: KubernetesObject): string | undefined {
  if (kind !== "Job") return undefined;
  const conditions: { type: string; status: string; message?: string }[] = status?.conditions ?? [];
  return conditions.find(({ type, status: met }) => type === "Failed" && met === "True")?.message;
}
