import { table } from "../components/markdown.ts";
import type { ShownSettings } from "./shown.ts";

/** One setting, with its value in each stack: undefined in one that has none. */
export interface Row {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Every setting of one stack, or those that several do not have in common, in the order of the first. */
export function rows(stacks: readonly ShownSettings[]): Row[] {
  const paths = [...new Set(stacks.flatMap((settings) => [...settings.keys()]))];
  const all = paths.map((path) => ({ path, values: stacks.map((settings) => settings.get(path)) }));
  return stacks.length === 1 ? all : all.filter(({ values }) => new Set(values.map(inWords)).size > 1);
}

/** The rows as Markdown. */
export function settingsTable(stacks: readonly string[], found: readonly Row[]): string {
  const names = stacks.join(" and ");
  if (found.length === 0) return `${names} have the same settings.\n`;
  const heading =
    stacks.length === 1 ? `Settings of ${names}, its preset's among them` : `Settings that differ: ${names}`;
  const lines = found.map(({ path, values }) => [path, ...values.map(inWords)]);
  return `${[heading, "", ...table(["setting", ...stacks], lines)].join("\n")}\n`;
}

function inWords(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
