import type { Problem } from "../components/problem.ts";
import type { Settings } from "./settings.ts";
import { supportWarnings } from "./support.ts";

/** What goes on for now with these settings, and should not for ever. */
export function settingsWarnings(
  { cluster, acknowledged = [] }: Pick<Settings, "cluster" | "acknowledged">,
  today: Date,
): Problem[] {
  return [...supportWarnings(cluster, today), ...acknowledged.map(unprotected)];
}

function unprotected(name: string): Problem {
  return {
    path: "acknowledgeDataLoss",
    reason: `${name} is named, and so not protected: whatever changes it may take its data away`,
    fix: "Take the name out as soon as the change it is there for is made.",
  };
}
