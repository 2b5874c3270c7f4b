/**
 * A structured setting that is JSON text, as the engine hands it over and `pulumi config set` writes it; every other
 * value as it is.
 */
export function fromText(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
