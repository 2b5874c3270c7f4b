import { isDeepStrictEqual } from "node:util";
import {
  ApiError,
  KubernetesClient,
  NoSuchKindError,
  type ObjectRef,
  refOf,
} from "../../kubernetes/client.ts";
import { describeObject, type KubernetesObject } from "../../kubernetes/objects.ts";
import { withoutExec } from "../cloud/kubeconfig.ts";
import { hasUnknown, reveal, secretValue } from "../marshal.ts";
import type { CheckFailure, Diff, Properties, ProviderPlugin, Resource } from "../plugin.ts";
import { releases, releaseType } from "./release.ts";

/** Waits, in seconds, between tries while a definition or a namespace is not there yet: the genuine provider's own. */
const retrySeconds = [1, 2, 4, 8, 16, 32];
/** Longest wait for a deletion, in seconds. */
const deletionSeconds = 120;

/**
 * The Kubernetes provider's stand-in. Objects of any kind: server-side apply, and in preview a dry run on the server,
 * so that its refusal shows before anything is created. Releases: real Helm, at the path given. Kubeconfigs that ask a
 * cloud's program for a token get the credentials of the rehearsal's own, whose text `credentials` gives.
 */
export function kubernetesProvider(options: {
  readonly helm: string;
  readonly credentials?: () => string;
}): ProviderPlugin {
  const { helm, credentials } = options;
  let kubeconfig: string | undefined;
  let client: KubernetesClient | undefined;
  const connected = () => {
    if (!client)
      throw new Error(
        "the kubernetes provider has no kubeconfig: give the cluster's provider to the resource",
      );
    return client;
  };
  const objects: ProviderPlugin = {
    check: async (resource, inputs) => checkObject(resource, inputs),
    diff: async (_resource, olds, news) => diffObjects(client, olds, news),
    create: async ({ urn }, inputs, { preview }) => {
      const object = objectOf(inputs);
      if (preview) {
        await dryRun(client, object, urn);
        return { id: "", outputs: inputs };
      }
      const live = await retried(() => createNew(connected(), object, urn));
      return { id: idOf(live), outputs: outputsOf(inputs, live, urn) };
    },
    update: async ({ urn }, _id, _olds, news, { preview }) => {
      const object = objectOf(news);
      if (preview) {
        await dryRun(client, object, urn);
        return news;
      }
      const live = await connected().apply(object, { fieldManager: fieldManagerOf(urn), force: true });
      return outputsOf(news, live, urn);
    },
    delete: async (_resource, _id, olds) => deleteAndWait(connected(), objectOf(olds)),
  };
  const helmReleases = releases({ helm, kubeconfig: () => kubeconfig });
  const of = ({ type }: Resource): ProviderPlugin => (type === releaseType ? helmReleases : objects);
  return {
    configure: async (given) => {
      const config = withCredentials(given, credentials);
      client = connect(config, client);
      const text = reveal(config.kubeconfig);
      if (typeof text === "string" && !hasUnknown(text)) kubeconfig = text;
    },
    check: (resource, ...rest) => of(resource).check(resource, ...rest),
    diff: (resource, ...rest) => of(resource).diff(resource, ...rest),
    create: (resource, ...rest) => of(resource).create(resource, ...rest),
    update: (resource, ...rest) => of(resource).update?.(resource, ...rest) ?? Promise.resolve({}),
    delete: (resource, ...rest) => of(resource).delete(resource, ...rest),
  };
}

function withCredentials(config: Properties, credentials: (() => string) | undefined): Properties {
  if (!credentials || config.kubeconfig === undefined || hasUnknown(config.kubeconfig)) return config;
  return { ...config, kubeconfig: withoutExec(String(reveal(config.kubeconfig)), credentials()) };
}

/** One cluster per program: calls do not say which provider instance they mean, so a second one would be confused with it. */
function connect(config: Properties, current: KubernetesClient | undefined): KubernetesClient | undefined {
  if (hasUnknown(config.kubeconfig) || config.kubeconfig === undefined) return current;
  const next = new KubernetesClient(String(reveal(config.kubeconfig)));
  if (current && current.server !== next.server) {
    throw new Error(
      `a rehearsal has one cluster, but the program has providers for ${current.server} and ${next.server}`,
    );
  }
  return next;
}

