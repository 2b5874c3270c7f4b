import { isDeepStrictEqual } from "node:util";
import { reveal } from "./marshal.ts";
import type { CheckFailure, Properties, ProviderPlugin } from "./plugin.ts";
import { type InputType, type RandomKind, randomKinds } from "./random-kinds.ts";

/** The random provider's stand-in: values are made once and kept in state; every change of an input makes new ones. */
export function randomProvider(): ProviderPlugin {
  return {
    check: async ({ type }, inputs) => ({ inputs, failures: checkInputs(type, inputs) }),
    diff: async (_resource, olds, news) => {
      const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
      const changes = [...keys].filter((key) => !isDeepStrictEqual(olds[key], news[key]));
      return { changes, replaces: changes };
    },
    create: async ({ type }, inputs, { preview }) => {
      if (preview) return { id: "", outputs: inputs };
      const { id, outputs } = kindOf(type).generate(reveal(inputs) as Properties);
      return { id, outputs: { ...inputs, ...outputs } };
    },
    delete: async () => {},
  };
}

function checkInputs(type: string, inputs: Properties): CheckFailure[] {
  const { inputs: known, required } = kindOf(type);
  const types: Record<string, InputType> = { ...known, keepers: "map" };
  const wrong = Object.entries(inputs).flatMap(([property, value]) => {
    const expected = types[property];
    if (!expected) return [{ property, reason: `${type} has no such input` }];
    return isOfType(reveal(value), expected) ? [] : [{ property, reason: `must be of type ${expected}` }];
  });
  const missing = required.filter((property) => inputs[property] === undefined);
  return [...wrong, ...missing.map((property) => ({ property, reason: "is required" }))];
}

function isOfType(value: unknown, expected: InputType): boolean {
  if (expected === "integer") return Number.isInteger(value);
  return typeof value === (expected === "map" ? "object" : expected);
}

function kindOf(type: string): RandomKind {
  const kind = randomKinds[type];
  if (!kind)
    throw new Error(`${type} is not simulated in the rehearsal: use ${Object.keys(randomKinds).join(", ")}`);
  return kind;
}
