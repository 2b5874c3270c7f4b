import type { PlannedObject } from "../plan/plan.ts";
import { podGroups } from "./pods.ts";

/** An image that is another one afterwards. */
export interface ImageChange {
  /** `Kind namespace/name container`. */
  readonly container: string;
  /** Undefined where there was none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Images that differ between two plans, containers that come and go included. */
export function imageChanges(
  before: readonly PlannedObject[],
  after: readonly PlannedObject[],
): ImageChange[] {
  const [from, to] = [images(before), images(after)];
  const containers = [...new Set([...from.keys(), ...to.keys()])].sort();
  return containers
    .map((container) => ({ container, from: from.get(container), to: to.get(container) }))
    .filter((change) => change.from !== change.to);
}

function images(objects: readonly PlannedObject[]): Map<string, string> {
  return new Map(
    podGroups(objects).flatMap(({ owner, spec }) =>
      [...(spec.initContainers ?? []), ...spec.containers].map(
        ({ name, image }) => [`${owner} ${name}`, image ?? ""] as const,
      ),
    ),
  );
}
