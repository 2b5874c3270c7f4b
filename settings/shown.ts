import { randomBytes } from "node:crypto";
import { isPlainObject, leaves, type PlainObject } from "../components/merge.ts";
import { ProblemsError } from "../components/problem.ts";
import { stackConfig } from "../rehearsal/stack-file.ts";
import { masker, withoutMarks } from "../review/plan/mask.ts";
import { concealed, isConcealed } from "../stacks/concealed.ts";
import { secretSettings } from "../stacks/schema.ts";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import { readText } from "../stacks/text.ts";

/** Values by their dotted paths. */
export type ShownSettings = ReadonlyMap<string, unknown>;

/**
 * A stack's settings, complete with what its preset says, without a secret and without the text of a file.
 * @param folder where the stack's file is
 * @throws ProblemsError with everything that is wrong with the file
 */
export function shownSettings(folder: string, stack: string): ShownSettings {
  const config = withoutSecrets(stackConfig(folder, stack, []));
  const { pools, ...settings } = complete(stack, config);
  const roles = Object.fromEntries(pools.map(({ role, ...pool }) => [role, pool]));
  const found = leaves({ preset: config.preset, ...settings, pools: roles });
  return new Map(
    found.flatMap(([path, value]) => (value === undefined ? [] : [[path, masked(path, value)]])),
  );
}

function complete(stack: string, config: PlainObject): Settings {
  try {
    return parseSettings(config, reader(config));
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    throw new ProblemsError(error.problems.map((one) => ({ ...one, path: `${stack}: ${one.path}` })));
  }
}

function withoutSecrets(config: PlainObject): PlainObject {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, secretSettings.has(key) ? concealed(key) : value]),
  );
}

/** Whoever compares settings needs no right to a cluster. */
function reader({ cluster }: PlainObject) {
  const kubeconfig = isPlainObject(cluster) && cluster.kubeconfig;
  return (path: string) => (path === kubeconfig ? concealed("kubeconfig") : readText(path));
}

/** Whatever a review takes for a secret is one here. */
const mask = masker(randomBytes(16).toString("hex"));

function masked(path: string, value: unknown): unknown {
  const name = path.split(".").at(-1) ?? path;
  const readable = JSON.parse(JSON.stringify(value), (_key, inner) =>
    typeof inner === "string" ? inOneLine(inner) : inner,
  );
  return JSON.parse(withoutMarks(JSON.stringify(mask({ [name]: readable })[name])));
}

function inOneLine(text: string): string {
  if (isConcealed(text)) return "(secret)";
  return text.includes("\n") ? `(${text.trim().split("\n").length} lines)` : text;
}
