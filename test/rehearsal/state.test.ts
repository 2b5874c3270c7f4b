import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ComponentResource, type CustomResourceOptions, output, type Resource, secret } from "@pulumi/pulumi";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { clusterProvider } from "../../components/cluster/provider.ts";
import { formerNamespaces } from "../../components/security/former-names.ts";
import { createNamespace } from "../../components/security/namespace.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { type EngineBench, startEngineBench } from "../support/engine.ts";
import { filesBelow } from "../support/files.ts";

class Part extends ComponentResource {
  constructor(type: string, name: string, parent?: Resource) {
    super(`speckle-stacks:index:${type}`, name, {}, { parent });
  }
}

describe("an environment's state under the real engine", function () {
  this.timeout(240_000);
  let bench: EngineBench;
  before(async () => {
    bench = await startEngineBench();
  });
  after(() => bench?.end());

  const stackOf = (name: string, program: (opts: CustomResourceOptions) => unknown): Promise<Stack> =>
    bench.stack(
      name,
      (helm) => ({ kubernetes: kubernetesProvider({ helm, report: () => {} }) }),
      async (): Promise<OutputMap | undefined> => {
        const kubeconfig = output(secret(readFileSync(bench.home.kubeconfig, "utf8")));
        program({ provider: clusterProvider("kubernetes", { kubeconfig, identifier: "test" }) });
        return undefined;
      },
    );

  it("has the first release's namespaces taken over as they are", async () => {
    const names = { speckle: "team", traefik: "door", "postgres-operator": "operator" };
    const create = (key: keyof typeof names, name: string, opts: CustomResourceOptions) =>
      createNamespace(name, { namespace: names[key], podSecurity: "baseline" }, opts);
    const first = (opts: CustomResourceOptions) => {
      const environment = new Part("SpeckleEnvironment", "speckle");
      const edge = new Part("Edge", "speckle-edge", environment);
      const postgres = new Part("Postgres", "speckle-postgres", environment);
      create("speckle", "speckle-namespace", { ...opts, parent: environment });
      create("traefik", "speckle-edge-namespace", { ...opts, parent: edge });
      create("postgres-operator", "speckle-postgres-operator-namespace", { ...opts, parent: postgres });
    };
    const now = (opts: CustomResourceOptions) => {
      const environment = new Part("SpeckleEnvironment", "speckle");
      new Part("Edge", "speckle-edge", environment);
      new Part("Postgres", "speckle-postgres", environment);
      const parent = new Part("Namespaces", "speckle-namespaces", environment);
      const former = formerNamespaces("speckle", environment);
      for (const key of Object.keys(names) as (keyof typeof names)[]) {
        const aliases = [...(former[key] ?? [])];
        create(key, `speckle-namespaces-${key}`, { ...opts, parent, aliases });
      }
    };
    const uids = async () => {
      const found = await bench.client.list("v1", "Namespace");
      const own = found.filter(({ metadata }) => Object.values(names).includes(metadata.name));
      return own.map(({ metadata }) => metadata.uid).sort();
    };
    let program = first;
    const stack = await stackOf("names", (opts) => program(opts));
    await stack.up();
    const before = await uids();
    program = now;
    const { summary } = await stack.up();
    assert.deepEqual(Object.keys(summary.resourceChanges ?? {}).sort(), ["create", "same"]);
    assert.equal(summary.resourceChanges?.create, 1, "the component alone");
    assert.deepEqual([before.length, await uids()], [3, before]);
    await stack.destroy();
  });

  it("tells of a Secret that somebody else has changed, and the next update sets it right", async () => {
    const metadata = { name: "shared", namespace: "default" };
    const reference = { apiVersion: "v1", kind: "Secret", ...metadata };
    const stack = await stackOf("drift", (opts) => {
      new Secret("shared", { metadata, stringData: { password: secret("canary-own") } }, opts);
    });
    const password = async () => (await bench.client.get(reference))?.data?.password;
    await stack.up();
    const own = await password();
    await bench.client.merge(reference, { data: { password: "Y2FuYXJ5LW90aGVy" } });
    assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
    const refreshed = await stack.refresh();
    assert.equal(refreshed.summary.resourceChanges?.update, 1);
    const { summary, stdout } = await stack.up();
    assert.equal(summary.resourceChanges?.update, 1);
    assert.equal(await password(), own);
    const stored = filesBelow(bench.home.state).map((file) => readFileSync(file, "utf8"));
    for (const text of [refreshed.stdout, stdout, ...stored])
      assert.doesNotMatch(text, /canary|Y2FuYXJ5/, "neither the own text nor the other stands anywhere");
    await stack.destroy();
  });
});
