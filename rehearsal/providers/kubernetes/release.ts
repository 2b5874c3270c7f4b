import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isPlainObject } from "../../../components/merge.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { hasUnknown, reveal } from "../marshal.ts";
import {
  type CheckFailure,
  type Diff,
  InitializationError,
  type Properties,
  type ResourcePlugin,
} from "../plugin.ts";
import { runHelm } from "./helm.ts";
import { watchBlocked } from "./waiting.ts";

/** Type token of a Helm release. */
export const releaseType = "kubernetes:helm.sh/v3:Release";

/** What real Helm needs. */
export interface HelmOptions {
  /** Path of the Helm 3 program. */
  readonly helm: string;
  /** Text of the cluster's kubeconfig; undefined while it is not known. */
  readonly kubeconfig: () => string | undefined;
  readonly client: () => KubernetesClient | undefined;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The genuine provider's default time limit of a release, in seconds. */
const defaultTimeoutSeconds = 300;

/** Label of a release's record that tells which resource made it; survives an interrupted run. */
const ownerLabel = "rehearsal-owner";

/** Helm releases through real Helm; as with the genuine provider a preview renders nothing. */
export function releases(options: HelmOptions): Required<ResourcePlugin> {
  return {
    check: async (_resource, inputs) => ({ inputs, failures: checkRelease(inputs) }),
    diff: async (_resource, olds, news) => diffReleases(olds, news),
    create: async ({ urn }, inputs, { preview }) => {
      if (preview) return { id: "", outputs: inputs };
      return { id: idOf(inputs), outputs: await install(inputs, urn, options) };
    },
    read: async (_resource, id, inputs) => {
      const [namespace = "", name = ""] = id.split("/");
      const found = await listed({ name, namespace }, options);
      return found ? { inputs, outputs: { ...inputs, status: statusOf(found) } } : undefined;
    },
    update: async ({ urn }, _id, _olds, news, { preview }) => (preview ? news : install(news, urn, options)),
    delete: async (_resource, _id, olds) => {
      const { name, namespace } = plain(olds);
      await helm(["uninstall", name, "--namespace", namespace, "--wait", "--ignore-not-found"], options);
    },
  };
}

/** Inputs of a release this project uses. */
interface ReleaseInputs {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version?: string;
  readonly repositoryOpts?: { readonly repo?: string };
  readonly values?: object;
  readonly timeout?: number;
  readonly maxHistory?: number;
  readonly skipAwait?: boolean;
}

/** One line of `helm list`. */
interface Listed {
  readonly name: string;
  readonly namespace: string;
  readonly revision: string;
  readonly status: string;
  readonly chart: string;
  readonly app_version: string;
}

/** What `helm install` and `helm upgrade` print, as far as it is kept. */
interface Installed {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: { readonly status: string };
  readonly chart: {
    readonly metadata: { readonly name: string; readonly version: string; readonly appVersion?: string };
  };
}

function plain(properties: Properties): ReleaseInputs {
  return reveal(properties) as unknown as ReleaseInputs;
}

function idOf(inputs: Properties): string {
  const { name, namespace } = plain(inputs);
  return `${namespace}/${name}`;
}

function checkRelease(inputs: Properties): CheckFailure[] {
  const missing = ["name", "namespace", "chart"].flatMap((property) =>
    inputs[property] === undefined ? [{ property, reason: "is required in the rehearsal" }] : [],
  );
  const { chart } = plain(inputs);
  const path = typeof chart === "string" && (isAbsolute(chart) || chart.startsWith("."));
  if (!path || hasUnknown(inputs.chart) || existsSync(chart)) return missing;
  return [...missing, { property: "chart", reason: `there is no chart at ${chart}` }];
}

/** Like the genuine provider: only inputs count, and another name or namespace is another release. */
function diffReleases(olds: Properties, news: Properties): Diff {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changes = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  const replaces = changes.filter((key) => key === "name" || key === "namespace");
  return { changes, replaces, paths: changedPaths(reveal(olds), reveal(news)) };
}

/** Where values differ, as the engine writes paths. */
function changedPaths(before: unknown, after: unknown, path = ""): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isPlainObject(before) || !isPlainObject(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => changedPaths(before[key], after[key], pathTo(path, key)));
}

function pathTo(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path ? `${path}.${key}` : key;
}

async function install(inputs: Properties, urn: string, options: HelmOptions): Promise<Properties> {
  const release = plain(inputs);
  const { namespace } = release;
  const verb = await verbFor(release, urn, options);
  const values = JSON.stringify(release.values ?? {});
  let installed: string;
  try {
    installed = await helmWatched(installArgs(verb, release, urn), values, namespace, options);
  } catch (error) {
    const recorded = await listed(release, options, urn);
    if (!recorded) throw error;
    const outputs = { ...inputs, status: statusOf(recorded) };
    throw new InitializationError(idOf(inputs), outputs, (error as Error).message.split("\n"));
  }
  return { ...inputs, status: installedStatus(JSON.parse(installed)) };
}

