import type { Properties } from "../plugin.ts";
import { lastName } from "./faults.ts";
import type { CloudRecord } from "./state.ts";
import { type Cloud, type CloudResource, findRecord, recordsOf, valuesAt } from "./table.ts";

type Kinds = Readonly<Record<string, CloudResource>>;

/** Why a cloud does not create a resource: its name is taken, what it refers to is not there, or its table says so. */
export function refusalOfCreation(
  kind: CloudResource,
  type: string,
  inputs: Properties,
  cloud: Cloud,
): string | undefined {
  return nameTaken(kind, type, inputs, cloud) ?? missing(kind, inputs, cloud) ?? kind.refuse?.(inputs, cloud);
}

/** Why a cloud does not delete a resource: its table says so, or something still needs it. */
export function refusalOfDeletion(kinds: Kinds, record: CloudRecord, cloud: Cloud): string | undefined {
  const own = kinds[record.type]?.refuseDeletion?.(record, cloud);
  if (own) return own;
  const left = cloud.leftovers.find(({ holds }) => holds.includes(record.id));
  if (left) return `${left.type} ${left.name} still stands in it, since ${left.reason}`;
  const holder = kinds[record.type]?.held ? holderOf(kinds, record, cloud) : undefined;
  return holder && `${lastName(holder.type)} ${holder.id} still uses it (DependencyViolation)`;
}

function nameTaken(
  { unique }: CloudResource,
  type: string,
  inputs: Properties,
  cloud: Cloud,
): string | undefined {
  if (!unique || unique.some((name) => inputs[name] === undefined)) return undefined;
  const taken = recordsOf(cloud, type).some((other) =>
    unique.every((name) => other.inputs[name] === inputs[name]),
  );
  const named = unique.map((name) => `${name} ${inputs[name]}`).join(", ");
  return taken ? `one with ${named} already exists: import it, or choose another name` : undefined;
}

function missing({ refers = {} }: CloudResource, inputs: Properties, cloud: Cloud): string | undefined {
  for (const [path, types] of Object.entries(refers)) {
    const lost = valuesAt(inputs, path).find(
      (value) => !listOf(types).some((type) => findRecord(cloud, type, value)),
    );
    const kind = lastName(listOf(types)[0] ?? "");
    if (lost !== undefined) return `${path} names ${kind} ${lost}, which does not exist here (NotFound)`;
  }
  return undefined;
}

function holderOf(kinds: Kinds, record: CloudRecord, cloud: Cloud): CloudRecord | undefined {
  return cloud.records.find((other) =>
    Object.entries(kinds[other.type]?.refers ?? {}).some(
      ([path, types]) =>
        listOf(types).includes(record.type) &&
        valuesAt(other.inputs, path).some((value) => record.names.includes(String(value))),
    ),
  );
}

function listOf(types: string | readonly string[]): readonly string[] {
  return typeof types === "string" ? [types] : types;
}
