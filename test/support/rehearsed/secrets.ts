import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Home } from "../../../rehearsal/home.ts";
import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { filesBelow } from "../files.ts";
import type { Rehearsed } from "../stage.ts";

/** Keys of Secrets that say who somebody is, and not how to be them. */
export const identifiers = /\.(username|user|host|port|dbname|rootAccessKeyId)$/;

/** Every key of every Secret of Speckle's namespace, with its text; certificates are cert-manager's to renew. */
export async function secretTexts(
  client: KubernetesClient,
  namespace = "speckle",
): Promise<Record<string, string>> {
  const others = ["helm.sh/release.v1", "kubernetes.io/tls"];
  const secrets = (await client.list("v1", "Secret", { namespace })).filter(
    ({ type }) => !others.includes(type),
  );
  return Object.fromEntries(
    secrets.flatMap(({ metadata, data }) =>
      Object.entries(data as Record<string, string>).map(([key, encoded]) => [
        `${metadata.name}.${key}`,
        Buffer.from(encoded, "base64").toString(),
      ]),
    ),
  );
}

/** Pods of Speckle's namespace by what runs them; a pod made anew has another identity. */
export async function podIdentities(client: KubernetesClient): Promise<Record<string, string>> {
  const pods = await client.list("v1", "Pod", { namespace: "speckle" });
  const present = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const runners = Map.groupBy(present, runner);
  return Object.fromEntries(
    [...runners].map(([name, own]) => [
      name,
      own
        .map(({ metadata }) => metadata.uid)
        .sort()
        .join(),
    ]),
  );
}

/** What runs a pod: a Deployment, a StatefulSet, a Job, or the cluster of an operator. */
export function runner({ metadata }: KubernetesObject): string {
  const job = metadata.labels?.["batch.kubernetes.io/job-name"];
  if (job && metadata.ownerReferences?.some(({ kind }: { kind: string }) => kind === "Job")) return job;
  const hash = metadata.labels?.["pod-template-hash"];
  return hash
    ? metadata.name.slice(0, metadata.name.indexOf(`-${hash}`))
    : metadata.name.replace(/-\d+$/, "");
}

/** The keys whose texts are others than before, sorted. */
export function changedKeys(before: Record<string, string>, after: Record<string, string>): string[] {
  assert.deepEqual(Object.keys(before).sort(), Object.keys(after).sort());
  return Object.keys(before)
    .filter((key) => before[key] !== after[key])
    .sort();
}

/** One text that must stand nowhere. */
interface Canary {
  readonly name: string;
  readonly text: string;
}

/**
 * No secret of the environment stands in the engine's state, its events, a log, a command line, what a command
 * answers, or in what Helm keeps of any release: Helm has names of Secrets alone.
 */
export async function assertSecretsShowNowhere(rehearsed: Rehearsed): Promise<void> {
  const { home, events, finished } = rehearsed;
  const client = KubernetesClient.fromFile(home.kubeconfig);
  const canaries = [
    ...canariesOf(await secretTexts(client), readFileSync(home.kubeconfig, "utf8")),
    ...(await registrationLinks(client)),
  ];
  assert.ok(canaries.length >= 15, `${canaries.length} canaries`);
  const releases = await helmReleases(client);
  assert.ok(releases.length >= 2);
  client.close();
  const outcome = await rehearsed.run("preview");
  assert.ok(events.length > 100);
  const places: [string, string][] = [
    ["outcome", JSON.stringify(outcome)],
    ["progress", finished.join("\n")],
    ["events", events.join("\n")],
    ["processes", execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" })],
    ...releases,
    ...engineFiles(home),
  ];
  const found = places.flatMap(([place, content]) =>
    canaries.filter(({ text }) => content.includes(text)).map(({ name }) => `${name} in ${place}`),
  );
  assert.deepEqual(found, []);
}

/** Every secret text, the password of those that are addresses, each in base64 too; and the cluster's own key. */
function canariesOf(texts: Record<string, string>, kubeconfig: string): Canary[] {
  const key = /client-key-data: (\S+)/.exec(kubeconfig)?.[1] ?? "";
  assert.ok(key.length > 100);
  const secrets = Object.entries(texts)
    .filter(([name]) => !identifiers.test(name))
    .flatMap(([name, text]) => {
      const password = /^\w+:\/\/[^@]*:([^@]+)@/.exec(text)?.[1];
      return [{ name, text }, ...(password ? [{ name: `password of ${name}`, text: password }] : [])];
    });
  const encoded = secrets.map(({ name, text }) => ({
    name: `${name} in base64`,
    text: Buffer.from(text).toString("base64"),
  }));
  return [...secrets, ...encoded, { name: "kubeconfig", text: key }];
}

/** The end of the link for the first account: Traefik compares no hashes, so that it stands in an object of its own. */
async function registrationLinks(client: KubernetesClient): Promise<Canary[]> {
  const middlewares = await client.list("traefik.io/v1alpha1", "Middleware");
  const cookies = middlewares.map(
    ({ spec }) => /speckle-registration=([^;"]+)/.exec(JSON.stringify(spec))?.[1],
  );
  return cookies.flatMap((text) => (text ? [{ name: "registration link", text }] : []));
}

async function helmReleases(client: KubernetesClient): Promise<[string, string][]> {
  const releases = (await client.list("v1", "Secret")).filter(({ type }) => type === "helm.sh/release.v1");
  return releases.map(({ metadata, data }) => {
    const packed = Buffer.from(Buffer.from(data.release, "base64").toString(), "base64");
    return [metadata.name, gunzipSync(packed).toString()];
  });
}

/** Everything the engine and the background process have written; the control plane's own data is its own. */
function engineFiles(home: Home): [string, string][] {
  return [home.state, home.work, join(home.root, "pulumi")]
    .flatMap(filesBelow)
    .concat(home.log)
    .map((file) => [file, readFileSync(file, "utf8")]);
}
