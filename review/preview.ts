import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { isPlainObject, type PlainObject } from "../components/merge.ts";
import { ProblemsError } from "../components/problem.ts";
import { worstOf } from "./effects/change.ts";
import { type Mask, masker } from "./plan/mask.ts";
import { objectName, type Plan, type PlannedResource } from "./plan/plan.ts";
import { ownObject } from "./plan/plans.ts";
import { compare, type Review, type ReviewedChange } from "./review.ts";

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
  /** Inputs or outputs that differ, where the engine says so. */
  readonly diffReasons?: readonly string[] | null;
}

/**
 * The review of a real `pulumi preview --json`: the engine knows both sides, and which resources it replaces; the
 * charts' objects are not in it.
 * @param acknowledgeDataLoss what may lose its data, from the stack's settings
 * @throws ProblemsError when the file cannot be read or is no preview
 */
export function previewReview(stack: string, file: string, acknowledgeDataLoss: readonly string[]): Review {
  return reviewSteps(stack, withoutRefresh(stepsOf(file)), acknowledgeDataLoss);
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
  const untold = untoldChanges(steps, [...before.resources, ...after.resources], review);
  const changes = [...review.changes, ...untold];
  const note =
    "Told from the engine's preview: what a release's chart changes inside the cluster is not in it.";
  return {
    ...review,
    result: untold.length > 0 && review.result === "unchanged" ? "changed" : review.result,
    effect: worstOf(changes),
    changes,
    fit: undefined,
    warnings: [...review.warnings, note],
  };
}

/** A refresh tells what was known before it; what it found is in the step that follows, where anything is to be done. */
function withoutRefresh(steps: readonly Step[]): Step[] {
  const followed = new Set(steps.filter(({ op }) => op !== "refresh").map(({ urn }) => urn));
  return steps.filter(({ op, urn }) => op !== "refresh" || !followed.has(urn));
}

const idle = new Set(["same", "refresh", "read"]);

/** What the engine does for another reason than inputs: never nothing, and how bad it is nobody can tell. */
function untoldChanges(
  steps: readonly Step[],
  resources: readonly PlannedResource[],
  review: Pick<Review, "changes">,
): ReviewedChange[] {
  const told = new Set(review.changes.map(({ resource }) => resource));
  const acting = new Map(steps.filter(({ op }) => !idle.has(op)).map((step) => [identity(step.urn), step]));
  return unique(resources).flatMap((resource): ReviewedChange[] => {
    const step = acting.get(resource.urn);
    const [own] = ownObject(resource);
    const name = own ? objectName(own.object) : resource.name;
    if (!step || told.has(name)) return [];
    const why = step.diffReasons?.length ? ` because of ${step.diffReasons.join(", ")}` : "";
    const words = `the engine's step is ${step.op}${why}, and its inputs do not tell what that does`;
    return [{ resource: name, path: "", effect: "downtime", words, acknowledged: false }];
  });
}

/** A preview does not tell the settings, so nothing is proved about room. */
const noSettings: Plan["settings"] = {
  pools: [],
  ifcImport: false,
  file: {},
  acknowledgeDataLoss: [],
  warnings: [],
};

function stepsOf(file: string): Step[] {
  const problem = (reason: string, fix = "Give the standard output of `pulumi preview --json`.") =>
    new ProblemsError([{ path: file, reason, fix }]);
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
  if (failed.length > 0) {
    const said = failed.map(({ message }) => message?.trim()).join("; ");
    throw problem(`the preview failed: ${said}`, "Mend what the engine names, and preview again.");
  }
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
