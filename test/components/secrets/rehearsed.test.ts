import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { consumers, type SecretKey, secretTable } from "../../../components/secrets/table.ts";
import { workload } from "../../../components/speckle/workloads.ts";
import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { stage } from "../../support/stage.ts";

const mail = { host: "mail.example.com", port: 587, from: "speckle@example.com", username: "speckle" };
const email = `email=${JSON.stringify(mail)}`;

describe("the secrets of a rehearsed dev", function () {
  this.timeout(240_000);
  const { home, run, end } = stage();
  let client: KubernetesClient;
  const sets = new Map<string, string>([["emailPassword", "first-canary"]]);
  before(async () => {
    await up();
    client = KubernetesClient.fromFile(home.kubeconfig);
  });
  after(async () => {
    client?.close();
    await end();
  });

  async function up(change: Record<string, string> = {}): Promise<void> {
    for (const [key, value] of Object.entries(change)) sets.set(key, value);
    const { problems } = await run("up", email, ...[...sets].map(([key, value]) => `${key}=${value}`));
    assert.deepEqual(problems, []);
  }

  /** Every key of every Secret of Speckle's namespace, with its text; certificates are cert-manager's to renew. */
  async function texts(): Promise<Record<string, string>> {
    const others = ["helm.sh/release.v1", "kubernetes.io/tls"];
    const secrets = (await client.list("v1", "Secret")).filter(
      ({ metadata, type }) => metadata.namespace === "speckle" && !others.includes(type),
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

  /** Pods by what runs them; a pod made anew has another identity. */
  async function identities(): Promise<Record<string, string>> {
    const pods = (await client.list("v1", "Pod")).filter(({ metadata }) => !metadata.deletionTimestamp);
    return Object.fromEntries(pods.map((pod) => [runner(pod), String(pod.metadata.uid)]));
  }

  function runner({ metadata }: KubernetesObject): string {
    const hash = metadata.labels?.["pod-template-hash"];
    return hash
      ? metadata.name.slice(0, metadata.name.indexOf(`-${hash}`))
      : metadata.name.replace(/-\d+$/, "");
  }

  function changed(before: Record<string, string>, after: Record<string, string>): string[] {
    assert.deepEqual(Object.keys(before).sort(), Object.keys(after).sort());
    return Object.keys(before)
      .filter((key) => before[key] !== after[key])
      .sort();
  }

  it("are all in the table, each as long as it says", async () => {
    const all = await texts();
    const here = Object.values(secretTable).filter(({ when }) => when === undefined);
    const carriers = here.flatMap((facts) => facts.carriers);
    const listed = carriers.map(({ name, key }) => `${name}.${key}`);
    const identifiers = ["speckle-object-store.rootAccessKeyId", "speckle-postgres-owner.username"];
    assert.deepEqual(Object.keys(all).sort(), [...listed, ...identifiers].sort());
    for (const {
      length,
      carriers: [first],
      what,
    } of here)
      if (length)
        assert.match(all[`${first?.name}.${first?.key}`] ?? "", new RegExp(`^[0-9A-Za-z]{${length}}$`), what);
  });

  const rotations: [secret: SecretKey, change: Record<string, string>][] = [
    ["postgres", { "rotate.postgres": "1" }],
    ["cache", { "rotate.cache": "1" }],
    ["objectStore", { "rotate.objectStore": "1" }],
    ["session", { "rotate.session": "1" }],
    ["session", { "rotate.session": "2" }],
    ["email", { emailPassword: "second-canary" }],
  ];
  for (const [secret, change] of rotations)
    it(`change and restart exactly what reads them: ${Object.keys(change)}=${Object.values(change)}`, async () => {
      const [textsBefore, podsBefore] = [await texts(), await identities()];
      await up(change);
      const { carriers, restarts } = secretTable[secret];
      assert.deepEqual(
        changed(textsBefore, await texts()),
        carriers.map(({ name, key }) => `${name}.${key}`).sort(),
      );
      const readers = consumers(secret).filter((key) => key !== "ifc_import_service");
      assert.deepEqual(
        changed(podsBefore, await identities()),
        [...readers.map((key) => workload(key).name), ...(restarts ? [restarts] : [])].sort(),
      );
    });

  it("are not among the values that Helm keeps of any release (F4)", async () => {
    const releases = (await client.list("v1", "Secret")).filter(({ type }) => type === "helm.sh/release.v1");
    assert.ok(releases.length >= 5);
    const canaries = Object.entries(await texts()).filter(([name]) => !/Id$|username$/.test(name));
    for (const { metadata, data } of releases) {
      const helm = Buffer.from(Buffer.from(data.release, "base64").toString(), "base64");
      const content = gunzipSync(helm).toString();
      for (const [name, text] of canaries) assert.ok(!content.includes(text), `${name} in ${metadata.name}`);
    }
  });

  it("let IFC import be switched on, off and on again (trap 4)", async () => {
    for (const ifcImport of ["true", "false", "true"]) {
      await up({ ifcImport });
      const importer = ifcImport === "true" ? "speckle-ifc-import-service" : "speckle-fileimport-service";
      assert.ok((await identities())[importer], importer);
    }
  });
});
