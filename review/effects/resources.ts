import { type Plan, type PlannedResource, plannedId } from "../plan/plan.ts";
import { releaseType } from "../plan/render.ts";
import type { Change, Effect } from "./change.ts";
import { worse, worstOf } from "./change.ts";
import { type Difference, differences, isWithin, leaves, shown } from "./difference.ts";
import { holdings, removalEffect } from "./removal.ts";
import { clusterTypes, credentialTypes, isKnown, replacingPaths, resourceEffects } from "./replacing.ts";

/** A resource on both sides. */
export interface Pair {
  readonly before: PlannedResource;
  readonly after: PlannedResource;
}

/** Type of the Kubernetes provider. */
export const kubernetesProvider = "pulumi:providers:kubernetes";

/**
 * What happens to a resource that is no Kubernetes object and stays.
 * @param replaced whether the engine itself says that it is replaced
 * @param renewed names of resources that are made anew, and so get another id
 */
export function pairChanges(
  { before, after }: Pair,
  plans: Plans,
  replaced: boolean,
  renewed: ReadonlySet<string>,
): Change[] {
  const found = [...differences(before.inputs, after.inputs), ...followed(after, renewed)].filter(
    ({ path }) => !after.ignoreChanges.some((ignored) => isWithin(path, ignored)),
  );
  if (replaced && found.length === 0) return [replacement(before, "", "it is replaced as a whole", plans)];
  if (after.type === releaseType) return releaseChanges({ before, after }, found, plans, replaced);
  if (after.type === kubernetesProvider) return providerChanges(before, after, found, plans);
  return found.map((difference) => cloudChange({ before, after }, difference, plans, replaced));
}

/** Inputs that are the id of something made anew change with it, although both plans name it alike. */
function followed({ name, inputs }: PlannedResource, renewed: ReadonlySet<string>): Difference[] {
  const others = [...renewed].filter((other) => other !== name).map(plannedId);
  return leaves(inputs)
    .filter(({ value }) => others.includes(String(value)))
    .map(({ path, value }) => ({ path, from: value, to: "the id of its replacement" }));
}

/** Both plans, for what goes down with a resource. */
export interface Plans {
  readonly before: Plan;
  readonly after: Plan;
}

function cloudChange(
  { before, after }: Pair,
  difference: Difference,
  plans: Plans,
  replaced: boolean,
): Change {
  const { path, from, to } = difference;
  const known = resourceEffects[after.type];
  const at = (patterns: readonly string[] = []) => patterns.some((pattern) => isWithin(path, pattern));
  const what = `${shown(from)} → ${shown(to)}`;
  const resource = after.name;
  if (at(known?.empties))
    return {
      resource,
      path,
      effect: "data loss",
      words: `${what}: for the provider an update, for the environment another, empty one; it leaves behind ${known?.holds}`,
    };
  if (at(known?.grows) && Number(to) < Number(from))
    return {
      resource,
      path,
      effect: "data loss",
      words: `${what}: it cannot shrink; only a new, empty one is smaller`,
    };
  if (replaced || at(replacingPaths(before, after))) return replacement(before, path, what, plans);
  if (at(known?.stops))
    return { resource, path, effect: "downtime", words: `${what}: it is away while it changes` };
  return { resource, path, effect: "none", words: `${what}: updated in place` };
}

function replacement(resource: PlannedResource, path: string, what: string, { before }: Plans): Change {
  const { effect, words } = lossOf(resource, before);
  return {
    resource: resource.name,
    path,
    effect: worse("replacement", effect),
    words: `${what}: a new one takes its place${words}${protection(resource)}`,
  };
}

/** What goes with a resource that is not a Kubernetes object. */
function lossOf({ type, name }: PlannedResource, plan: Plan): { effect: Effect; words: string } {
  if (clusterTypes.has(type) && isCluster(type, name, plan)) {
    const held = holdings(plan.objects);
    return held.length > 0
      ? { effect: "data loss", words: `, and with the cluster goes ${held.join(", ")}` }
      : { effect: "downtime", words: ", and everything in the cluster with it" };
  }
  const holds = resourceEffects[type]?.holds;
  if (holds) return { effect: "data loss", words: `, and with it goes ${holds}` };
  if (credentialTypes.has(type))
    return { effect: "none", words: ": whoever has the old one is turned away until it has the new one" };
  return { effect: "none", words: "" };
}

