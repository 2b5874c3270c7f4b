import assert from "node:assert/strict";
import type { Matrix } from "../../components/network/matrix.ts";
import { type KnownPod, samplePods } from "../../components/network/proof.ts";
import type { KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";

/** Peers whose pods are named otherwise than the peer is, by how their names begin. */
const podNames: Readonly<Record<string, string>> = {
  "cert-manager": "cert-manager-[0-9a-f]{6,10}",
  "postgres-operator": "cloudnative-pg",
  postgres: "speckle-postgres",
  valkey: "speckle-valkey",
  "object-store": "speckle-object-store",
};

/** Peers with pods for a moment only: nobody finds one by the time anybody looks. */
const passing: ReadonlySet<string> = new Set(["cert-manager-startupapicheck", "challenge-solver"]);

/**
 * The pods of a matrix's namespaces, each with its peer: told by their names, so that a label the policies select and
 * the chart does not write shows up as a difference.
 */
export function knownPods(pods: readonly KubernetesObject[], matrix: Matrix): KnownPod[] {
  const peers = governedPeers(matrix);
  const there = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  return there.flatMap(({ metadata: { name, namespace = "", labels = {} } }) => {
    if (!matrix.namespaces.includes(namespace)) return [];
    const peer = peers.find((each) =>
      new RegExp(`^${podNames[each.name] ?? each.name}-[0-9a-z-]+$`).test(name),
    );
    assert.ok(peer, `${namespace}/${name} is a pod that the matrix names`);
    return [{ peer: peer.name, pod: { kind: "pod", namespace, name, labels } }];
  });
}

/** Peers of a matrix's namespaces that have no pod, and should. */
export function unseen(known: readonly KnownPod[], matrix: Matrix): string[] {
  const seen = new Set(known.map(({ peer }) => peer));
  const names = new Set(governedPeers(matrix).map(({ name }) => name));
  return [...names].filter((name) => !seen.has(name) && !passing.has(name));
}

/** Strangers, peers with pods for a moment only, and the pods of the cluster's own namespaces, which the rehearsal has none of. */
export function others(matrix: Matrix): KnownPod[] {
  return samplePods(matrix).filter(
    ({ peer, pod }) => !peer || passing.has(peer) || !matrix.namespaces.includes(pod.namespace),
  );
}

function governedPeers(matrix: Matrix) {
  const peers = matrix.roles.flatMap(({ from, to }) => [...from, ...to]);
  return peers.flatMap((peer) =>
    peer.kind === "pods" && matrix.namespaces.includes(peer.namespace) ? [peer] : [],
  );
}
