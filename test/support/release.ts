import { isPlainObject, type PlainObject } from "../../components/merge.ts";
import { stackFile, stacksOf } from "../../rehearsal/stack-file.ts";
import { immutableFields } from "../../review/effects/immutable.ts";
import type { PlannedResource } from "../../review/plan/plan.ts";
import { releaseType } from "../../review/plan/render.ts";
import { registeredBy } from "../../review/plan/side.ts";
import type { Tree } from "../../review/plan/tree.ts";

/** What is kept of a resource that a release registered: what says that a later one is the same, or another. */
export type Essence = Pick<PlannedResource, "urn" | "inputs">;

/** What one release registers, by stack. */
export interface Release {
  /** Commit of it. */
  readonly commit: string;
  readonly stacks: Readonly<Record<string, ReleasedStack>>;
}

/** A stack of a release. */
export interface ReleasedStack {
  /** Text of its file: what a later version registers for other settings would be no comparison. */
  readonly settings: string;
  readonly resources: readonly Essence[];
}

/** Key of the marks that stand for secrets: the same for every release, and of made-up secrets only. */
const key = "0".repeat(64);

/** What a tree's program registers for every stack that a folder has a file of. */
export async function registrationsOf(
  tree: Tree,
  folder: string,
): Promise<Record<string, readonly PlannedResource[]>> {
  const found: Record<string, readonly PlannedResource[]> = {};
  const files = stacksOf(folder).map((stack) => stackFile(folder, stack));
  for await (const registered of registeredBy(tree, files, key)) {
    if ("problems" in registered)
      throw new Error(`${registered.stack}: ${JSON.stringify(registered.problems)}`);
    found[registered.stack] = registered.resources;
  }
  return found;
}

/** A resource without what can change in place. */
export function essence({ urn, type, inputs }: PlannedResource): Essence {
  return { urn, inputs: deciding(type, inputs) };
}

/** A resource again, as far as its essence tells. */
export function planned({ urn, inputs }: Essence): PlannedResource {
  const [types = "", name = ""] = urn.split("::");
  const rest = { provider: "", protect: false, retainOnDelete: false };
  const lists = { aliases: [], ignoreChanges: [], replaceOnChanges: [] };
  return { urn, inputs, name, type: types.split("$").at(-1) ?? "", ...rest, ...lists };
}

/** The inputs whose change could replace a resource. */
function deciding(type: string, inputs: PlainObject): PlainObject {
  if (type === releaseType) return ofRelease(inputs);
  if (type.startsWith("kubernetes:")) return ofObject(inputs);
  return type.startsWith("pulumi:providers:") ? pick(inputs, ["clusterIdentifier", "region"]) : inputs;
}

function ofObject(inputs: PlainObject): PlainObject {
  const { apiVersion, kind, metadata, immutable } = inputs as Record<string, any>;
  const group = String(apiVersion).includes("/") ? String(apiVersion).split("/")[0] : "";
  const fixed = immutableFields.find((entry) => entry.kind === `${group}/${kind}`)?.fields ?? [];
  return {
    ...pick(inputs, [...fixed]),
    apiVersion,
    kind,
    metadata: pick(metadata ?? {}, ["name", "namespace"]),
    ...(immutable === true && { immutable }),
  };
}

/** Of a chart's values only those that say what its volumes and its objects' names are. */
function ofRelease({ name, namespace, values }: PlainObject): PlainObject {
  return { name, namespace, values: volumesAndNames(values) };
}

function volumesAndNames(value: unknown): PlainObject {
  if (!isPlainObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, child]) => {
      if (/persistence|storage|override$/i.test(field)) return [[field, child]];
      const inner = volumesAndNames(child);
      return Object.keys(inner).length > 0 ? [[field, inner]] : [];
    }),
  );
}

/** Of dotted paths those that are there. */
function pick(object: PlainObject, paths: readonly string[]): PlainObject {
  const picked: PlainObject = {};
  for (const path of paths) {
    const [first = "", ...rest] = path.split(".");
    const value = object[first];
    if (value === undefined) continue;
    const inner = isPlainObject(value) && rest.length > 0 ? pick(value, [rest.join(".")]) : value;
    picked[first] =
      isPlainObject(picked[first]) && isPlainObject(inner) ? { ...picked[first], ...inner } : inner;
  }
  return picked;
}
