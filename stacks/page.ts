import { z } from "zod";
import { code, table } from "../components/markdown.ts";
import { type CloudPreset, cloudPresets } from "./cloud-presets.ts";
import { type PresetName, presetNames, presets } from "./presets.ts";
import { secretSettings, settingsSchema } from "./schema.ts";
import { type SettingWords, settingsWords } from "./settings-words.ts";

/** One setting as the schema has it. */
export interface SettingRow {
  /** Path without the members of unions. */
  readonly path: string;
  /** Member of a union it belongs to, such as `managed`; empty for all. */
  readonly member: string;
  readonly values: string;
  readonly required: boolean;
  /** Default for all presets; undefined when there is none, or each preset has its own. */
  readonly fixed: unknown;
}

/** The parts of a JSON schema that are read. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Every setting of the schema, in its order. */
export function settingRows(): SettingRow[] {
  return rows(
    z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" }) as Schema,
    "",
    "",
    true,
  );
}

function rows(schema: Schema, path: string, member: string, required: boolean): SettingRow[] {
  const members = schema.oneOf ?? schema.anyOf;
  if (members) return members.flatMap((one) => rows(one, path, memberOf(one), required));
  if (!schema.properties)
    return [{ path, member, values: values(schema), required, fixed: fixedDefault(schema, path) }];
  const whole = schema.default as Record<string, unknown> | undefined;
  return Object.entries(schema.properties).flatMap(([key, inner]) =>
    rows(
      { ...inner, ...(whole?.[key] !== undefined && { default: whole[key] }) },
      path ? `${path}.${key}` : key,
      member,
      schema.required?.includes(key) ?? false,
    ),
  );
}

/** A setting that also takes text loses its default on the way to a JSON schema. */
function fixedDefault(schema: Schema, path: string): unknown {
  const own = settingsSchema.shape[path as keyof typeof settingsSchema.shape]?.safeParse(undefined);
  return schema.default ?? (own?.success ? own.data : undefined);
}

function memberOf({ properties = {} }: Schema): string {
  return String(Object.values(properties).find((property) => property.const !== undefined)?.const ?? "");
}

function values(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.type === "array") return `list of ${values(schema.items ?? {})}`;
  if (schema.type === "integer" && schema.maximum !== undefined)
    return `${schema.minimum ?? 0} to ${schema.maximum}`;
  return (
    { string: "text", object: "keys and values", boolean: "`true` or `false`" }[schema.type ?? ""] ?? "number"
  );
}

/** The words for a setting; undefined when the table has none. */
export function wordsFor(path: string): SettingWords | undefined {
  const steps = path.split(".");
  const pattern = Object.keys(settingsWords).find((candidate) => {
    const wanted = candidate.split(".");
    return (
      wanted.length === steps.length && wanted.every((step, index) => step === "*" || step === steps[index])
    );
  });
  return pattern === undefined ? undefined : settingsWords[pattern];
}

/** The page `docs/settings.md`: every setting, its default by preset, and what changing it does. */
export function settingsPage(): string {
  const groups = Map.groupBy(settingRows(), ({ path }) => path.split(".")[0] ?? path);
  const single = [...groups.values()].filter((group) => group.length === 1).flat();
  const several = [...groups].filter(([, group]) => group.length > 1);
  return [
    "# Settings",
    "",
    "Generated from `stacks/schema.ts`, `stacks/presets.ts`, `stacks/cloud-presets.ts` and `stacks/settings-words.ts` by",
    "`npm run docs`. Every key of `Pulumi.<stack>.yaml`, each with the prefix `speckle-stacks:`; a key that is not here is",
    "refused. Four defaults in a row are those of the presets `dev`, `small`, `production` and `large`. What a change of",
    "yours does in truth, `npm run review -- <stack>` tells; `npm run settings -- <stack>` tells every value of yours, and with",
    "a second stack those that differ.",
    "",
    "## Presets",
    ...presetNames.map((name) => `- \`${name}\`: ${presets[name].about}`),
    "",
    "## Settings that stand alone",
    "",
    ...settingsTable(single),
    ...several.flatMap(([name, group]) => ["", `## ${name}`, "", ...settingsTable(group)]),
    "",
  ].join("\n");
}

function settingsTable(group: readonly SettingRow[]): string[] {
  const rows = group.map((row) => {
    const { path, member } = row;
    const words = wordsFor(path);
    const secret = secretSettings.has(path) ? "; secret: `pulumi config set --secret`" : "";
    return [
      `${code(path)}${member ? ` (${member})` : ""}`,
      `${words?.about ?? ""}${secret}`,
      row.values,
      defaultOf(row),
      words?.changing ?? "",
    ];
  });
  return table(["setting", "what", "values", "default", "changing it"], rows);
}

function defaultOf({ path, member, required, fixed }: SettingRow): string {
  if (fixed !== undefined) return `\`${JSON.stringify(fixed).replaceAll('"', "")}\``;
  const own = perPreset(path, member);
  if (own.length > 0) return own.join("; ");
  return required ? "must be set" : "none";
}

/** The defaults of the four presets; one text where they agree, none where presets say nothing of it. */
function perPreset(path: string, member: string): string[] {
  const inside = joined((name) => presetValue(presets[name], path));
  if (member === "" || member === "inCluster") {
    const clouds = /^pools\..*\.(machine|scale\.)/.test(path) ? cloudDefaults(path) : [];
    return [...(inside ? [inside] : []), ...clouds];
  }
  if (member === "managed") return cloudDefaults(path);
  return path === "cluster.highAvailability" ? cloudDefaults("highAvailability", member) : [];
}

function cloudDefaults(path: string, only?: string): string[] {
  const clouds = Object.entries(cloudPresets) as [string, Record<PresetName, CloudPreset>][];
  return clouds
    .filter(([cloud]) => only === undefined || cloud === only)
    .flatMap(([cloud, sizes]) => {
      const text = joined((name) => at(sizes[name], path));
      return text ? [only ? text : `${cloud}: ${text}`] : [];
    });
}

function joined(presetsOwn: (name: PresetName) => unknown): string | undefined {
  const found = presetNames.map(presetsOwn);
  if (found.every((value) => value === undefined)) return undefined;
  const texts = found.map((value) => `\`${value ?? "none"}\``);
  return new Set(texts).size === 1 ? texts[0] : texts.join(" ");
}

/** Pools are a list in a preset, and keys in a stack's file. */
function presetValue(preset: (typeof presets)[PresetName], path: string): unknown {
  const pools = Object.fromEntries(preset.pools.map((pool) => [pool.role, pool]));
  const value = at({ ...preset, pools }, path);
  return typeof value === "object" ? undefined : value;
}

function at(object: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
