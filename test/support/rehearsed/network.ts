import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../../components/network/evaluate.ts";
import { type Matrix, networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkPolicy } from "../../../components/network/network-policy.ts";
import type { NetworkArgs } from "../../../components/network/peers.ts";
import { type KnownPod, proof, samplePods } from "../../../components/network/proof.ts";
import type { Home } from "../../../rehearsal/home.ts";
import type { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { project } from "../../../rehearsal/stack-file.ts";
import { mistakes } from "../network-mistakes.ts";
import type { Rehearsed } from "../stage.ts";

/** Peers whose pods are named otherwise than the peer is, by how their names begin. */
const podNames: Readonly<Record<string, string>> = {
  "cert-manager": "cert-manager-[0-9a-f]{6,10}",
  "postgres-operator": "cloudnative-pg",
  postgres: "speckle-postgres",
  valkey: "speckle-valkey",
  "object-store": "speckle-object-store",
};

/** Peers whose pods have come and gone by the time anybody looks: Helm's check, and the answer to an authority. */
const passing = ["cert-manager-startupapicheck", "challenge-solver"];

/** The pods that are there may do what the matrix says and nothing else, by the policies the API server stored. */
export async function assertNetworkIsTheMatrix(
  client: KubernetesClient,
  { home }: Pick<Rehearsed, "home">,
): Promise<void> {
  const matrix = networkMatrix(networkOf(home));
  const policies = await storedPolicies(client);
  const pods = (await client.list("v1", "Pod")).filter(({ metadata }) => !metadata.deletionTimestamp);
  const known = knownPods(pods, matrix);
  assert.deepEqual(unseen(known, matrix), [], "every peer has a pod here");
  const differences = proof(matrix, [...known, ...others(matrix)]);
  for (const engine of ["standard", "exceptIgnored", "ipBlockSkipsCluster"] satisfies Engine[])
    assert.deepEqual(differences({ policies, engine }).next().value, undefined);
}

/**
 * Halves of roles that say what another role says of everybody: the way in to Traefik is open, and DigitalOcean's API
 * server may be anywhere.
 */
const saidTwice = /^(cert-manager-own-challenge-ingress: |cert-manager-authority-egress: .*443)/;

/** Made of the same policies in the proof's own test: there are hundreds of public ranges. */
const ofSingleAddresses = ["a peer is gone", "an address range is twice as large"];

/** Whoever removes a rule, or widens a selector or a port, of the policies the API server stored is noticed. */
export async function assertMistakesAreNoticed(client: KubernetesClient, { home }: Rehearsed): Promise<void> {
  const differences = proof(networkMatrix(networkOf(home)));
  const policies = await storedPolicies(client);
  assert.deepEqual(differences({ policies }).next().value, undefined);
  const unnoticed = Object.entries(mistakes(policies)).flatMap(([kind, found]) => {
    assert.ok(found.length > 0, kind);
    if (ofSingleAddresses.includes(kind)) return [];
    return found.flatMap((mistake) =>
      saidTwice.test(`${mistake.what}: `) || !differences(mistake).next().done
        ? []
        : [`${kind}: ${mistake.what}`],
    );
  });
  assert.deepEqual(unnoticed, []);
}

/** What the program built its network from, as the engine keeps it. */
function networkOf({ state, stack }: Home): NetworkArgs {
  const file = join(state, ".pulumi", "stacks", project, `${stack}.json`);
  const { resources } = JSON.parse(readFileSync(file, "utf8")).checkpoint.latest;
  return resources.find(({ type }: { type: string }) => type === "speckle-stacks:index:Namespaces").inputs
    .network;
}

async function storedPolicies(client: KubernetesClient): Promise<NetworkPolicy[]> {
  return (await client.list("networking.k8s.io/v1", "NetworkPolicy")) as unknown as NetworkPolicy[];
}

function governedPeers(matrix: Matrix) {
  const peers = matrix.roles.flatMap(({ from, to }) => [...from, ...to]);
  return peers.flatMap((peer) =>
    peer.kind === "pods" && matrix.namespaces.includes(peer.namespace) ? [peer] : [],
  );
}

/** Told by their names, so that a label the policies select and the chart does not write shows up as a difference. */
function knownPods(pods: readonly KubernetesObject[], matrix: Matrix): KnownPod[] {
  const peers = governedPeers(matrix);
  return pods.flatMap(({ metadata: { name, namespace = "", labels = {} } }) => {
    if (!matrix.namespaces.includes(namespace)) return [];
    const peer = peers.find((each) =>
      new RegExp(`^${podNames[each.name] ?? each.name}-[0-9a-z-]+$`).test(name),
    );
    assert.ok(peer, `${namespace}/${name} is a pod that the matrix names`);
    return [{ peer: peer.name, pod: { kind: "pod", namespace, name, labels } }];
  });
}

function unseen(known: readonly KnownPod[], matrix: Matrix): string[] {
  const seen = new Set([...known.map(({ peer }) => peer), ...passing]);
  return [...new Set(governedPeers(matrix).map(({ name }) => name))].filter((name) => !seen.has(name));
}

/** Strangers, and the pods of the cluster's own namespaces, which the rehearsal has none of. */
function others(matrix: Matrix): KnownPod[] {
  return samplePods(matrix).filter(({ peer, pod }) => !peer || !matrix.namespaces.includes(pod.namespace));
}
