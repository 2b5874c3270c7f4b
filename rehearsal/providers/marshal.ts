import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./plugin.ts";

/** The engine's mark of a value that is not known yet, in a preview. */
export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret, so that the engine encrypts it in state and masks it in output. */
export function secretValue(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** Whether something in a value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownMark) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/** Whether something in a value is marked as secret. */
export function isSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSecret);
  if (!isRecord(value)) return false;
  return value[signatureKey] === secretSignature || Object.values(value).some(isSecret);
}

/** A value without its secret marks; what follows from it must be marked again. */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) return reveal(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, reveal(child)]));
}

/** Properties out of a message of the engine. */
export function fromStruct(message: struct.Struct | undefined): Properties {
  return (message?.toJavaScript() ?? {}) as Properties;
}

/** Properties as a message for the engine; what is undefined is left out. */
export function toStruct(properties: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
