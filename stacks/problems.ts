import { closest } from "fastest-levenshtein";
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
    return issue.keys.map((key) =>
      unknownKey(path ? `${path}.${key}` : key, key, knownKeys(schema, issue.path)),
    );
  }
  if (isMissing(issue, input)) {
    return [{ path, reason: "is required and not set", fix: `Set ${path}${allowed(schema, issue)}.` }];
  }
  return [
    {
      path,
      reason: plainMessage(issue),
      fix: `Correct ${path} in the stack's file${allowed(schema, issue)}.`,
    },
  ];
}

function unknownKey(path: string, key: string, known: readonly string[]): Problem {
  if (known.includes(key)) {
    const reason = "there is no such setting here: it belongs to another `type` or `mode`";
    return { path, reason, fix: `Remove ${path}.` };
  }
  const nearest = known.length > 0 ? closest(key, known) : undefined;
  return {
    path,
    reason: "there is no such setting",
    fix: nearest
      ? `Did you mean ${nearest}? Known here: ${known.join(", ")}.`
      : `Remove ${path}: this setting takes no keys.`,
  };
}

function isMissing(issue: Issue, input: unknown): boolean {
  let value = input;
  for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value === undefined;
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
  const reached = path.reduce<unknown[]>(
    (schemas, key) => schemas.flatMap((inner) => child(inner, key)),
    [schema],
  );
  return reached.flatMap((inner) => (inner instanceof z.ZodLiteral ? [...inner.values].map(String) : []));
}

/** Keys the schema knows where the path leads; several for a union's members together. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const reached = path.reduce<unknown[]>(
    (schemas, key) => schemas.flatMap((inner) => child(inner, key)),
    [schema],
  );
  return [
    ...new Set(reached.flatMap((inner) => objects(inner)).flatMap((object) => Object.keys(object.shape))),
  ];
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
