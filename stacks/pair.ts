import type { Problem } from "../components/problem.ts";

/** What is wrong with a secret that belongs to another setting. @param when the other setting, in words */
export function pairProblems(
  path: string,
  value: string | undefined,
  needed: boolean,
  when: string,
): Problem[] {
  if (needed === Boolean(value)) return [];
  if (!needed) return [{ path, reason: `is used only when ${when}`, fix: `Remove ${path}.` }];
  const fix = `Set it with \`pulumi config set --secret ${path}\`.`;
  return [{ path, reason: `is required when ${when}`, fix }];
}
