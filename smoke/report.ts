import { describeProblems } from "../components/problem.ts";
import type { Outcome } from "./outcome.ts";

/** An outcome for a person. */
export function summary({ stack, url, result, seconds, passed, problems }: Outcome): string {
  const all = passed.length + problems.length;
  const sections = [
    result === "refused"
      ? `smoke ${stack}: refused`
      : `smoke ${stack}: ${passed.length} of ${all} as they should be at ${url}, after ${seconds} s`,
    passed.map((what) => `  ${what}`).join("\n"),
    problems.length > 0 ? `Problems:\n${describeProblems(problems)}` : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}
