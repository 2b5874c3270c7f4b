import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { reveal, secretValue } from "./marshal.ts";
import type { CheckFailure, Properties, ProviderPlugin } from "./plugin.ts";

type InputType = "boolean" | "integer" | "string" | "map";

/** One kind of random resource: its inputs as the genuine provider's schema has them, and its outputs. */
interface RandomKind {
  readonly inputs: Readonly<Record<string, InputType>>;
  readonly required: readonly string[];
  readonly generate: (inputs: Properties) => { id: string; outputs: Properties };
}

const characterInputs: Record<string, InputType> = {
  length: "integer",
  lower: "boolean",
  minLower: "integer",
  minNumeric: "integer",
  minSpecial: "integer",
  minUpper: "integer",
  number: "boolean",
  numeric: "boolean",
  overrideSpecial: "string",
  special: "boolean",
  upper: "boolean",
};

/** The kinds this project uses or offers; the rest of the genuine provider is refused by name. */
const kinds: Record<string, RandomKind> = {
  "random:index/randomPassword:RandomPassword": {
    inputs: characterInputs,
    required: ["length"],
    // The genuine provider's id too says only that there is a password.
    generate: (inputs) => ({ id: "none", outputs: { result: secretValue(randomText(inputs)) } }),
  },
  "random:index/randomString:RandomString": {
    inputs: characterInputs,
    required: ["length"],
    generate: (inputs) => {
      const result = randomText(inputs);
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    inputs: {},
    required: [],
    generate: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { length: "integer" },
    required: ["length"],
    generate: ({ length }) => {
      const bytes = randomBytes(Number(length));
      const outputs = {
        base64: secretValue(bytes.toString("base64")),
        hex: secretValue(bytes.toString("hex")),
      };
      return { id: "none", outputs };
    },
  },
};

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const numeric = "0123456789";
/** The genuine provider's default special characters. */
const special = "!@#$%&*()-_=+[]{}<>:?";

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

/** A text by the rules of RandomPassword and RandomString: the minimums first, the rest from all that is allowed. */
export function randomText(inputs: Properties): string {
  const classes = [
    { characters: upper.toLowerCase(), on: inputs.lower ?? true, least: inputs.minLower },
    { characters: upper, on: inputs.upper ?? true, least: inputs.minUpper },
    { characters: numeric, on: inputs.numeric ?? inputs.number ?? true, least: inputs.minNumeric },
    {
      characters: (inputs.overrideSpecial as string) || special,
      on: inputs.special ?? true,
      least: inputs.minSpecial,
    },
  ];
  const allowed = classes.flatMap(({ characters, on }) => (on ? [characters] : [])).join("");
  const required = classes.flatMap(({ characters, least }) => pick(characters, Number(least ?? 0)));
  const rest = pick(allowed, Number(inputs.length) - required.length);
  return shuffle([...required, ...rest]).join("");
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
  const kind = kinds[type];
  if (!kind)
    throw new Error(`${type} is not simulated in the rehearsal: use ${Object.keys(kinds).join(", ")}`);
  return kind;
}

function pick(characters: string, count: number): string[] {
  return Array.from({ length: Math.max(0, count) }, () => characters.charAt(randomInt(characters.length)));
}

function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters;
}
