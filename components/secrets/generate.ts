import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { RandomString } from "@pulumi/random/randomString.js";
import { type GeneratedSecret, type Rotations, secretTable } from "./table.ts";

/** A secret with the mark of its present text. */
export interface VersionedSecret {
  readonly text: Output<string>;
  readonly version: Output<string>;
}

/** Makes up a secret as the table says; it stays until its rotation's number changes. */
export function generateSecret(
  name: string,
  key: GeneratedSecret,
  rotations: Rotations | undefined,
  opts: CustomResourceOptions,
): VersionedSecret {
  const rotation = rotations?.[key];
  const { length = 32 } = secretTable[key];
  const keepers = rotation === undefined ? {} : { keepers: { rotation: String(rotation) } };
  const { result } = new RandomPassword(name, { length, special: false, ...keepers }, opts);
  return { text: result, version: secretVersion(`${name}-version`, result, opts) };
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
  return new RandomString(name, { length: 8, special: false, upper: false, keepers: { of: text } }, opts)
    .result;
}
