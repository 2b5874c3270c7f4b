import assert from "node:assert/strict";
import { type VolumeFacts, volumes, writableRoots } from "../../../components/security/volumes.ts";
import type { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { charts } from "../stage.ts";
import { environmentPods } from "./pods.ts";
import { runner } from "./secrets.ts";

/** Every volume of every pod is in the table, as the table says it, and nobody else may write anything. */
export async function assertVolumesAreInTheTable(client: KubernetesClient): Promise<void> {
  for (const pod of await environmentPods(client)) {
    const containers: any[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    for (const volume of pod.spec.volumes ?? []) assertVolume(pod, volume, containers);
    for (const { name, securityContext } of containers)
      assert.ok(
        securityContext?.readOnlyRootFilesystem || runner(pod) in writableRoots,
        `${pod.metadata.name} ${name} may write to its own file system`,
      );
  }
}

function assertVolume(pod: KubernetesObject, volume: any, containers: readonly any[]): void {
  const { name, ...source } = volume;
  const where = `${pod.metadata.name} ${name}`;
  const facts = volumes.find(
    (each) =>
      each.pods.includes(runner(pod)) &&
      (each.volume.endsWith("-") ? name.startsWith(each.volume) : name === each.volume),
  );
  assert.ok(facts, `${where} is in the table`);
  const [[kind, own]] = Object.entries<any>(source) as [[string, any]];
  assert.equal(kind, facts.kind, where);
  if (kind !== "emptyDir" && kind !== "persistentVolumeClaim") return;
  if (kind === "emptyDir") assert.deepEqual([own.medium, own.sizeLimit], [facts.medium, facts.limit], where);
  assertWriters(where, facts, name, containers);
}

/** A stand-in for a chart mounts less than the genuine chart. */
function assertWriters(
  where: string,
  { writtenBy }: VolumeFacts,
  volume: string,
  containers: readonly any[],
) {
  const writers = containers
    .filter(({ volumeMounts = [] }) =>
      volumeMounts.some((mount: any) => mount.name === volume && !mount.readOnly),
    )
    .map(({ name }) => name);
  if (charts.length > 0) assert.deepEqual(writers.sort(), [...writtenBy].sort(), where);
  else
    assert.deepEqual(
      writers.filter((name) => !writtenBy.includes(name)),
      [],
      where,
    );
}
