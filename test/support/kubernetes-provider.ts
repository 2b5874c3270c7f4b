import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Home } from "../../rehearsal/home.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import type { Properties } from "../../rehearsal/providers/plugin.ts";
import { binaries } from "../../toolchain/binaries.ts";

/** A provider of a control plane, called as the engine calls it. @param settings as the engine hands them over */
export async function openProvider(home: Home, settings: Properties = {}) {
  const kubeconfig = readFileSync(home.kubeconfig, "utf8");
  const { helm } = await binaries(() => {});
  const plugin = kubernetesProvider({ helm, report: () => {} });
  await plugin.configure?.({ kubeconfig, ...settings });
  const resource = (type: string, name: string) => ({
    type: `kubernetes:${type}`,
    urn: `urn:pulumi:dev::test::kubernetes:${type}::${name}`,
  });
  return {
    plugin,
    async check(type: string, name: string, inputs: Properties) {
      return plugin.check(resource(type, name), inputs, { olds: {}, seed: "seed" });
    },
    async create(type: string, name: string, inputs: Properties, preview = false) {
      const checked = await plugin.check(resource(type, name), inputs, { olds: {}, seed: "seed" });
      assert.deepEqual(checked.failures, []);
      return plugin.create(resource(type, name), checked.inputs, { preview });
    },
    diff: (type: string, name: string, olds: Properties, news: Properties) =>
      plugin.diff(resource(type, name), olds, news),
    update: (type: string, name: string, olds: Properties, news: Properties, preview = false) =>
      plugin.update?.(resource(type, name), "", olds, news, { preview }) as Promise<Properties>,
    read: (type: string, name: string, id: string, inputs: Properties) =>
      plugin.read?.(resource(type, name), id, inputs, {}),
    delete: (type: string, name: string, olds: Properties) => plugin.delete(resource(type, name), "", olds),
  };
}

/** Namespace of the objects here. */
export const namespace = "design";

/** A ConfigMap. */
export const configMap = (name: string, more: Properties = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  ...more,
});
/** A Deployment of one pod. */
export const deployment = (name: string, pod: object = {}, metadata: object = {}, spec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace, ...metadata },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "x" }], ...pod },
    },
    ...spec,
  },
});
