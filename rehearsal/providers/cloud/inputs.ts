import { randomBytes } from "node:crypto";
import { isSecret, reveal, secretValue } from "../marshal.ts";
import type { Diff, Properties } from "../plugin.ts";
import { changedPaths, patternOf } from "./schema.ts";
import type { CloudRecord } from "./state.ts";
import type { CloudResource } from "./table.ts";

/** Where the engine keeps, among a resource's inputs, which of them the provider filled in. */
const defaultsKey = "__defaults";

/** Inputs with a name: one that is not given is made from the resource's own, once, and kept as long as it lives. */
export function withName(kind: CloudResource, urn: string, inputs: Properties, olds: Properties): Properties {
  const { autoname } = kind;
  if (!autoname || inputs[autoname] !== undefined || inputs[`${autoname}Prefix`] !== undefined) return inputs;
  const made = `${urn.split("::").at(-1)?.toLowerCase()}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  const before = olds[defaultsKey] && olds[autoname];
  return { ...inputs, [autoname]: before ?? made, [defaultsKey]: [autoname] };
}

/** Inputs without the note of what the provider filled in. */
export function own({ [defaultsKey]: _, ...inputs }: Properties): Properties {
  return inputs;
}

/** What a change of inputs means; where a name was chosen and stays, the old one has to go first. */
export function diffInputs(kind: CloudResource, olds: Properties, news: Properties): Diff {
  const changes = changedPaths(own(olds), own(news));
  const further = kind.replacesWhen?.(reveal(olds) as Properties, reveal(news) as Properties) ?? [];
  const patterns = [...(kind.replaces ?? []), ...further];
  const replaces = changes.filter((path) => patterns.some((pattern) => isAt(patternOf(path), pattern)));
  const chosen = news[defaultsKey] === undefined;
  const fixed = chosen && (kind.unique?.every((name) => !changes.includes(name)) ?? false);
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && fixed };
}

/** Properties with what is secret marked so. */
export function marked(kind: CloudResource, properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      kind.secrets?.includes(name) && value !== undefined ? secretValue(reveal(value)) : value,
    ]),
  );
}

/** A record of what was made, without anything that is secret by its type or by the program's own mark. */
export function recordOf(
  kind: CloudResource,
  { type, urn, id, sequence }: Pick<CloudRecord, "type" | "urn" | "id" | "sequence">,
  given: Properties,
  outputs: Properties,
): CloudRecord {
  const inputs = open(kind, given);
  const names = [id, outputs.arn, outputs.name, inputs.name, ...(kind.alsoNamed?.(outputs) ?? [])];
  const known = [...new Set(names.filter((name) => typeof name === "string"))];
  return { type, urn, id, names: known, sequence, inputs, outputs: open(kind, outputs, given) };
}

function open({ secrets = [] }: CloudResource, properties: Properties, marks = properties): Properties {
  const shown = Object.entries(properties).filter(
    ([name]) => !secrets.includes(name) && !isSecret(marks[name]),
  );
  return Object.fromEntries(shown);
}

function isAt(path: string, pattern: string): boolean {
  return path === pattern || path.startsWith(`${pattern}.`) || path.startsWith(`${pattern}[`);
}
