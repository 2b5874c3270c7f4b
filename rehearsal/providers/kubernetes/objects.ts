import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  ApiError,
  type KubernetesClient,
  NoSuchKindError,
  type ObjectRef,
  refOf,
} from "../../kubernetes/client.ts";
import { describeObject, type KubernetesObject } from "../../kubernetes/objects.ts";
import { hasUnknown } from "../marshal.ts";
import { type Diff, InitializationError, type Properties, type ResourcePlugin } from "../plugin.ts";
import { changedFields, completed, fieldManagerOf, idOf, inputsOf, objectOf, outputsOf } from "./inputs.ts";
import { isAwaited } from "./readiness.ts";
import { NotReadyError, untilReady, type Waiting } from "./waiting.ts";

/** Waits, in seconds, between tries while a definition or a namespace is not there yet: the genuine provider's own. */
const retrySeconds = [1, 2, 4, 8, 16, 32];
/** Longest wait for a deletion, in seconds. */
const deletionSeconds = 120;

/** What objects need of their provider. */
export interface ObjectOptions {
  /** The cluster; undefined while it is not known. */
  readonly client: () => KubernetesClient | undefined;
  /** Kinds whose data may change in place; the genuine provider replaces the others. */
  readonly mutable: (kind: string) => boolean;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Objects of any kind by server-side apply; in preview a dry run on the server, so that its refusal shows before. */
export function objects(options: ObjectOptions): Required<ResourcePlugin> {
  const connected = () => {
    const client = options.client();
    if (client) return client;
    throw new Error("the kubernetes provider has no kubeconfig: give the cluster's provider to the resource");
  };
  const waiting = (): Waiting => ({ client: connected(), report: options.report, signal: options.signal });
  return {
    check: async (resource, inputs, context) => {
      const named = completed(resource, inputs, context);
      return { inputs: await withNamespace(options.client(), named), failures: [] };
    },
    diff: async ({ urn }, olds, news) => diffObjects(options, objectOf(olds), objectOf(news), urn),
    create: async ({ urn }, inputs, { preview }) => {
      const object = objectOf(inputs);
      if (preview) {
        await dryRunOfNew(options.client(), object, urn);
        return { id: "", outputs: inputs };
      }
      const live = await retried(() => createNew(connected(), object, urn));
      return { id: idOf(live), outputs: await settled(inputs, live, urn, waiting()) };
    },
    read: async ({ urn, type }, id, inputs) => {
      const live = await connected().get(refOfId(type, id));
      if (!live) return undefined;
      // State is made from what was seen, or the next update would not tell that somebody else has changed it.
      const seen = inputsOf(inputs, live);
      return { inputs: seen, outputs: outputsOf(seen, live, urn) };
    },
    update: async ({ urn }, _id, _olds, news, { preview }) => {
      const object = objectOf(news);
      if (preview) {
        await dryRun(options.client(), object, urn);
        return news;
      }
      const live = await apply(connected(), object, urn);
      return settled(news, live, urn, waiting());
    },
    delete: async (_resource, _id, olds) => deleteAndWait(connected(), objectOf(olds)),
  };
}

/** The genuine provider writes the default namespace into the inputs of a namespaced object. */
async function withNamespace(client: KubernetesClient | undefined, inputs: Properties): Promise<Properties> {
  const { apiVersion, kind, metadata } = inputs as { apiVersion: string; kind: string; metadata: Properties };
  if (!client || hasUnknown([apiVersion, kind]) || metadata.namespace !== undefined) return inputs;
  const resource = await client.resourceOf(apiVersion, kind).catch(() => undefined);
  return resource?.namespaced ? { ...inputs, metadata: { ...metadata, namespace: "default" } } : inputs;
}

/** Another name or namespace is another object; everything else is asked of the server. */
async function diffObjects(
  options: ObjectOptions,
  before: KubernetesObject,
  after: KubernetesObject,
  urn: string,
): Promise<Diff> {
  if (isDeepStrictEqual(before, after)) return { changes: [], replaces: [] };
  const identity = (["apiVersion", "kind"] as const).filter((key) => before[key] !== after[key]);
  const names = (["name", "namespace"] as const).filter(
    (key) => before.metadata[key] !== after.metadata[key],
  );
  const moved = [...identity.filter((key) => key === "kind"), ...names.map((key) => `metadata.${key}`)];
  if (moved.length > 0) return { changes: moved, replaces: moved };
  const changes = Object.keys({ ...before, ...after }).filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
  const data = changes.filter((key) => ["data", "stringData", "binaryData"].includes(key));
  if (data.length > 0 && ["Secret", "ConfigMap"].includes(after.kind) && !options.mutable(after.kind))
    return { changes, replaces: data, deleteBeforeReplace: true };
  const answer = await askServer(options.client(), after, urn);
  if (answer === "unknown") return { changes, replaces: [] };
  if (answer === "immutable") return { changes, replaces: changes, deleteBeforeReplace: true };
  return { changes: answer, replaces: [] };
}

/** What the server would change; `immutable` when it says that it never will, `unknown` when it cannot say. */
async function askServer(
  client: KubernetesClient | undefined,
  object: KubernetesObject,
  urn: string,
): Promise<string[] | "immutable" | "unknown"> {
  if (!client || hasUnknown(object)) return "unknown";
  try {
    const live = await client.get(refOf(object));
    const would = await client.apply(object, {
      fieldManager: fieldManagerOf(urn),
      dryRun: true,
      force: true,
    });
    return live ? changedFields(live, would) : "unknown";
  } catch (error) {
    return isImmutable(error) ? "immutable" : "unknown";
  }
}

/** The server refuses to change what is there, and never will. */
function isImmutable(error: unknown): boolean {
  const final = /immutable|Forbidden: (may not|updates to)|may not be changed/i;
  return error instanceof ApiError && error.code === 422 && final.test(error.message);
}

/** A refusal fails the preview; a missing definition or namespace may yet come, and an unreachable cluster too. */
async function dryRun(
  client: KubernetesClient | undefined,
  object: KubernetesObject,
  urn: string,
): Promise<void> {
  if (!client || hasUnknown(object)) return;
  try {
    await client.apply(object, { fieldManager: fieldManagerOf(urn), dryRun: true, force: true });
  } catch (error) {
    if (error instanceof ApiError && error.code !== 404) throw refusal(object, error);
  }
}

/**
 * The same of an object that is made. What is in the way of a replacement goes before it: where the server will not change
 * that, it is asked about the new one under another name, as by the genuine provider (`provider/pkg/await/await.go`).
 */
async function dryRunOfNew(
  client: KubernetesClient | undefined,
  object: KubernetesObject,
  urn: string,
): Promise<void> {
  try {
    await dryRun(client, object, urn);
  } catch (error) {
    if (!(error instanceof Error && isImmutable(error.cause))) throw error;
    const { metadata } = object;
    const name = `${metadata.name.slice(0, 50)}-preview`;
    await dryRun(client, { ...object, metadata: { ...metadata, name } }, urn);
  }
}

async function createNew(
  client: KubernetesClient,
  object: KubernetesObject,
  urn: string,
): Promise<KubernetesObject> {
  const existing = await client.get(refOf(object));
  if (existing && !isOwn(existing, urn)) {
    const state = existing.metadata.deletionTimestamp ? "is being deleted" : "already exists";
    throw new Error(
      `${describeObject(object)} ${state}: import it, or remove it, before the program creates it`,
    );
  }
  return apply(client, object, urn);
}

/** An interrupted run may have created it and not have come to say so. */
function isOwn({ metadata }: KubernetesObject, urn: string): boolean {
  const managers: { manager: string }[] = metadata.managedFields ?? [];
  return !metadata.deletionTimestamp && managers.some(({ manager }) => manager === fieldManagerOf(urn));
}

async function apply(client: KubernetesClient, object: KubernetesObject, urn: string) {
  try {
    return await client.apply(object, { fieldManager: fieldManagerOf(urn), force: true });
  } catch (error) {
    throw error instanceof ApiError && error.code !== 404 ? refusal(object, error) : error;
  }
}

function refusal(object: KubernetesObject, error: ApiError): Error {
  return new Error(`the API server refuses ${describeObject(object)}: ${error.message}`, { cause: error });
}

async function settled(
  inputs: Properties,
  live: KubernetesObject,
  urn: string,
  waiting: Waiting,
): Promise<Properties> {
  try {
    return outputsOf(inputs, await untilReady(live, waiting), urn);
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
    throw new InitializationError(idOf(live), outputsOf(inputs, error.live ?? live, urn), [
      error.what,
      ...error.reasons,
    ]);
  }
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (const seconds of retrySeconds) {
    try {
      return await attempt();
    } catch (error) {
      const mayYetCome =
        error instanceof NoSuchKindError || (error instanceof ApiError && error.code === 404);
      if (!mayYetCome) throw error;
      await pause(seconds * 1000);
    }
  }
  return attempt();
}

/** With its await skipped a deletion is not waited for either, as with the genuine provider. */
async function deleteAndWait(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  const ref = refOf(object);
  try {
    if (!(await client.delete(ref, { propagationPolicy: "Foreground" })) || !isAwaited(object)) return;
  } catch (error) {
    // Its definition is gone, and every object of the kind with it.
    if (error instanceof NoSuchKindError) return;
    throw error;
  }
  const deadline = Date.now() + deletionSeconds * 1000;
  for (;;) {
    const left = await client.get(ref).catch((error) => {
      if (error instanceof NoSuchKindError) return undefined;
      throw error;
    });
    if (!left) return;
    if (Date.now() > deadline) {
      const finalizers = left.metadata.finalizers?.join(", ") || "none";
      throw new Error(
        `${describeObject(object)} is still being deleted after ${deletionSeconds} s; finalizers: ${finalizers}`,
      );
    }
    await pause(100);
  }
}

/** The object that a type token such as `kubernetes:apps/v1:Deployment` and an id `namespace/name` mean. */
function refOfId(type: string, id: string): ObjectRef {
  const [, group = "", kind = ""] = type.split(":");
  const [name = "", namespace] = id.split("/").reverse();
  return { apiVersion: group.replace(/^core\//, ""), kind, name, namespace };
}
