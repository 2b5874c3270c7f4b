import type { Problem } from "../components/problem.ts";
import { type Cost, costOf } from "./cost/cost.ts";
import { type Change, type Effect, worstOf } from "./effects/change.ts";
import { classify } from "./effects/classify.ts";
import { differences, shown } from "./effects/difference.ts";
import { type EdgeChanges, edgeChanges } from "./findings/edges.ts";
import { type ImageChange, imageChanges } from "./findings/images.ts";
import { type PermissionChanges, permissionChanges } from "./findings/permissions.ts";
import { type RouteChanges, routeChanges } from "./findings/routes.ts";
import { type Sketch, sketchOf } from "./findings/sketch.ts";
import { type Fit, fitOf } from "./fit/fit.ts";
import { withoutMarks } from "./plan/mask.ts";
import { objectKey, objectName, type Plan } from "./plan/plan.ts";

/** A change as a review tells it. */
export interface ReviewedChange extends Change {
  /** Data loss that the settings name, and so accept. */
  readonly acknowledged: boolean;
}

/** A setting that is another one afterwards. */
export interface SettingChange {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** An object whose description differs, masked. */
export interface ObjectDifference {
  readonly object: string;
  readonly change: "added" | "removed" | "changed";
  readonly lines: readonly string[];
}

/** What a change does to one environment. */
export interface Review {
  readonly stack: string;
  /** `refused`: one side could not be planned, see `problems`. */
  readonly result: "unchanged" | "changed" | "failed" | "refused";
  /** Worst effect of all changes. */
  readonly effect: Effect;
  readonly settings: readonly SettingChange[];
  readonly changes: readonly ReviewedChange[];
  readonly objects: readonly ObjectDifference[];
  readonly images: readonly ImageChange[];
  readonly permissions: PermissionChanges;
  readonly routes: RouteChanges;
  readonly edges: EdgeChanges;
  readonly fit: { readonly before: Fit; readonly after: Fit } | undefined;
  readonly cost: { readonly before: Cost; readonly after: Cost; readonly budget?: number } | undefined;
  /** The environment after the change, for its picture. */
  readonly sketch: Sketch;
  /** Charts that were not genuine. */
  readonly standIns: readonly string[];
  /** Why the check fails. */
  readonly problems: readonly Problem[];
  /** What is worth knowing and fails nothing. */
  readonly warnings: readonly string[];
}

const nothing = {
  settings: [],
  changes: [],
  objects: [],
  images: [],
  permissions: { granted: [], withdrawn: [] },
  routes: { appeared: [], vanished: [], changed: [] },
  edges: { opened: [], closed: [], unrestricted: [], restricted: [] },
  fit: undefined,
  cost: undefined,
  sketch: { hosts: [], stores: [], policies: 0, edges: 0 },
  standIns: [],
  warnings: [],
} as const;

/** The review of a stack that could not be planned. */
export function refused(stack: string, problems: readonly Problem[]): Review {
  return { stack, result: "refused", effect: "none", ...nothing, problems };
}

/** The review of a stack whose file is gone. */
export function abandoned(stack: string): Review {
  const warning = `Pulumi.${stack}.yaml is gone, and nothing else: the environment stays, and costs, until \`pulumi destroy\``;
  return { stack, result: "changed", effect: "none", ...nothing, problems: [], warnings: [warning] };
}

/**
 * Compares two plans of one stack.
 * @param replaced URNs of resources that a real preview says are replaced
 */
export function compare(before: Plan, after: Plan, replaced?: ReadonlySet<string>): Review {
  const { stack } = after;
  const acknowledged = new Set(after.settings.acknowledgeDataLoss);
  const changes = classify(before, after, replaced).map((change) => ({
    ...change,
    words: withoutMarks(change.words),
    acknowledged: change.effect === "data loss" && acknowledged.has(change.resource),
  }));
  const settings = settingChanges(before, after);
  const standIns = [...new Set([...before.standIns, ...after.standIns])];
  const fit = { before: fitOf(before), after: fitOf(after) };
  const budget = after.settings.monthlyBudget;
  const cost = { before: costOf(before), after: costOf(after), ...(budget !== undefined && { budget }) };
  if (changes.length === 0 && settings.length === 0)
    return {
      stack,
      result: "unchanged",
      effect: "none",
      ...nothing,
      fit,
      cost,
      sketch: sketchOf(after),
      standIns,
      problems: [],
      warnings: after.settings.warnings,
    };
  const problems = [...lossProblems(changes), ...fitProblems(fit.after), ...costProblems(cost)];
  return {
    stack,
    result: problems.length > 0 ? "failed" : "changed",
    effect: worstOf(changes),
    settings,
    changes,
    objects: objectDifferences(before, after),
    images: imageChanges(before.objects, after.objects),
    permissions: permissionChanges(before.objects, after.objects),
    routes: routeChanges(before.objects, after.objects),
    edges: edgeChanges(before.objects, after.objects),
    fit,
    cost,
    sketch: sketchOf(after),
    standIns,
    problems,
    warnings: [
      ...after.settings.warnings,
      ...fitWarnings(fit.after),
      ...staleAcknowledgements(changes, acknowledged),
    ],
  };
}

function settingChanges(before: Plan, after: Plan): SettingChange[] {
  const text = (value: unknown) => withoutMarks(shown(value));
  return differences(before.settings.file, after.settings.file).map(({ path, from, to }) => ({
    path,
    // Two secrets read the same; that they differ is told.
    from: text(from),
    to: text(from) === text(to) ? `another ${text(to)}` : text(to),
  }));
}

function objectDifferences(before: Plan, after: Plan): ObjectDifference[] {
  const [from, to] = [before, after].map(
    ({ objects }) => new Map(objects.map(({ object }) => [objectKey(object), object])),
  );
  const keys = [...new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])].sort();
  return keys.flatMap((key): ObjectDifference[] => {
    const [earlier, later] = [from?.get(key), to?.get(key)];
    const known = later ?? earlier;
    if (!known) return [];
    const object = objectName(known);
    if (!earlier || !later) return [{ object, change: later ? "added" : "removed", lines: [] }];
    const lines = differences(earlier, later).map(
      ({ path, from, to }) => `${path}: ${withoutMarks(`${shown(from)} → ${shown(to)}`)}`,
    );
    return lines.length > 0 ? [{ object, change: "changed", lines }] : [];
  });
}

