import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { isPlainObject, type PlainObject } from "../components/merge.ts";
import { ProblemsError } from "../components/problem.ts";
import { type Mask, masker } from "./plan/mask.ts";
import type { Plan, PlannedResource } from "./plan/plan.ts";
import { ownObject } from "./plan/plans.ts";
import { compare, type Review } from "./review.ts";

/** One resource as a preview tells it. */
interface State {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: PlainObject;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

/** One step of `pulumi preview --json`. */
interface Step {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: State;
  readonly newState?: State;
}

/**
 * The review of a real `pulumi preview --json`: the engine knows both sides, and which resources it replaces; the
 * charts' objects are not in it.
 * @param acknowledgeDataLoss what may lose its data, from the stack's settings
 * @throws ProblemsError when the file cannot be read or is no preview
 */
export function previewReview(stack: string, file: string, acknowledgeDataLoss: readonly string[]): Review {
  return reviewSteps(stack, stepsOf(file), acknowledgeDataLoss);
}

function reviewSteps(stack: string, steps: readonly Step[], acknowledgeDataLoss: readonly string[]): Review {
  const mask = masker(randomBytes(32).toString("hex"));
  const plan = (states: readonly (State | undefined)[]): Plan => {
    const resources = states.flatMap((state) =>
      state?.custom === false || !state ? [] : [resourceOf(state, mask)],
    );
    return {
      stack,
      settings: { ...noSettings, acknowledgeDataLoss },
      resources: unique(resources),
      objects: resources.flatMap(ownObject),
      standIns: [],
    };
  };
  const isReplacing = ({ op }: Step) => /replace/.test(op);
  const before = plan(
    steps.filter(({ op }) => op !== "create").map(({ oldState, newState }) => oldState ?? newState),
  );
  const after = plan(
    steps.filter(({ op }) => !/^delete/.test(op)).map(({ newState, oldState }) => newState ?? oldState),
  );
  const replaced = new Set(steps.filter(isReplacing).map(({ urn }) => identity(urn)));
  const { fit: _fit, ...review } = compare(before, after, replaced);
  const told =
    "Told from the engine's preview: what a release's chart changes inside the cluster is not in it.";
  return { ...review, fit: undefined, warnings: [...review.warnings, told] };
}

/** A preview does not tell the settings, so nothing is proved about room. */
const noSettings: Plan["settings"] = {
  pools: [],
  file: {},
  acknowledgeDataLoss: [],
  warnings: [],
};

function stepsOf(file: string): Step[] {
  const problem = (reason: string) =>
    new ProblemsError([{ path: file, reason, fix: "Give the standard output of `pulumi preview --json`." }]);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw problem(`cannot be read: ${(error as Error).message}`);
  }
  if (!isPlainObject(document)) throw problem("is no preview");
  const { steps = [], diagnostics = [] } = document as {
    steps?: Step[];
    diagnostics?: { severity?: string; message?: string }[];
  };
  const failed = diagnostics.filter(({ severity }) => severity === "error");
  if (failed.length > 0)
    throw problem(`the preview failed: ${failed.map(({ message }) => message?.trim()).join("; ")}`);
  if (
    !Array.isArray(steps) ||
    !steps.every((step) => typeof step?.op === "string" && typeof step.urn === "string")
  )
    throw problem("has no steps of a preview");
  return steps;
}

function resourceOf(
  { urn, type, inputs = {}, provider = "", protect = false, retainOnDelete = false }: State,
  mask: Mask,
): PlannedResource {
  return {
    urn: identity(urn),
    type,
    name: urn.split("::").at(-1) ?? urn,
    provider: provider.split("::").at(-2) ?? "",
    inputs: mask(withoutDefaults(inputs)),
    aliases: [],
    protect,
    retainOnDelete,
    ignoreChanges: [],
    replaceOnChanges: [],
  };
}

/** The engine notes which inputs the provider filled in. */
function withoutDefaults(inputs: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__defaults"));
}

function identity(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** A replacement is told in several steps. */
function unique(resources: readonly PlannedResource[]): PlannedResource[] {
  return [...new Map(resources.map((resource) => [resource.urn, resource])).values()];
}
