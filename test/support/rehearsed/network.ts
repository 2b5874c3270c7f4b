import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../../components/network/evaluate.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkPolicy } from "../../../components/network/network-policy.ts";
import type { NetworkArgs } from "../../../components/network/peers.ts";
import { proof } from "../../../components/network/proof.ts";
import type { Home } from "../../../rehearsal/home.ts";
import type { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import { project } from "../../../rehearsal/stack-file.ts";
import { knownPods, others, unseen } from "../known-pods.ts";
import { mistakes } from "../network-mistakes.ts";

/** The pods that are there may do what the matrix says and nothing else, by the policies the API server stored. */
export async function assertNetworkIsTheMatrix(home: Home, client: KubernetesClient): Promise<void> {
  const matrix = networkMatrix(networkOf(home));
  const policies = await storedPolicies(client);
  const known = knownPods(await client.list("v1", "Pod"), matrix);
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
export async function assertMistakesAreNoticed(home: Home, client: KubernetesClient): Promise<void> {
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
