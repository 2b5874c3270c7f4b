import { isPlainObject } from "../../components/merge.ts";

/** One leaf that differs between two values. */
export interface Difference {
  /** Keys from the root; an item of a list of named things by its name, in brackets. */
  readonly path: string;
  /** Undefined where it was not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** The leaves in which two plain values differ, in order. */
export function differences(from: unknown, to: unknown, path = ""): Difference[] {
  if (Object.is(from, to)) return [];
  if (isPlainObject(from) && isPlainObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(from[key], to[key], path ? `${path}.${key}` : key));
  }
  if (Array.isArray(from) && Array.isArray(to)) return listDifferences(from, to, path);
  return [{ path, from, to }];
}

/** Lists of named things are compared by name, so that one more at the front is one difference. */
function listDifferences(from: readonly unknown[], to: readonly unknown[], path: string): Difference[] {
  const key = listKey([...from, ...to]);
  const label = (item: unknown, index: number) => (key ? String((item as never)[key]) : String(index));
  const [before, after] = [from, to].map(
    (list) => new Map(list.map((item, index) => [label(item, index), item])),
  );
  const labels = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return labels.flatMap((name) => differences(before?.get(name), after?.get(name), `${path}[${name}]`));
}

/** The field that names every item, and each of them differently enough to tell them apart. */
function listKey(items: readonly unknown[]): string | undefined {
  if (items.length === 0 || !items.every(isPlainObject)) return undefined;
  return ["name", "mountPath", "key", "match"].find((key) =>
    (items as Record<string, unknown>[]).every((item) => typeof item[key] === "string"),
  );
}

/** Every leaf of a value with its path. */
export function leaves(value: unknown, path = ""): { readonly path: string; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (!isPlainObject(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path ? `${path}.${key}` : key));
}

/** A value as a person reads it, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** Whether a path is at a pattern or inside it; `*` in a pattern stands for any one key or item. */
export function isWithin(path: string, pattern: string): boolean {
  const [steps, wanted] = [path, pattern].map((text) => text.replaceAll(/\[([^\]]*)\]/g, ".*").split("."));
  return (wanted ?? []).every((step, index) => step === "*" || step === steps?.[index]);
}
