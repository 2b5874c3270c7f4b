import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { hashSync } from "bcryptjs";
import { secretValue } from "./marshal.ts";
import type { Properties } from "./plugin.ts";

/** Types of inputs. */
export type InputType = "boolean" | "integer" | "string" | "map";

/** One kind of random resource: its inputs as the genuine provider's schema has them, and its outputs. */
export interface RandomKind {
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

/** Every kind of @pulumi/random 4.21, by its type token. */
export const randomKinds: Record<string, RandomKind> = {
  "random:index/randomPassword:RandomPassword": {
    inputs: characterInputs,
    required: ["length"],
    // The genuine provider's id too says only that there is a password.
    generate: (inputs) => {
      const result = randomText(inputs);
      const bcryptHash = secretValue(hashSync(result, 10));
      return { id: "none", outputs: { result: secretValue(result), bcryptHash } };
    },
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
  "random:index/randomId:RandomId": {
    inputs: { byteLength: "integer", prefix: "string" },
    required: ["byteLength"],
    generate: ({ byteLength, prefix = "" }) => {
      const bytes = randomBytes(Number(byteLength));
      const forms = {
        b64Std: bytes.toString("base64"),
        b64Url: bytes.toString("base64url"),
        dec: BigInt(`0x0${bytes.toString("hex")}`).toString(),
        hex: bytes.toString("hex"),
      };
      const outputs = Object.fromEntries(
        Object.entries(forms).map(([form, text]) => [form, `${prefix}${text}`]),
      );
      return { id: forms.b64Url, outputs };
    },
  },
  "random:index/randomPet:RandomPet": {
    inputs: { length: "integer", prefix: "string", separator: "string" },
    required: [],
    generate: ({ length = 2, prefix, separator = "-" }) => {
      const words = Array.from({ length: Number(length) }, (_, index) =>
        petWord(index === Number(length) - 1),
      );
      const id = [...(prefix ? [prefix] : []), ...words].join(String(separator));
      return { id, outputs: { length, separator } };
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

const animals = [
  "badger",
  "crane",
  "dolphin",
  "ferret",
  "heron",
  "lynx",
  "otter",
  "puffin",
  "raven",
  "tapir",
];
const adjectives = ["amber", "brisk", "calm", "deft", "eager", "gentle", "keen", "lucid", "merry", "witty"];

function petWord(last: boolean): string {
  const words = last ? animals : adjectives;
  return words[randomInt(words.length)] ?? "";
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const numeric = "0123456789";
/** The genuine provider's default special characters. */
const special = "!@#$%&*()-_=+[]{}<>:?";

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
