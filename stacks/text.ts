import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The text of a file that a setting names, which may begin with `~/` as in a shell. @throws Error when it cannot be read */
export function readText(path: string): string {
  return readFileSync(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path, "utf8");
}

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
