/** What somebody asks of a way to run Speckle, or a failure that it has to survive. */
export interface Requirement {
  /** Letter of where it is from, and a number that stays. */
  readonly id: string;
  readonly what: string;
  /** Files that fulfil it. */
  readonly where: readonly string[];
  /** Tests that show it: a file below test/, a colon, and words of one of its titles. */
  readonly tests: readonly string[];
  /** What of it is not there, and why; empty when nothing is missing. */
  readonly missing: string;
}

/** A requirement in one line: id, what, where, tests, and what is missing. */
export type Row = readonly [
  id: string,
  what: string,
  where: readonly string[],
  tests: readonly string[],
  missing?: string,
];

/** The requirement a row stands for. */
export function requirement([id, what, where, tests, missing = ""]: Row): Requirement {
  return { id, what, where, tests, missing };
}
