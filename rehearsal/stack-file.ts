import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isPlainObject } from "../components/merge.ts";
import { ProblemsError } from "../components/problem.ts";
import { concealed } from "../stacks/concealed.ts";
import { fromText } from "../stacks/text.ts";

/** Name of the project, and prefix of its settings. */
export const project = "speckle-stacks";

/** Names of the stacks a folder has a file for, sorted. */
export function stacksOf(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** The file of a stack in a folder. */
export function stackFile(folder: string, stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}

/**
 * The settings of `Pulumi.<stack>.yaml` without the project's prefix, some of them given anew. An encrypted value is
 * replaced by a made-up one: a rehearsal needs nobody's passphrase.
 * @param sets texts `key=value`; the key may lead inside (`pools.heavy.nodes=2`), the value is YAML
 * @throws ProblemsError when there is no such file, or a text is no setting
 */
export function stackConfig(folder: string, stack: string, sets: readonly string[]): Record<string, unknown> {
  const config = readConfig(folder, stack);
  for (const set of sets) assign(config, ...keyAndValue(set));
  return config;
}

function readConfig(folder: string, stack: string): Record<string, unknown> {
  const file = stackFile(folder, stack);
  if (!existsSync(file)) {
    const fix = `Name one of ${stacksOf(folder).join(", ")}, or write Pulumi.${stack}.yaml.`;
    throw new ProblemsError([{ path: stack, reason: `there is no file Pulumi.${stack}.yaml`, fix }]);
  }
  return Object.fromEntries(ownSettings(file).map(([name, value]) => [name, madeUp(value)]));
}

/**
 * The project's own settings in a stack's file, by their names, as the engine reads them: the project's name in front of
 * one may be left out.
 * @throws ProblemsError when it is no YAML
 */
export function ownSettings(file: string): (readonly [name: string, value: unknown])[] {
  const all = Object.entries(parseYaml(file)?.config ?? {});
  return all.flatMap(([key, value]) => {
    const [name, namespace = project] = key.split(":").reverse();
    return namespace === project && name ? [[name, fromText(value)] as const] : [];
  });
}

function parseYaml(file: string) {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const fix = "Mend the file at the place named.";
    throw new ProblemsError([{ path: file, reason: `is no YAML: ${(error as Error).message}`, fix }]);
  }
}

function madeUp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(madeUp);
  if (!isPlainObject(value)) return value;
  if (typeof value.secure === "string") return concealed(randomBytes(24).toString("hex"));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, madeUp(inner)]));
}

function keyAndValue(set: string): [path: string[], value: unknown] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(set) ?? [];
  if (key === undefined || value === undefined) {
    const fix = "Write --set key=value, for example --set pools.heavy.nodes=2.";
    throw new ProblemsError([{ path: "--set", reason: `${set} is no setting`, fix }]);
  }
  return [key.split("."), parse(value)];
}

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = isPlainObject(target[key]) ? { ...target[key] } : {};
  target[key] = inner;
  assign(inner, rest, value);
}
