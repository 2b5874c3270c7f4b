import type { PlainObject } from "../../components/merge.ts";

/** A chart that renders the facts the rehearsal depends on, and nothing more. */
export interface StandIn {
  /** Version of the program in the chart; none where the genuine chart names none. */
  readonly appVersion?: string;
  /** The genuine chart's defaults of every value the templates read. */
  readonly values: PlainObject;
  /** Definitions that Helm installs before everything else and never deletes. */
  readonly definitions?: readonly PlainObject[];
  readonly objects: readonly ChartObject[];
}

/** One object of a chart. */
export interface ChartObject {
  /** Go condition on which it is rendered; always when absent. */
  readonly when?: string | undefined;
  readonly object: Template;
}

/** JSON, which is YAML, with expressions in the places of values; texts may hold Go expressions of their own. */
export type Template =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Template[]
  | { readonly [key: string]: Template };

/** Text that becomes JSON only when Helm renders it. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An expression that renders any number of a list's items, each with its comma. */
class Items extends Expression {}

/** The value at a dotted path; a field whose value is not set is left out. */
export function value(path: string): Expression {
  return new Value(`.Values.${path}`);
}

class Value extends Expression {
  readonly isSet: string;

  constructor(place: string) {
    super(`{{ toJson ${place} }}`);
    this.isSet = `not (kindIs "invalid" ${place})`;
  }
}

/** The items of the list at a dotted path. */
export function each(path: string): Expression {
  return new Items(`{{ range .Values.${path} }}{{ toJson . }},{{ end }}`);
}

/** An item for each entry of the map at a dotted path that has a field; `$key` is the entry's name. */
export function entriesWith(field: string, path: string, item: Template): Expression {
  const text = `{{ if $entry.${field} }}${itemText(item)}{{ end }}`;
  return new Items(`{{ range $key, $entry := .Values.${path} }}${text}{{ end }}`);
}

/** A field of the entry that an item of `entriesWith` is for; it is left out where it is not set. */
export function ofEntry(field: string): Expression {
  return new Value(`$entry.${field}`);
}

/** A list's items that are rendered on a Go condition; always when there is none. */
export function when(condition: string | undefined, items: readonly Template[]): Expression {
  const text = items.map(itemText).join("");
  return new Items(condition ? `{{ if ${condition} }}${text}{{ end }}` : text);
}

/** The text of one object's template. */
export function objectText({ when: condition, object }: ChartObject): string {
  const text = templateText(object);
  return condition ? `{{ if ${condition} }}${text}{{ end }}` : text;
}

function templateText(template: Template): string {
  if (template instanceof Expression) return template.text;
  if (isList(template)) return `[${template.map(itemText).join("")}]`;
  if (typeof template !== "object" || template === null) return JSON.stringify(template);
  return `{ ${Object.entries(template).map(fieldText).join(" ")} }`;
}

/** YAML, unlike JSON, takes a comma after the last field, so that any field may be left out. */
function fieldText([key, child]: [string, Template]): string {
  const text = `${JSON.stringify(key)}: ${templateText(child)},`;
  // Helm takes a null for the wish to remove what the API server has set.
  return child instanceof Value ? `{{ if ${child.isSet} }}${text}{{ end }}` : text;
}

/** The same for the items of a list. */
function itemText(item: Template): string {
  return item instanceof Items ? item.text : `${templateText(item)},`;
}

function isList(template: Template): template is readonly Template[] {
  return Array.isArray(template);
}
