import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { RandomString } from "@pulumi/random/randomString.js";
import { type GeneratedSecret, type Rotations, secretTable } from "./table.ts";

/** Makes up a secret as the table says; it stays until its rotation's number changes. */
export function generateSecret(
  name: string,
  key: GeneratedSecret,
  rotations: Rotations | undefined,
  opts: CustomResourceOptions,
): Output<string> {
  const { length = 32 } = secretTable[key];
  return new RandomPassword(name, { length, special: false, ...keptUntil(key, rotations) }, opts).result;
}

/** What keeps something that is made up as it is, until its rotation's number changes. */
export function keptUntil(key: GeneratedSecret, rotations: Rotations | undefined) {
  const rotation = rotations?.[key];
  return rotation === undefined ? {} : { keepers: { rotation: String(rotation) } };
}

/**
 * Makes the keys of a bucket that are valid, each by `make` and under a name of its own, and gives the one in use first.
 * The one before stays valid beside it until the next rotation, so that nothing fails while pods are replaced.
 */
export function bucketKeys<Key>(
  rotations: Rotations | undefined,
  make: (named: (name: string) => string) => Key,
): readonly [Key, ...Key[]] {
  const present = rotations?.objectStore ?? 0;
  const key = (number: number) => make((name) => (number === 0 ? name : `${name}-${number}`));
  return present === 0 ? [key(0)] : [key(present), key(present - 1)];
}

/**
 * A mark that changes exactly when a secret's text does and says nothing about it: pods carry it, so that they start
 * anew with the secret. It is made up, since anything computed from a text helps to guess it.
 */
export function secretVersion(
  name: string,
  text: Input<string>,
  opts: CustomResourceOptions,
): Output<string> {
  const mark = { length: 8, special: false, upper: false };
  return new RandomString(name, { ...mark, keepers: { of: text } }, opts).result;
}
