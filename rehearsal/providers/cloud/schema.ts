import { closest } from "fastest-levenshtein";
import { reveal, unknownMark } from "../marshal.ts";
import type { CheckFailure, Properties } from "../plugin.ts";

/**
 * Fields by name, each with its type: string, number, boolean, any, object, array<type>, map<type>, the name of another
 * type, or several of them with `|` between; `!` at the end says it is required.
 */
export type Fields = Record<string, string>;

/** Inputs of a provider's resource types, and the types they are made of, as its SDK declares them. */
export interface Schema {
  readonly resources: Record<string, Fields>;
  readonly types: Record<string, Fields>;
}

/** Allowed values by input path; an element of a list is `[]`. */
export type OneOf = Record<string, readonly string[]>;

/** What is wrong with a resource's inputs by its schema; values that are not known yet are accepted. */
export function checkInputs(
  schema: Schema,
  type: string,
  inputs: Properties,
  oneOf: OneOf = {},
): CheckFailure[] {
  const fields = schema.resources[type] ?? {};
  return checkFields({ schema, type, oneOf }, fields, reveal(inputs) as Properties, "");
}

interface Context {
  readonly schema: Schema;
  readonly type: string;
  readonly oneOf: OneOf;
}

function checkFields(context: Context, fields: Fields, values: Properties, prefix: string): CheckFailure[] {
  const path = (name: string) => (prefix ? `${prefix}.${name}` : name);
  const wrong = Object.entries(values).flatMap(([name, value]) => {
    const text = fields[name];
    if (text) return checkValue(context, text, value, path(name));
    const like = closest(name, Object.keys(fields));
    const reason = `${context.type} has no such input${like ? `; did you mean ${like}?` : ""}`;
    return [{ property: path(name), reason }];
  });
  const missing = Object.entries(fields).flatMap(([name, text]) =>
    text.endsWith("!") && isAbsent(values[name]) ? [{ property: path(name), reason: "is required" }] : [],
  );
  return [...wrong, ...missing];
}

function checkValue(context: Context, text: string, value: unknown, path: string): CheckFailure[] {
  if (value === unknownMark || isAbsent(value)) return [];
  const attempts = alternatives(text).map((type) => checkType(context, type, value, path));
  const failures = attempts.find((found) => found.length === 0) ?? attempts[0] ?? [];
  return failures.length > 0 ? failures : checkAllowed(context.oneOf, value, path);
}

function checkType(context: Context, type: string, value: unknown, path: string): CheckFailure[] {
  if (type === "any") return [];
  const [, container, element = ""] = /^(array|map)<(.*)>$/.exec(type) ?? [];
  if (container === "array") {
    if (!Array.isArray(value)) return [{ property: path, reason: "must be a list" }];
    return value.flatMap((item, index) => checkValue(context, element, item, `${path}[${index}]`));
  }
  const own = context.schema.types[type];
  if (container === "map" || own || type === "object") {
    if (!isRecord(value)) return [{ property: path, reason: "must be an object" }];
    if (own) return checkFields(context, own, value, path);
    if (type === "object") return [];
    return Object.entries(value).flatMap(([key, item]) =>
      checkValue(context, element, item, `${path}.${key}`),
    );
  }
  // A type that is named but not declared would accept nothing, which the comparison with the SDK shows.
  return typeof value === type ? [] : [{ property: path, reason: `must be of type ${type}` }];
}

function checkAllowed(oneOf: OneOf, value: unknown, path: string): CheckFailure[] {
  const allowed = oneOf[patternOf(path)];
  if (!allowed || typeof value !== "string" || allowed.includes(value)) return [];
  return [{ property: path, reason: `must be one of ${allowed.join(", ")}, not "${value}"` }];
}

/** A path without the positions of list elements. */
export function patternOf(path: string): string {
  return path.replace(/\[\d+\]/g, "[]");
}

/** Paths of all values that differ between two sets of inputs; what is secret is compared too. */
export function changedPaths(olds: unknown, news: unknown, path = ""): string[] {
  const [before, after] = [reveal(olds), reveal(news)];
  if (isAbsent(before) && isAbsent(after)) return [];
  const list = Array.isArray(before) || Array.isArray(after);
  const empty = list ? [] : {};
  const [left, right] = [before ?? empty, after ?? empty];
  if (!isRecord(left) || !isRecord(right) || Array.isArray(left) !== Array.isArray(right)) {
    return before === after ? [] : [path];
  }
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  if (keys.length === 0) return isAbsent(before) === isAbsent(after) ? [] : [path];
  return keys.flatMap((key) => {
    const child = list ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    return changedPaths(left[key], right[key], child);
  });
}

function alternatives(text: string): string[] {
  return text.replace(/!$/, "").split("|");
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
