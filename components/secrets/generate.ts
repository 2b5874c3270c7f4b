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
  const rotation = rotations?.[key];
  const { length = 32 } = secretTable[key];
  const keepers = rotation === undefined ? {} : { keepers: { rotation: String(rotation) } };
  return new RandomPassword(name, { length, special: false, ...keepers }, opts).result;
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
