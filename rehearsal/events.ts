import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation/index.js";
import type { Problem } from "../components/problem.ts";
import { resourceProblem } from "./advice.ts";
import { noOperations, type Operations } from "./outcome.ts";

/** Gathers what the engine says during one operation. */
export interface EventLog {
  onEvent(event: EngineEvent): void;
  /** Every error, each with its resource. */
  problems(): Problem[];
  operations(): Operations;
}

const signs: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "-" };

/** An event log that says each finished step in a line. */
export function eventLog(progress: (line: string) => void): EventLog {
  const problems: Problem[] = [];
  let changes: OpMap = {};
  return {
    onEvent({ diagnosticEvent, summaryEvent, resOutputsEvent }) {
      if (diagnosticEvent?.severity === "error") problems.push(...problemOf(diagnosticEvent));
      if (summaryEvent) changes = summaryEvent.resourceChanges;
      const { op, urn, new: after, old } = resOutputsEvent?.metadata ?? { op: "same", urn: "" };
      const sign = signs[op];
      if (sign && (after ?? old)?.custom) progress(`  ${sign} ${resourceName(urn)}`);
    },
    problems: () => problems,
    operations: () => ({
      ...noOperations,
      ...Object.fromEntries(Object.keys(noOperations).map((op) => [op, changes[op as keyof OpMap] ?? 0])),
    }),
  };
}

/** `Secret speckle-redis`, as lines and problems name a resource. */
export function resourceName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)?.split(":").at(-1)} ${name}`;
}

/** The engine closes with an error of its own that only says that there were some. */
function problemOf({ urn = "", message }: { urn?: string; message: string }): Problem[] {
  const plain = message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
  const text = plain.replace(/^\d+ errors? occurred:\s*\* /, "").replaceAll(/\n\s*\* /g, "\n");
  if (/^(update|preview|destroy) failed$/.test(text) || text === "") return [];
  return [resourceProblem(resourceName(urn), text)];
}
