import { join } from "node:path";
import type { ClusterHost } from "../../rehearsal/providers/cloud/host.ts";
import { kubeconfigFor } from "../../rehearsal/providers/cloud/kubeconfig.ts";
import { nodesAfter } from "../../rehearsal/providers/cloud/pools.ts";
import type { CloudOptions, CloudProvider } from "../../rehearsal/providers/cloud/provider.ts";
import { reveal } from "../../rehearsal/providers/marshal.ts";
import type { Properties } from "../../rehearsal/providers/plugin.ts";
import { temporaryFolder } from "./temporary.ts";

/** A resource as a test holds it. */
export interface Held {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  /** With secret marks. */
  readonly outputs: Properties;
  /** Without them. */
  readonly open: any;
}

/** Credentials of the control plane that no file of a cloud may hold. */
export const canaryKey = "Y2FuYXJ5LWtleQ==";

/** A control plane that only remembers its nodes, and the load balancers a test gives it. */
export function rememberingHost(loadBalancers: readonly string[] = []) {
  const nodes = new Map<string, number>();
  const access = {
    server: "https://127.0.0.1:6443",
    authority: "Y2E=",
    context: "kwok",
    user: {},
  };
  const host: ClusterHost = {
    kubeconfig: () =>
      kubeconfigFor(access, { "client-certificate-data": "Y2VydA==", "client-key-data": canaryKey }),
    beginCluster: async () => {},
    endCluster: async () => {},
    applyPool: async (pool, previous) => {
      nodes.set(pool.name, nodesAfter(pool, nodes.get(pool.name) ?? 0, previous));
    },
    removePool: async ({ name }) => void nodes.delete(name),
    dropPool: async ({ name }) => void nodes.delete(name),
    strandable: async () => ({ loadBalancers, volumes: [] }),
  };
  return { host, nodes };
}

/** A simulated cloud in a folder of its own, used as the engine would. */
export function cloudBench(
  make: (options: CloudOptions) => CloudProvider,
  options: Partial<CloudOptions> & { loadBalancers?: readonly string[]; region?: string } = {},
) {
  const state = options.state ?? join(temporaryFolder("cloud"), "cloud.json");
  const { host, nodes } = rememberingHost(options.loadBalancers);
  const provider = make({ state, host, ...(options.faults && { faults: options.faults }) });
  const resourceOf = (type: string, name: string) => ({ type, urn: `urn:pulumi:s::p::${type}::${name}` });
  const held = (type: string, name: string, id: string, inputs: Properties, outputs: Properties): Held => ({
    type,
    name,
    id,
    inputs,
    outputs,
    open: reveal(outputs),
  });
  const check = async (type: string, name: string, inputs: Properties, olds: Properties = {}) => {
    const { failures, inputs: checked } = await provider.check(resourceOf(type, name), inputs, {
      olds,
      seed: "",
    });
    if (failures.length > 0) {
      throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join("; "));
    }
    return checked;
  };
  return {
    provider,
    nodes,
    state,
    configure: () => provider.configure?.({ region: options.region ?? "eu-central-1" }),
    make: async (type: string, name: string, inputs: Properties) => {
      const checked = await check(type, name, inputs);
      const { id, outputs } = await provider.create(resourceOf(type, name), checked, { preview: false });
      return held(type, name, id, checked, outputs);
    },
    /** What a change of some inputs means. */
    diff: async (one: Held, change: Properties) => {
      const news = await check(one.type, one.name, { ...one.inputs, ...change }, one.inputs);
      return provider.diff(resourceOf(one.type, one.name), one.inputs, news);
    },
    update: async (one: Held, change: Properties) => {
      const resource = resourceOf(one.type, one.name);
      const news = await check(one.type, one.name, { ...one.inputs, ...change }, one.inputs);
      const outputs = await provider.update?.(resource, one.id, one.outputs, news, { preview: false });
      return held(one.type, one.name, one.id, news, outputs ?? {});
    },
    remove: (one: Held) => provider.delete(resourceOf(one.type, one.name), one.id, one.outputs),
  };
}
