import { isPlainObject, type PlainObject } from "../../components/merge.ts";
import type { PlannedResource } from "./plan.ts";

/** Resources with what the program says to ignore as it was earlier: so the engine hands them to their providers. */
export function withIgnored(
  resources: readonly PlannedResource[],
  earlier: readonly PlannedResource[],
): PlannedResource[] {
  const known = new Map(earlier.map((resource) => [resource.urn, resource]));
  return resources.map((resource) => {
    const before = known.get(resource.urn);
    if (!before) return resource;
    const inputs = resource.ignoreChanges.reduce(
      (changed, path) => asBefore(changed, before.inputs, path.split(".")),
      resource.inputs,
    );
    return { ...resource, inputs };
  });
}

function asBefore(inputs: PlainObject, before: unknown, [key = "", ...rest]: readonly string[]): PlainObject {
  const earlier = isPlainObject(before) ? before[key] : undefined;
  const inner = inputs[key];
  const value = rest.length > 0 ? asBefore(isPlainObject(inner) ? inner : {}, earlier, rest) : earlier;
  const { [key]: _, ...others } = inputs;
  const nothing = value === undefined || (rest.length > 0 && inner === undefined && isEmpty(value));
  return nothing ? others : { ...others, [key]: value };
}

function isEmpty(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length === 0;
}
