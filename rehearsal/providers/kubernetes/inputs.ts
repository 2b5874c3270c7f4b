import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { hasUnknown, reveal, secretValue } from "../marshal.ts";
import type { CheckContext, Properties, Resource } from "../plugin.ts";

const autonamed = "pulumi.com/autonamed";

/** Inputs as the genuine provider completes them: a name where there is none, Secret texts as `data`. */
export function completed({ urn }: Resource, inputs: Properties, context: CheckContext): Properties {
  const named = withName(urn, inputs, context);
  return inputs.kind === "Secret" ? withEncodedData(named) : named;
}

function withName(urn: string, inputs: Properties, { olds, seed }: CheckContext): Properties {
  const metadata = (inputs.metadata ?? {}) as Properties;
  if (metadata.name !== undefined || metadata.generateName !== undefined) return inputs;
  const before = (reveal(olds.metadata) ?? {}) as { name?: string; annotations?: Record<string, string> };
  const kept = before.annotations?.[autonamed] === "true" ? before.name : undefined;
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 8);
  const name = kept ?? `${urn.split("::").at(-1)}-${suffix}`.toLowerCase();
  const annotations = { ...(metadata.annotations as object), [autonamed]: "true" };
  return { ...inputs, metadata: { ...metadata, name, annotations } };
}

function withEncodedData({ stringData, ...inputs }: Properties): Properties {
  if (stringData === undefined) return inputs;
  if (hasUnknown(stringData)) return { ...inputs, stringData };
  const texts = Object.entries(reveal(stringData) as Record<string, string>);
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return {
    ...inputs,
    data: secretValue({ ...(reveal(inputs.data) as object), ...Object.fromEntries(encoded) }),
  };
}

/** The object that properties of the engine describe: inputs, or the inputs that outputs were made from. */
export function objectOf(properties: Properties): KubernetesObject {
  const { __inputs, ...own } = reveal(properties) as Properties;
  return (__inputs ?? own) as KubernetesObject;
}

/** The whole live object, what it was made from, and by whom; a Secret's data stays secret in both. */
export function outputsOf(inputs: Properties, live: KubernetesObject, urn: string): Properties {
  return {
    ...withSecretData(live),
    __inputs: secretValue(reveal(inputs)),
    __fieldManager: fieldManagerOf(urn),
    __initialApiVersion: live.apiVersion,
  };
}

/** What a live object says of the fields its inputs have; all it says when it has none, for an import. */
export function inputsOf(inputs: Properties, live: KubernetesObject): Properties {
  const { status: _status, metadata, ...rest } = live;
  const { name, namespace, labels, annotations } = metadata;
  const own = Object.keys(inputs).length > 0;
  const seen = own
    ? likeInputs(live, reveal(inputs))
    : { ...rest, metadata: { name, namespace, labels, annotations } };
  return withSecretData(seen as KubernetesObject);
}

function likeInputs(live: unknown, inputs: unknown): unknown {
  if (isPlain(inputs) && isPlain(live)) {
    const kept = Object.keys(inputs).filter((key) => key in live);
    return Object.fromEntries(kept.map((key) => [key, likeInputs(live[key], inputs[key])]));
  }
  if (Array.isArray(inputs) && Array.isArray(live) && inputs.length === live.length)
    return live.map((item, index) => likeInputs(item, inputs[index]));
  return live;
}

function withSecretData(object: KubernetesObject): Properties {
  return object.kind === "Secret" ? { ...object, data: secretValue(object.data ?? {}) } : { ...object };
}

/** `namespace/name`, or the name alone. */
export function idOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** One manager per resource, so that two resources that set the same field are told apart. */
export function fieldManagerOf(urn: string): string {
  return `pulumi-kubernetes-${urn.split("::").at(-1)}`.slice(0, 128);
}

/** Fields at the top of two objects that differ, leaving out what the server writes by itself. */
export function changedFields(before: KubernetesObject, after: KubernetesObject): string[] {
  const plain = ({ metadata, status: _status, ...rest }: KubernetesObject): Record<string, unknown> => {
    const { resourceVersion: _version, managedFields: _managed, generation: _generation, ...own } = metadata;
    return { ...rest, metadata: own };
  };
  const [old, now] = [plain(before), plain(after)];
  return Object.keys({ ...old, ...now }).filter((key) => !isDeepStrictEqual(old[key], now[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
