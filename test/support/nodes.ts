import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { workloadLabel } from "../../components/cluster/pools.ts";
import { workloads } from "../../components/speckle/workloads.ts";
import { applyNodes, type NodeSpec, removeNodes } from "../../rehearsal/control-plane/nodes.ts";
import { ownProcesses } from "../../rehearsal/control-plane/processes.ts";
import type { Home } from "../../rehearsal/home.ts";
import { podReports } from "../../rehearsal/inventory.ts";
import { ApiError, KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import { isReady, type KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import type { PodReport } from "../../rehearsal/outcome.ts";
import { eventually } from "./control-plane.ts";
import { runner } from "./rehearsed/secrets.ts";

/** The nodes of a pool. */
export async function nodesOf(client: KubernetesClient, role: string): Promise<NodeSpec[]> {
  const nodes = await client.list("v1", "Node", { labelSelector: `${workloadLabel}=${role}` });
  return nodes.map(({ metadata, spec, status }) => {
    const { cpu, memory, pods } = status.allocatable;
    return {
      name: metadata.name,
      labels: metadata.labels ?? {},
      taints: spec.taints ?? [],
      cpu,
      memory,
      pods,
    };
  });
}

/** Loses each general node in turn, every time until all runs again on the others, and gives it back. */
export async function loseEachGeneralNode(kubeconfig: string): Promise<void> {
  const client = KubernetesClient.fromFile(kubeconfig);
  try {
    const nodes = await nodesOf(client, "general");
    assert.ok(nodes.length > 1);
    for (const node of nodes) {
      const pods = await loseNodes(client, [node.name]);
      for (const { pool, name } of pods) assert.equal(pool === "heavy", isHeavy(name), name);
      await applyNodes(client, [node]);
    }
  } finally {
    client.close();
  }
}

/**
 * Asks for two pods of each workload to leave, as whoever empties nodes does, before any is replaced, and waits until
 * all run again; returns the statuses it was answered with.
 */
export async function evictTwoOfEach(home: Home): Promise<Record<string, number[]>> {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  try {
    const pods = (await client.list("v1", "Pod")).filter(({ metadata }) => gentle.has(metadata.namespace));
    const answers: Record<string, number[]> = {};
    await eventually(async () =>
      (await client.list("policy/v1", "PodDisruptionBudget")).every(
        ({ status }) => status?.disruptionsAllowed > 0,
      ),
    );
    // A simulated node runs a replacement within milliseconds, and then the next pod may rightly leave.
    await whileStill(home, "kube-controller-manager", async () => {
      for (const [name, own] of Map.groupBy(pods, runner)) {
        const statuses: number[] = [];
        for (const pod of own.slice(0, 2)) statuses.push(await evict(client, pod));
        answers[name] = statuses;
      }
    });
    await eventually(async () => (await waiting(client)).length === 0);
    return answers;
  } finally {
    client.close();
  }
}

/** Does something while a program of a rehearsal stands still. */
async function whileStill(home: Home, program: string, work: () => Promise<void>): Promise<void> {
  const held = ownProcesses(home).filter((process) => process.program === program);
  assert.equal(held.length, 1, program);
  for (const { pid } of held) process.kill(pid, "SIGSTOP");
  try {
    await work();
  } finally {
    for (const { pid } of held) process.kill(pid, "SIGCONT");
  }
}

/** Every ReplicaSet and StatefulSet with fewer pods that are ready than it wants, by name. */
async function waiting(client: KubernetesClient): Promise<string[]> {
  const sets = await Promise.all(["ReplicaSet", "StatefulSet"].map((kind) => client.list("apps/v1", kind)));
  const pods = (await client.list("v1", "Pod")).filter(
    (pod) => !pod.metadata.deletionTimestamp && isReady(pod),
  );
  const running = (uid?: string) =>
    pods.filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner: { uid: string }) => owner.uid === uid),
    );
  return sets
    .flat()
    .filter(({ metadata, spec }) => running(metadata.uid).length < spec.replicas)
    .map(({ metadata }) => metadata.name);
}

/** Namespaces of what serves people. */
const gentle: ReadonlySet<string | undefined> = new Set(["speckle", "traefik"]);

/** The status with which the API server answers an eviction. */
function evict(client: KubernetesClient, { metadata }: KubernetesObject): Promise<number> {
  return client.evict(metadata).then(
    () => 201,
    (error) => {
      if (error instanceof ApiError) return error.code;
      throw error;
    },
  );
}

/** Whether a pod does heavy work. */
export function isHeavy(name: string): boolean {
  return workloads.some(({ pool, name: workload }) => pool === "heavy" && name.startsWith(workload));
}

/**
 * Takes nodes away at once with what runs there, as a failure does, and waits until the scheduler has found another
 * place for all of it; returns the pods as they are then.
 */
export async function loseNodes(client: KubernetesClient, names: readonly string[]): Promise<PodReport[]> {
  const before = await podReports(client);
  await removeNodes(client, names);
  const lost = before.filter(({ node }) => names.includes(node));
  for (const { name, namespace } of lost)
    await client.delete({ apiVersion: "v1", kind: "Pod", name, namespace }, { gracePeriodSeconds: 0 });
  const deadline = Date.now() + 120_000;
  for (;;) {
    const sets = await waiting(client);
    const now = await podReports(client);
    if (sets.length === 0 && now.every(({ ready, name }) => ready && !lost.some((pod) => pod.name === name)))
      return now;
    const pods = now.filter(({ ready }) => !ready).map(({ name, reason }) => `${name}: ${reason}`);
    assert.ok(Date.now() < deadline, `still wait: ${[...sets, ...pods].join("; ")}`);
    await pause(200);
  }
}
