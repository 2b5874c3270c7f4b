/** One thing that is wrong, told to the person who has to mend it. */
export interface Problem {
  /** Where: a setting's path (`cluster.type`) or a resource (`Deployment speckle/speckle-server`). */
  readonly path: string;
  /** What is wrong, and why that is so. */
  readonly reason: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Several problems reported together; carries no stack worth showing to a user. */
export class ProblemsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(describeProblems(problems));
    this.name = "ProblemsError";
    this.problems = problems;
  }
}

/** The problems as text: one paragraph each, path first. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, reason, fix }) => `${path}: ${reason}\n  ${fix}`).join("\n");
}
