import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import type { Problem } from "../components/problem.ts";

type Issue = z.core.$ZodIssue;

/** The schema's findings as problems, each with the setting's own path. */
export function schemaProblems(schema: z.ZodType, issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue) => issueProblems(schema, issue, input));
}

function issueProblems(schema: z.ZodType, issue: Issue, input: unknown): Problem[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const here = schemasAt(schema, issue.path);
    return issue.keys.map((key) => unknownKey(path ? `${path}.${key}` : key, key, here));
  }
  if (isMissing(issue, input)) {
    return [{ path, reason: "is required and not set", fix: `Set ${path}${allowed(schema, issue)}.` }];
  }
  const fix = isUnquoted(issue, input)
    ? `Write ${path} in quotes: YAML takes it for something else.`
    : `Correct ${path} in the stack's file${allowed(schema, issue)}.`;
  return [{ path, reason: plainMessage(issue), fix }];
}

/** A text such as 1.30 is a number to YAML, and another text as one. */
function isUnquoted(issue: Issue, input: unknown): boolean {
  if (issue.code !== "invalid_type" || issue.expected !== "string") return false;
  return ["number", "boolean"].includes(typeof valueAt(input, issue.path));
}

function unknownKey(path: string, key: string, here: readonly unknown[]): Problem {
  const known = keysOf(here);
  if (known.includes(key)) {
    const reason = "there is no such setting here: it belongs to another `type` or `mode`";
    return { path, reason, fix: `Remove ${path}.` };
  }
  const reason = "there is no such setting";
  if (known.length === 0) return { path, reason, fix: `Remove ${path}: this setting takes no keys.` };
  const holders = known.filter((holder) => keysOf(here.flatMap((one) => child(one, holder))).includes(key));
  const hint = [...like(key, known), ...holders.map((holder) => `${holder}.${key}`)].join(" or ");
  return { path, reason, fix: `${hint && `Did you mean ${hint}? `}Known here: ${known.join(", ")}.` };
}

/** The name that a misspelt one is likely to be: at least half of it is right. */
function like(key: string, known: readonly string[]): string[] {
  const nearest = closest(key, known);
  return distance(key, nearest) <= key.length / 2 ? [nearest] : [];
}

function isMissing(issue: Issue, input: unknown): boolean {
  return valueAt(input, issue.path) === undefined;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

/** Messages of our own checks read on from the path; the library's own begin with a verdict. */
function plainMessage(issue: Issue): string {
  return issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "");
}

function allowed(schema: z.ZodType, issue: Issue): string {
  if (issue.code === "invalid_value") return `: one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_union") return `: one of ${literalsAt(schema, issue.path).join(", ")}`;
  return "";
}

/** Words that tell a union's members apart, at the path of the key that does. */
function literalsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const reached = schemasAt(schema, path);
  return reached.flatMap((inner) => (inner instanceof z.ZodLiteral ? [...inner.values].map(String) : []));
}

/** What the schema has where the path leads; several where it leads through a union's members. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): unknown[] {
  return path.reduce<unknown[]>((schemas, key) => schemas.flatMap((inner) => child(inner, key)), [schema]);
}

/** Keys the schemas know; those of a union's members together. */
function keysOf(schemas: readonly unknown[]): string[] {
  return [...new Set(schemas.flatMap(objects).flatMap((object) => Object.keys(object.shape)))];
}

function child(schema: unknown, key: PropertyKey): unknown[] {
  return objects(schema).flatMap((object) => object.shape[String(key)] ?? []);
}

function objects(schema: unknown): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return objects(schema.unwrap());
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap(objects);
  return [];
}
