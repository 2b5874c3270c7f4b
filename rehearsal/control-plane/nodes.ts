import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { isReady, type KubernetesObject } from "../kubernetes/objects.ts";

/** A simulated node. */
export interface NodeSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** What it offers to pods, in Kubernetes quantities. */
  readonly cpu: string;
  readonly memory: string;
  /** How many pods fit on it; default: kubelet's own. */
  readonly pods?: string;
}

const fieldManager = "speckle-stacks-rehearsal";

/** kubelet's own default. */
const podsPerNode = "110";

/** Makes nodes, or brings them in line, and waits until they are Ready. */
export async function applyNodes(client: KubernetesClient, nodes: readonly NodeSpec[]): Promise<void> {
  await Promise.all(nodes.map((node) => client.apply(nodeObject(node), { fieldManager, force: true })));
  await Promise.all(nodes.map(({ name }) => nodeReady(client, name)));
}

/** Removes nodes; those that are not there are no error. */
export async function removeNodes(client: KubernetesClient, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => client.delete({ apiVersion: "v1", kind: "Node", name })));
}

/** The Node object that kwok keeps alive. */
export function nodeObject(spec: NodeSpec): KubernetesObject {
  const { name, labels, taints, cpu, memory, pods = podsPerNode } = spec;
  const resources = { cpu, memory, pods, "ephemeral-storage": "100Gi" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...labels,
      },
    },
    spec: { taints },
    status: { allocatable: resources, capacity: resources },
  };
}

async function nodeReady(client: KubernetesClient, name: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const node = await client.get({ apiVersion: "v1", kind: "Node", name });
    if (node && isReady(node)) return;
    await pause(100);
  }
  throw new Error(
    `node ${name} did not become Ready within 60 s: the kwok process of the rehearsal may have ended`,
  );
}