function lossProblems(changes: readonly ReviewedChange[]): Problem[] {
  const lost = changes.filter(({ effect, acknowledged }) => effect === "data loss" && !acknowledged);
  return lost.map(({ resource, path, words }) => ({
    path: path ? `${resource} ${path}` : resource,
    reason: `data is lost: ${words}`,
    fix: `Take the change back. If the data may go, add "${resource}" to acknowledgeDataLoss in the stack's file, and take it out again afterwards.`,
  }));
}

/** Where no pools are known nothing is proved about room. */
function fitProblems({ pools, waiting, connections, overlaps }: Fit): Problem[] {
  const { atPeak, max } = connections;
  return [
    ...overlaps.map(rangeProblem),
    ...(waiting.length > 0 && pools.length > 0
      ? [
          {
            path: "pools",
            reason: `no node has room for ${waiting.join(", ")}`,
            fix: "Give the pool more or larger nodes, or lower the requests.",
          },
        ]
      : []),
    ...(max !== undefined && atPeak > max
      ? [
          {
            path: "postgres.connections",
            reason: `a rolling update opens up to ${atPeak} connections, and the server grants ${max}`,
            fix: "Raise postgres.connections (postgres.plan on a cloud), or lower connectionsPerPool or the replicas.",
          },
        ]
      : []),
  ];
}

function rangeProblem(pair: string): Problem {
  return {
    path: "cluster.ranges",
    reason: `the private ranges of ${pair} share addresses, so some of them cannot be reached`,
    fix: "Choose ranges apart from each other before the cluster is made: they can never change.",
  };
}

function fitWarnings({ pools, waitingDuringUpdate, afterLossOf }: Fit): string[] {
  if (pools.length === 0) return [];
  return [
    ...(waitingDuringUpdate.length > 0
      ? [`during an update of everything at once these wait for room: ${waitingDuringUpdate.join(", ")}`]
      : []),
    ...afterLossOf
      .filter(({ waiting }) => waiting.length > 0)
      .map(({ node, waiting }) => `without the node ${node} these find no room: ${waiting.join(", ")}`),
  ];
}

function costProblems({ before, after, budget }: NonNullable<Review["cost"]>): Problem[] {
  if (budget === undefined || after.monthly <= budget || after.monthly <= before.monthly) return [];
  return [
    {
      path: "monthlyBudget",
      reason: `the environment would cost $${after.monthly.toFixed(2)} a month, and the budget is $${budget.toFixed(2)}`,
      fix: "Choose smaller sizes, or raise monthlyBudget.",
    },
  ];
}

function staleAcknowledgements(
  changes: readonly ReviewedChange[],
  acknowledged: ReadonlySet<string>,
): string[] {
  const used = new Set(changes.filter((change) => change.acknowledged).map(({ resource }) => resource));
  return [...acknowledged]
    .filter((name) => !used.has(name))
    .map((name) => `acknowledgeDataLoss names ${name}, which loses nothing here: take it out`);
}
