import { type Problem, ProblemsError } from "../components/problem.ts";

const noRight =
  "Give whoever runs this the right to write there. $SPECKLE_STACKS_CACHE names another folder for the toolchain.";

/** What to do about what an operating system refuses, by its code. */
const fixes: Readonly<Record<string, string>> = {
  EACCES: noRight,
  EPERM: noRight,
  EROFS: noRight,
  ENOSPC: "Make room on that disk, and run the command again.",
  EDQUOT: "Make room within the quota of whoever runs this, and run the command again.",
};

/** What was thrown, as problems a user can mend. @throws the error itself when it is none of theirs */
export function mendable(error: unknown): readonly Problem[] {
  if (error instanceof ProblemsError) return error.problems;
  const { code = "", path, message } = error as NodeJS.ErrnoException;
  const fix = fixes[code];
  if (!fix || !path) throw error;
  return [{ path, reason: message, fix }];
}
