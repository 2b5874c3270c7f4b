import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { reveal } from "../marshal.ts";
import type { CheckFailure, Diff, Properties, ProviderPlugin } from "../plugin.ts";

/** Type token of a Helm release. */
export const releaseType = "kubernetes:helm.sh/v3:Release";

/** What real Helm needs. */
export interface HelmOptions {
  /** Path of the Helm 3 program. */
  readonly helm: string;
  /** Text of the cluster's kubeconfig; undefined while it is not known. */
  readonly kubeconfig: () => string | undefined;
}

/** The genuine provider's default time limit of a release, in seconds. */
const defaultTimeoutSeconds = 300;

/** Helm releases through real Helm; as with the genuine provider a preview renders nothing. */
export function releases(options: HelmOptions): Omit<Required<ProviderPlugin>, "configure" | "invoke"> {
  return {
    check: async (_resource, inputs) => ({ inputs, failures: checkRelease(inputs) }),
    diff: async (_resource, olds, news) => diffReleases(olds, news),
    create: async (_resource, inputs, { preview }) => {
      if (preview) return { id: "", outputs: inputs };
      const { name, namespace } = plain(inputs);
      return { id: `${namespace}/${name}`, outputs: await install("install", inputs, options) };
    },
    update: async (_resource, _id, _olds, news, { preview }) =>
      preview ? news : install("upgrade", news, options),
    delete: async (_resource, _id, olds) => {
      const { name, namespace } = plain(olds);
      await runHelm(
        ["uninstall", name, "--namespace", namespace, "--wait", "--ignore-not-found"],
        "",
        options,
      );
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

function plain(properties: Properties): ReleaseInputs {
  return reveal(properties) as unknown as ReleaseInputs;
}

function checkRelease(inputs: Properties): CheckFailure[] {
  return ["name", "namespace", "chart"].flatMap((property) =>
    inputs[property] === undefined ? [{ property, reason: "is required in the rehearsal" }] : [],
  );
}

/** Like the genuine provider: only inputs count, and another name or namespace is another release. */
function diffReleases(olds: Properties, news: Properties): Diff {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changes = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  return { changes, replaces: changes.filter((key) => key === "name" || key === "namespace") };
}

async function install(
  verb: "install" | "upgrade",
  inputs: Properties,
  options: HelmOptions,
): Promise<Properties> {
  const release = plain(inputs);
  const { name, namespace, chart, version, repositoryOpts, timeout, maxHistory, skipAwait } = release;
  const args = [
    ...[verb, name, chart, "--namespace", namespace, "--values", "-", "--output", "json"],
    ...["--timeout", `${timeout ?? defaultTimeoutSeconds}s`],
    ...(version ? ["--version", version] : []),
    ...(repositoryOpts?.repo ? ["--repo", repositoryOpts.repo] : []),
    ...(skipAwait ? [] : ["--wait"]),
    ...(verb === "upgrade" && maxHistory ? ["--history-max", String(maxHistory)] : []),
  ];
  const answer = JSON.parse(await runHelm(args, JSON.stringify(release.values ?? {}), options));
  const { chart: installed, info, version: revision } = answer;
  const { name: chartName, version: chartVersion, appVersion } = installed.metadata;
  const status = {
    name,
    namespace,
    revision,
    status: info.status,
    chart: chartName,
    version: chartVersion,
    appVersion,
  };
  return { ...inputs, status };
}

/** Values go in on standard input: on a command line every user of the machine could read them. */
async function runHelm(args: readonly string[], input: string, options: HelmOptions): Promise<string> {
  const kubeconfig = options.kubeconfig();
  if (!kubeconfig) throw new Error("the release has no kubeconfig: give the cluster's provider to it");
  const folder = mkdtempSync(join(tmpdir(), "helm-"));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const env = {
    ...process.env,
    KUBECONFIG: file,
    HELM_CACHE_HOME: folder,
    HELM_CONFIG_HOME: folder,
    HELM_DATA_HOME: folder,
  };
  try {
    return await new Promise((resolve, reject) => {
      const helm = spawn(options.helm, args, { env });
      let [out, words] = ["", ""];
      helm.stdout.on("data", (chunk) => {
        out += chunk;
      });
      helm.stderr.on("data", (chunk) => {
        words += chunk;
      });
      helm.on("error", reject);
      helm.on("close", (status) =>
        status === 0 ? resolve(out) : reject(new Error(`Helm: ${words.trim()}`)),
      );
      helm.stdin.end(input);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
