import type { Problem } from "../components/problem.ts";

/** What a look found. */
export interface Findings {
  /** What is as it should be, in words. */
  readonly passed: readonly string[];
  /** What is not. */
  readonly problems: readonly Problem[];
}

/** What became of a look at an environment from outside. */
export interface Outcome extends Findings {
  readonly stack: string;
  /** Address of the environment. */
  readonly url: string;
  /** `refused`: the input was wrong, and nobody was asked. */
  readonly result: "succeeded" | "failed" | "refused";
  readonly seconds: number;
}
