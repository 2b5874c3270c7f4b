import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { resourceName } from "./events.ts";

/**
 * Takes the protection off everything in a stack's state, so that a rehearsal can end: what it protects is simulated.
 * Returns what the real command would have refused to delete.
 */
export async function liftProtection(stack: Stack): Promise<string[]> {
  const state = await stack.exportStack();
  const resources: { urn: string; protect?: boolean; retainOnDelete?: boolean }[] =
    state.deployment.resources ?? [];
  const held = resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete);
  if (held.length === 0) return [];
  const lifted = resources.map(({ protect: _, retainOnDelete: __, ...rest }) => rest);
  await stack.importStack({ ...state, deployment: { ...state.deployment, resources: lifted } });
  return held.map(({ urn }) => resourceName(urn));
}
