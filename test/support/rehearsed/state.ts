import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../../../rehearsal/home.ts";
import { project } from "../../../rehearsal/stack-file.ts";

/** What the engine keeps of a stack, as far as checks look at it. */
interface EngineState {
  readonly resources: readonly { readonly urn: string; readonly type: string; readonly inputs?: any }[];
  /** What an engine that was killed had begun. */
  readonly pending_operations?: readonly object[];
}

/** The file that holds a stack's state. */
export function engineState({ state, stack }: Home): EngineState {
  const file = join(state, ".pulumi", "stacks", project, `${stack}.json`);
  return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest;
}
