import type { Plan, PlannedResource } from "../plan/plan.ts";
import { ownObject } from "../plan/plans.ts";
import { releaseType } from "../plan/render.ts";
import { type Change, effects } from "./change.ts";
import { differences } from "./difference.ts";
import { objectChanges } from "./objects.ts";
import { isRegional } from "./replacing.ts";
import {
  isReplacing,
  kubernetesProvider,
  type Pair,
  type Plans,
  pairChanges,
  removalChange,
} from "./resources.ts";

/**
 * Every change between two plans with what it does, the worst first.
 * @param replaced URNs of resources that a real preview says are replaced
 */
export function classify(before: Plan, after: Plan, replaced: ReadonlySet<string> = new Set()): Change[] {
  const plans = { before, after };
  const { pairs, removed, added } = paired(before.resources, after.resources);
  const isObject = (resource: PlannedResource) => ownObject(resource).length > 0;
  const provider = after.resources.find(({ type }) => type === kubernetesProvider);
  const anew = new Set([...replaced, ...movedWithRegion(pairs), ...releasesAnew(pairs)]);
  const changes = [
    ...followedChanges(
      pairs.filter((pair) => !isObject(pair.after)),
      plans,
      anew,
    ),
    ...removed
      .filter((resource) => !isObject(resource))
      .flatMap((resource) => removalChange(resource, plans)),
    ...added
      .filter((resource) => !isObject(resource))
      .map(({ name }): Change => ({ resource: name, path: "", effect: "none", words: "new" })),
    ...objectChanges({
      before: before.objects,
      after: after.objects,
      forgotten: new Set(removed.map(({ name }) => name)),
      replaced: new Set(after.resources.filter(({ urn }) => anew.has(urn)).map(({ name }) => name)),
      mutableData: provider === undefined || provider.inputs.enableSecretMutable === "true",
    }),
  ];
  return changes.sort((a, b) => effects.indexOf(b.effect) - effects.indexOf(a.effect));
}

/** URNs of resources whose provider leads to another region, although their own inputs do not name it. */
function movedWithRegion(pairs: readonly Pair[]): string[] {
  const moved = new Set(
    pairs
      .filter(({ after }) => after.type === "pulumi:providers:aws")
      .filter(({ before, after }) => before.inputs.region !== after.inputs.region)
      .map(({ after }) => after.name),
  );
  return pairs
    .filter(({ after }) => moved.has(after.provider) && isRegional(after.type))
    .map(({ after }) => after.urn);
}

/** URNs of releases that are installed anew because the program says so. */
function releasesAnew(pairs: readonly Pair[]): string[] {
  return pairs
    .filter(({ after }) => after.type === releaseType)
    .filter(({ before, after }) =>
      differences(before.inputs, after.inputs).some(({ path }) => isReplacing(after, path)),
    )
    .map(({ after }) => after.urn);
}

/** Changes of resources, and of those that name a replaced one, and of those that name them. */
function followedChanges(pairs: readonly Pair[], plans: Plans, replaced: ReadonlySet<string>): Change[] {
  const renewed = new Set<string>();
  for (;;) {
    const changes = pairs.flatMap((pair) => pairChanges(pair, plans, replaced.has(pair.after.urn), renewed));
    const anew = changes.filter(({ effect }) => effect === "replacement" || effect === "data loss");
    const known = renewed.size;
    for (const { resource } of anew) renewed.add(resource);
    if (renewed.size === known) return changes;
  }
}

/** Resources of both sides that are the same for the engine: by URN, or by an alias that names the earlier one. */
function paired(before: readonly PlannedResource[], after: readonly PlannedResource[]) {
  const earlier = new Map(before.map((resource) => [resource.urn, resource]));
  const pairs: Pair[] = [];
  const added: PlannedResource[] = [];
  for (const resource of after) {
    const urn = [resource.urn, ...resource.aliases].find((candidate) => earlier.has(candidate));
    const found = urn === undefined ? undefined : earlier.get(urn);
    if (urn === undefined || !found) {
      added.push(resource);
      continue;
    }
    pairs.push({ before: found, after: resource });
    earlier.delete(urn);
  }
  return { pairs, added, removed: [...earlier.values()] };
}