/** A command is a cluster when the Kubernetes provider's resources hang on the same component. */
function isCluster(type: string, name: string, plan: Plan): boolean {
  if (type !== "command:local:Command") return true;
  return plan.resources.some(
    (other) => other.type === kubernetesProvider && name.startsWith(other.name.replace(/-kubernetes$/, "")),
  );
}

function protection({ protect }: PlannedResource): string {
  return protect ? "; it is protected, so the engine refuses until that is taken off" : "";
}

/** What the removal of a resource that is no Kubernetes object does. */
export function removalChange(resource: PlannedResource, { before }: Plans): Change[] {
  const { name, type, retainOnDelete } = resource;
  // Its objects tell what the removal of a release does, and of a provider nothing remains to be told.
  if (type === releaseType || type === kubernetesProvider) return [];
  if (retainOnDelete)
    return [
      { resource: name, path: "", effect: "none", words: "no longer managed; it stays, and goes on costing" },
    ];
  const { effect, words } = lossOf(resource, before);
  const least: Effect = isKnown(type) && !credentialTypes.has(type) ? "downtime" : "none";
  return [
    {
      resource: name,
      path: "",
      effect: worse(least, effect),
      words: `removed${words}${protection(resource)}`,
    },
  ];
}

/** Whether the program itself says that a change there replaces the resource. */
export function isReplacing({ replaceOnChanges }: PlannedResource, path: string): boolean {
  return replaceOnChanges.some((pattern) => isWithin(path, pattern));
}

/** A release's values are told by its objects; its identity is not. */
function releaseChanges(
  { before, after }: Pair,
  found: readonly Difference[],
  plans: Plans,
  replaced: boolean,
): Change[] {
  const resource = before.name;
  const identity = found.filter(({ path }) => path === "name" || path === "namespace");
  if (identity.length > 0 || replaced) {
    const own = plans.before.objects.filter(({ owner, by }) => owner === resource && by === "release");
    const lost = own.map((planned) => removalEffect(planned, plans.before.objects, []));
    const causes = identity.length > 0 ? identity : found.filter(({ path }) => isReplacing(after, path));
    const what =
      causes.map(({ from, to }) => `${shown(from)} → ${shown(to)}`).join(", ") || "it is replaced as a whole";
    const gone = lost.find(({ effect }) => effect === "data loss");
    return [
      {
        resource,
        path: causes[0]?.path ?? "",
        effect: worse("replacement", worstOf(lost)),
        words: `${what}: the release is taken out and installed anew, with all its objects${gone ? `; ${gone.words}` : ""}`,
      },
    ];
  }
  const rendered = [plans.before, plans.after].every(({ objects }) =>
    objects.some(({ owner, by }) => by === "release" && owner === resource),
  );
  if (!rendered && found.length > 0) {
    const paths = found.map(({ path }) => path).join(", ");
    return [
      {
        resource,
        path: "values",
        effect: "downtime",
        words: `${paths}: its objects could not be rendered, so the worst usual case is assumed`,
      },
    ];
  }
  return found
    .filter(({ path }) => path === "version")
    .map(({ path, from, to }) => ({
      resource,
      path,
      effect: "none",
      words: `chart ${shown(from)} → ${shown(to)}: what it changes stands at its objects`,
    }));
}

/** Another cluster means that everything in this one is made anew; a kubeconfig that names the same one does not. */
function providerChanges(
  before: PlannedResource,
  after: PlannedResource,
  found: readonly Difference[],
  plans: Plans,
): Change[] {
  const named = before.inputs.clusterIdentifier !== undefined && after.inputs.clusterIdentifier !== undefined;
  const deciding = found.find(({ path }) => path === (named ? "clusterIdentifier" : "kubeconfig"));
  if (!deciding) return [];
  const held = holdings(plans.before.objects);
  return [
    {
      resource: after.name,
      path: deciding.path,
      effect: held.length > 0 ? "data loss" : "replacement",
      words: `${shown(deciding.from)} → ${shown(deciding.to)}: another cluster, so every object is made anew there${held.length > 0 ? `, without the data of ${held.join(", ")}` : ""}`,
    },
  ];
}
