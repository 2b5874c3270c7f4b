/** A plain object, as values of a chart are. */
export type PlainObject = Record<string, unknown>;

/** Whether a value is a plain object: not an array, not an output. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The base with the extra's keys added at every depth; where both have a leaf, the extra's wins. */
export function deepMerge(base: PlainObject, extra: PlainObject): PlainObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const existing = merged[key];
    merged[key] = isPlainObject(existing) && isPlainObject(value) ? deepMerge(existing, value) : value;
  }
  return merged;
}

/** An object's leaves, each with its dotted path; an empty object is a leaf. */
export function leaves(value: PlainObject, prefix = ""): [path: string, leaf: unknown][] {
  return Object.entries(value).flatMap(([key, child]) => {
    const path = prefix ? `${prefix}.${key}` : key;
    return isPlainObject(child) && Object.keys(child).length > 0 ? leaves(child, path) : [[path, child]];
  });
}

/** Dotted paths of an object's leaves. */
export function leafPaths(value: PlainObject): string[] {
  return leaves(value).map(([path]) => path);
}
