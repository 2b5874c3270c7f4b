import assert from "node:assert/strict";
import { consumers, type SecretKey, secretTable } from "../../../components/secrets/table.ts";
import { workload } from "../../../components/speckle/workloads.ts";
import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { Rehearsed } from "../stage.ts";
import { changedKeys, identifiers, podIdentities, secretTexts } from "./secrets.ts";

/** One setting changes exactly what carries the secret, and starts exactly what reads it anew. */
export async function assertRotates({ home, run }: Rehearsed, secret: SecretKey, sets: readonly string[]) {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  try {
    const [texts, pods] = [await secretTexts(client), await podIdentities(client)];
    assert.deepEqual((await run("up", ...sets)).problems, []);
    const { carriers, restarts = "" } = secretTable[secret];
    const changed = changedKeys(texts, await secretTexts(client));
    assert.deepEqual(
      changed.filter((key) => !identifiers.test(key)),
      carriers
        .map(({ name, key }) => `${name}.${key}`)
        .filter((key) => key in texts)
        .sort(),
    );
    const readers = [...consumers(secret).map((key) => workload(key).name), restarts];
    assert.deepEqual(
      changedKeys(pods, await podIdentities(client)),
      readers.filter((name) => name in pods).sort(),
    );
  } finally {
    client.close();
  }
}

/**
 * Rotations of an environment on a cloud, one by one; to be called within its `describe` as the last that goes up.
 * @param secrets whose texts the program itself has made
 * @param key type of the bucket's key
 */
export function itRotates(rehearsed: Rehearsed, secrets: readonly SecretKey[], key: string): void {
  const rotations: string[] = [];

  for (const secret of secrets)
    it(`changes and restarts exactly what reads it when its secret is rotated: ${secret}`, async () => {
      rotations.push(`rotate.${secret}=1`);
      await assertRotates(rehearsed, secret, rotations);
    });

  it("has both keys of the bucket while pods are replaced, and then still the one before", async () => {
    const made = steps(`+ ${key} speckle-object-store-key-1`);
    assert.ok(made >= 0 && made < steps("~ Release speckle-release", made));
    assert.equal(steps(`- ${key} speckle-object-store-key`), -1);
  });

  it("takes a key away with the rotation after the next, once nothing uses it", async () => {
    const before = rehearsed.finished.length;
    const { problems } = await rehearsed.run("up", ...rotations, "rotate.objectStore=2");
    assert.deepEqual(problems, []);
    const replaced = steps("~ Release speckle-release", before);
    assert.ok(steps(`+ ${key} speckle-object-store-key-2`, before) < replaced);
    assert.ok(replaced < steps(`- ${key} speckle-object-store-key`, before));
    assert.equal(steps(`- ${key} speckle-object-store-key-1`), -1);
  });

  /** Where a step is among those that were finished. */
  function steps(step: string, from = 0): number {
    return rehearsed.finished.findIndex((line, index) => index >= from && line.trim() === step);
  }
}