/** Secrets' `stringData` becomes `data`, as the genuine provider has it; a name of its own is required. */
function checkObject(
  { type }: Resource,
  inputs: Properties,
): { inputs: Properties; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const { name } = (reveal(inputs.metadata) ?? {}) as { name?: string };
  if (!name)
    failures.push({ property: "metadata.name", reason: `${type} needs a fixed name in the rehearsal` });
  return { inputs: inputs.kind === "Secret" ? withEncodedData(inputs) : inputs, failures };
}

function withEncodedData({ stringData, ...inputs }: Properties): Properties {
  if (stringData === undefined || hasUnknown(stringData)) {
    return stringData === undefined ? inputs : { ...inputs, stringData };
  }
  const texts = Object.entries(reveal(stringData) as Record<string, string>);
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return {
    ...inputs,
    data: secretValue({ ...(reveal(inputs.data) as object), ...Object.fromEntries(encoded) }),
  };
}

function objectOf(properties: Properties): KubernetesObject {
  const { __inputs, ...own } = reveal(properties) as Properties;
  return (__inputs ?? own) as KubernetesObject;
}

/** Another name or namespace is another object; everything else is asked of the server. */
async function diffObjects(
  client: KubernetesClient | undefined,
  olds: Properties,
  news: Properties,
): Promise<Diff> {
  const [before, after] = [objectOf(olds), objectOf(news)];
  if (isDeepStrictEqual(before, after)) return { changes: [], replaces: [] };
  const identity = (["name", "namespace"] as const).filter(
    (key) => before.metadata[key] !== after.metadata[key],
  );
  if (identity.length > 0) {
    const paths = identity.map((key) => `metadata.${key}`);
    return { changes: paths, replaces: paths };
  }
  const changes = Object.keys({ ...before, ...after }).filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
  const immutable = await immutableFields(client, after);
  return {
    changes,
    replaces: immutable.length > 0 ? changes : [],
    deleteBeforeReplace: immutable.length > 0,
  };
}

/** Fields the server says can never change; empty when it would take the change. */
async function immutableFields(
  client: KubernetesClient | undefined,
  object: KubernetesObject,
): Promise<string[]> {
  if (!client || hasUnknown(object)) return [];
  try {
    await client.apply(object, { fieldManager: "dry-run", dryRun: true, force: true });
    return [];
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 422) return [];
    const final = /immutable|Forbidden: (may not|updates to)|may not be changed/i;
    if (!final.test(error.message)) return [];
    return error.causes.length > 0 ? error.causes.map(({ field }) => field ?? "") : [error.message];
  }
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

async function createNew(
  client: KubernetesClient,
  object: KubernetesObject,
  urn: string,
): Promise<KubernetesObject> {
  if (await client.get(refOf(object))) {
    throw new Error(
      `${describeObject(object)} already exists: import it, or remove it, before the program creates it`,
    );
  }
  try {
    return await client.apply(object, { fieldManager: fieldManagerOf(urn), force: true });
  } catch (error) {
    throw error instanceof ApiError && error.code !== 404 ? refusal(object, error) : error;
  }
}

function refusal(object: KubernetesObject, error: ApiError): Error {
  return new Error(`the API server refuses ${describeObject(object)}: ${error.message}`);
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

async function deleteAndWait(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  const ref: ObjectRef = refOf(object);
  if (!(await client.delete(ref, { propagationPolicy: "Foreground" }))) return;
  const deadline = Date.now() + deletionSeconds * 1000;
  for (;;) {
    const left = await client.get(ref);
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

/** The whole live object, what it was made from, and by whom; a Secret's data stays secret in both. */
function outputsOf(inputs: Properties, live: KubernetesObject, urn: string): Properties {
  const secret = live.kind === "Secret";
  const own = secret ? { ...live, data: secretValue(live.data ?? {}) } : live;
  return {
    ...own,
    __inputs: secretValue(reveal(inputs)),
    __fieldManager: fieldManagerOf(urn),
    __initialApiVersion: live.apiVersion,
  };
}

function idOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** One manager per resource, so that two resources that set the same field are told apart. */
function fieldManagerOf(urn: string): string {
  return `pulumi-kubernetes-${urn.split("::").at(-1)}`.slice(0, 128);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