/**
 * A release of this very resource is upgraded, also when an interrupted run did not come to record it. One that was
 * left pending, which Helm refuses to touch, goes away or back to the revision before it. A release that somebody
 * else made stays as it is, for Helm to refuse.
 */
async function verbFor(
  release: ReleaseInputs,
  urn: string,
  options: HelmOptions,
): Promise<"install" | "upgrade"> {
  const { name, namespace } = release;
  const status = await recordedStatus(release, urn, options);
  if (status === undefined) return "install";
  if (!status.startsWith("pending")) return "upgrade";
  const first = status === "pending-install";
  options.report(`release ${namespace}/${name} was left ${status} by an interrupted run: it is undone`);
  await helm(
    [...(first ? ["uninstall", name, "--wait"] : ["rollback", name]), "--namespace", namespace],
    options,
  );
  return first ? "install" : "upgrade";
}

/** The status of a resource's newest revision, as Helm's records are labelled with it; undefined when there is none. */
async function recordedStatus(
  { name, namespace }: ReleaseInputs,
  urn: string,
  { client }: HelmOptions,
): Promise<string | undefined> {
  const labelSelector = `owner=helm,name=${name},${owner(urn)}`;
  const records = (await client()?.list("v1", "Secret", { namespace, labelSelector })) ?? [];
  const revisionOf = ({ metadata }: KubernetesObject) => Number(metadata.labels?.version);
  const newest = records.sort((one, other) => revisionOf(other) - revisionOf(one))[0];
  return newest?.metadata.labels?.status;
}

function installArgs(verb: "install" | "upgrade", release: ReleaseInputs, urn: string): string[] {
  const { name, namespace, chart, version, repositoryOpts, timeout, maxHistory, skipAwait } = release;
  return [
    ...[verb, name, chart, "--namespace", namespace, "--values", "-", "--labels", owner(urn)],
    ...["--output", "json", "--timeout", `${timeout ?? defaultTimeoutSeconds}s`],
    ...(version ? ["--version", version] : []),
    ...(repositoryOpts?.repo ? ["--repo", repositoryOpts.repo] : []),
    ...(skipAwait ? [] : ["--wait"]),
    ...(verb === "upgrade" && maxHistory ? ["--history-max", String(maxHistory)] : []),
  ];
}

/** Helm waits in silence until its time is up; this says why it waits, and ends it once it waits in vain. */
async function helmWatched(
  args: readonly string[],
  input: string,
  namespace: string,
  options: HelmOptions,
): Promise<string> {
  const client = options.client();
  if (!client) throw new Error("the release has no cluster: give the cluster's provider to it");
  const ended = new AbortController();
  const watcher = watchBlocked(namespace, { client, report: options.report });
  let stuck: readonly string[] | undefined;
  const timer = setInterval(async () => {
    stuck ??= await watcher.stuck().catch(() => undefined);
    if (stuck) ended.abort();
  }, 1000);
  try {
    return await helm(args, options, input, AbortSignal.any([options.signal, ended.signal]));
  } catch (error) {
    const reasons = stuck ?? watcher.reasons();
    const what = stuck ? "Helm waited in vain" : (error as Error).message;
    throw new Error([what, ...reasons].join("\n"));
  } finally {
    clearInterval(timer);
  }
}

/** Helm's record of a release, whoever made it or only when a resource did. */
async function listed(
  { name, namespace }: Pick<ReleaseInputs, "name" | "namespace">,
  options: HelmOptions,
  urn?: string,
): Promise<Listed | undefined> {
  const args = ["list", "--all", "--namespace", namespace, "--filter", `^${name}$`, "--output", "json"];
  return JSON.parse(await helm([...args, ...(urn ? ["--selector", owner(urn)] : [])], options))[0];
}

/** The same of what an installation prints. */
function installedStatus({ name, namespace, version, info, chart: { metadata } }: Installed) {
  const { name: chart, version: chartVersion, appVersion = "" } = metadata;
  return {
    name,
    namespace,
    revision: version,
    status: info.status,
    chart,
    version: chartVersion,
    appVersion,
  };
}

function statusOf({ name, namespace, revision, status, chart, app_version }: Listed) {
  const [, chartName, version] = /^(.*?)-(\d+\.\d+\.\d+.*)$/.exec(chart) ?? [];
  return {
    name,
    namespace,
    revision: Number(revision),
    status,
    chart: chartName,
    version,
    appVersion: app_version,
  };
}

function owner(urn: string): string {
  return `${ownerLabel}=${createHash("sha256").update(urn).digest("hex").slice(0, 32)}`;
}

async function helm(
  args: readonly string[],
  options: HelmOptions,
  input = "",
  signal: AbortSignal = options.signal,
): Promise<string> {
  const kubeconfig = options.kubeconfig();
  if (!kubeconfig) throw new Error("the release has no kubeconfig: give the cluster's provider to it");
  return runHelm({ helm: options.helm, kubeconfig, args, input, signal });
}
