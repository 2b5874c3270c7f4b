import { objectKey, objectName, type PlannedObject } from "../plan/plan.ts";
import type { Change } from "./change.ts";
import { differences, shown } from "./difference.ts";
import { heldBy, removalEffect } from "./removal.ts";
import { immutableAt, updateEffect } from "./updates.ts";

/** What the classification of objects knows beside the objects. */
export interface ObjectContext {
  readonly before: readonly PlannedObject[];
  readonly after: readonly PlannedObject[];
  /** Owners that are registered anew, by their earlier name: the engine deletes what stood under it. */
  readonly forgotten: ReadonlySet<string>;
  /** Owners that the engine itself says it replaces. */
  readonly replaced: ReadonlySet<string>;
  /** Whether the provider updates ConfigMaps and Secrets; otherwise it replaces them. */
  readonly mutableData: boolean;
}

/** What happens to the environment's objects. */
export function objectChanges(context: ObjectContext): Change[] {
  const before = byKey(context.before);
  const after = byKey(context.after);
  return [
    ...[...before].flatMap(([key, planned]) => {
      const next = after.get(key);
      return next ? keptObject(planned, next, context) : [removed(planned, context)];
    }),
    ...[...after].filter(([key]) => !before.has(key)).map(([, { object }]) => added(objectName(object))),
  ];
}

function byKey(objects: readonly PlannedObject[]): Map<string, PlannedObject> {
  return new Map(objects.map((planned) => [objectKey(planned.object), planned]));
}

function added(resource: string): Change {
  return { resource, path: "", effect: "none", words: "new" };
}

function removed(planned: PlannedObject, { before, after }: ObjectContext): Change {
  return { resource: objectName(planned.object), path: "", ...removalEffect(planned, before, after) };
}

function keptObject(planned: PlannedObject, next: PlannedObject, context: ObjectContext): Change[] {
  const resource = objectName(planned.object);
  if (isDeletedByItsEarlierName(planned, next, context)) {
    const { effect } = removalEffect(planned, context.before, []);
    const words = `registered under another name without an alias: ${next.owner} is made first, then deleting ${planned.owner} deletes this same object${because(planned)}`;
    return [{ resource, path: "", effect: effect === "none" ? "downtime" : effect, words }];
  }
  if (context.replaced.has(next.owner)) {
    // What goes with a release, the release itself tells.
    if (next.by === "release") return [];
    return [replaced(resource, "", planned, context, "it is replaced as a whole")];
  }
  if (planned.kept && next.kept && next.by === "release" && next.object.kind === "CustomResourceDefinition")
    return [];
  return differences(planned.object, next.object).map((difference): Change => {
    const { path, from, to } = difference;
    const what = `${shown(from)} → ${shown(to)}`;
    if (path === "apiVersion")
      return { resource, path, effect: "none", words: `${what}: the same object in another version` };
    if (immutableAt(next.object, path)) return replaced(resource, path, planned, context, what);
    if (isReplacedData(next, path, context))
      return {
        resource,
        path,
        effect: "replacement",
        words: `${what}: deleted before it is made anew, so a pod may find it absent`,
      };
    const update = { before: planned.object, object: next.object, difference, all: context.after };
    const { effect, words } = updateEffect(update);
    return { resource, path, effect, words: `${what}: ${words}` };
  });
}

/** The engine makes the new one first, which finds the object there, and deletes the old one after that. */
function isDeletedByItsEarlierName(
  planned: PlannedObject,
  next: PlannedObject,
  { forgotten }: ObjectContext,
): boolean {
  return (
    planned.by === "resource" && !planned.kept && planned.owner !== next.owner && forgotten.has(planned.owner)
  );
}

function because({ object }: PlannedObject): string {
  const held = heldBy(object);
  return held ? `, and ${held}` : "";
}

function replaced(
  resource: string,
  path: string,
  planned: PlannedObject,
  { before }: ObjectContext,
  what: string,
): Change {
  // What has run to its end serves nobody.
  if (planned.object.kind === "Job" && planned.by === "resource")
    return { resource, path, effect: "none", words: `${what}: it runs again, as another Job` };
  const { effect } = removalEffect({ ...planned, kept: false }, before, []);
  const how =
    planned.by === "release"
      ? "it cannot be changed: Helm's upgrade fails until somebody deletes the object"
      : "it cannot be changed, so the object is deleted and made anew";
  return {
    resource,
    path,
    effect: effect === "data loss" ? effect : "replacement",
    words: `${what}: ${how}${because(planned)}`,
  };
}

function isReplacedData(
  { object, by }: PlannedObject,
  path: string,
  { mutableData }: ObjectContext,
): boolean {
  return (
    by === "resource" &&
    !mutableData &&
    (object.kind === "Secret" || object.kind === "ConfigMap") &&
    /^(data|stringData|binaryData)/.test(path)
  );
}
