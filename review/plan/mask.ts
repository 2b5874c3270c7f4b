import { createHmac } from "node:crypto";
import { isPlainObject, type PlainObject } from "../../components/merge.ts";

const secretSignature = "4dabf18193072939515e22adb298388d";
const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What stands in the place of a value nobody knows before it exists: plain text in YAML, since templates see it. */
export const unknownMark = "(known after up)";

/** Names of fields and variables whose texts are secrets, wherever they stand. */
const secretName =
  /(passw(or)?d|passphrase|(secret|private|api|certificate)_?key|token|(client|session)_?secret|credentials?)$/i;
const credentialUrl = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)([^\s@]+)(@)/gi;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Replaces the secrets in resources' inputs and in objects, wherever they stand, by marks that are equal exactly when
 * the secrets are.
 */
export type Mask = <T>(value: T) => T;

/**
 * A masker of one review.
 * @param key random and kept by nobody, so that a mark says nothing about a guessable secret
 */
export function masker(key: string): Mask {
  const mark = (value: unknown) => {
    const digest = createHmac("sha256", key).update(JSON.stringify(value)).digest("hex").slice(0, 10);
    return `(secret ${digest})`;
  };
  const text = (value: string) =>
    value
      .replaceAll(credentialUrl, (_, before, secret, after) => `${before}${mark(secret)}${after}`)
      .replaceAll(privateKey, (whole) => mark(whole));
  const masked = (value: unknown, name = ""): unknown => {
    if (value === unknownSentinel) return unknownMark;
    if (typeof value === "string")
      return secretName.test(name) && value !== "" && !isMark(value) ? mark(value) : text(value);
    if (Array.isArray(value)) return value.map((item) => masked(item));
    if (!isPlainObject(value)) return value;
    if (isEnvelope(value)) return mark(value.value);
    if (typeof value.name === "string" && typeof value.value === "string" && secretName.test(value.name))
      return { ...value, value: isMark(value.value) ? value.value : mark(value.value) };
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([field, child]) => [
          field,
          isPlainObject(child) && isSecretData(value, field) ? markEach(child) : masked(child, field),
        ]),
    );
  };
  const markEach = (data: PlainObject) => {
    const known = isEnvelope(data) ? data.value : data;
    if (!isPlainObject(known)) return masked(data);
    return Object.fromEntries(
      Object.entries(known).map(([field, child]) => [
        field,
        typeof child === "string" && isMark(child) ? child : mark(child),
      ]),
    );
  };
  return <T>(value: T) => masked(value) as T;
}

/** A text without the part of its marks that tells secrets apart, for people; a change of one secret is told. */
export function withoutMarks(text: string): string {
  return text
    .replaceAll(/\(secret [0-9a-f]{10}\) → \(secret [0-9a-f]{10}\)/g, "(secret) → another (secret)")
    .replaceAll(/\(secret [0-9a-f]{10}\)/g, "(secret)");
}

/** A secret as the engine sends it. */
export function envelope(value: unknown): PlainObject {
  return { [secretSignature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** Whether a value is one. */
export function isEnvelope(value: PlainObject): boolean {
  return value[secretSignature] !== undefined;
}

function isMark(text: string): boolean {
  return text === unknownMark || /^\(secret [0-9a-f]{10}\)$/.test(text);
}

function isSecretData(object: object, field: string): boolean {
  return "kind" in object && object.kind === "Secret" && (field === "data" || field === "stringData");
}
