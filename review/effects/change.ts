/** What a change does to the environment, mildest first. */
export const effects = ["none", "rolling restart", "downtime", "replacement", "data loss"] as const;
export type Effect = (typeof effects)[number];

/** One change and what it does. */
export interface Change {
  /** Logical name of the resource, or `Kind namespace/name` of an object. */
  readonly resource: string;
  /** Where in it; empty for the whole. */
  readonly path: string;
  readonly effect: Effect;
  /** What happens, in a sentence. */
  readonly words: string;
}

/** The worse of two effects. */
export function worse(a: Effect, b: Effect): Effect {
  return effects.indexOf(a) >= effects.indexOf(b) ? a : b;
}

/** The worst effect of changes; `none` when there are none. */
export function worstOf(changes: readonly Pick<Change, "effect">[]): Effect {
  return changes.map(({ effect }) => effect).reduce(worse, "none");
}
