import assert from "node:assert/strict";
import type { Engine } from "../../../components/network/evaluate.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkPolicy } from "../../../components/network/network-policy.ts";
import type { NetworkArgs } from "../../../components/network/peers.ts";
import { proof } from "../../../components/network/proof.ts";
import type { Home } from "../../../rehearsal/home.ts";
import type { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import { knownPods, others, unseen } from "../known-pods.ts";
import { mistakes } from "../network-mistakes.ts";
import type { Rehearsed } from "../stage.ts";
import { engineState } from "./state.ts";

/** The pods that are there may do what the matrix says and nothing else, by the policies the API server stored. */
export async function assertNetworkIsTheMatrix(
  client: KubernetesClient,
  { home }: Pick<Rehearsed, "home">,
): Promise<void> {
  const matrix = networkMatrix(networkOf(home));
  const policies = await storedPolicies(client);
  const known = knownPods(await client.list("v1", "Pod"), matrix);
  assert.deepEqual(unseen(known, matrix), [], "every peer has a pod here");
  const differences = proof(matrix, [...known, ...others(matrix)]);
  for (const engine of ["standard", "exceptIgnored", "ipBlockSkipsCluster"] satisfies Engine[])
    assert.deepEqual(differences({ policies, engine }).next().value, undefined);
}

/** A half of a role that says what another role says of everybody: the way in to Traefik is open. */
const saidTwice = "cert-manager-own-challenge-ingress";

/** What is tried of the stored policies; the proof's own test makes every kind of mistake in the same ones. */
const tried = /(policy|rule) is gone|takes (all|every)|lost a label|any namespace/;

/** Whoever removes a rule, or widens a selector or a port, of the policies the API server stored is noticed. */
export async function assertMistakesAreNoticed(client: KubernetesClient, { home }: Rehearsed): Promise<void> {
  const differences = proof(networkMatrix(networkOf(home)));
  const policies = await storedPolicies(client);
  assert.deepEqual(differences({ policies }).next().value, undefined);
  const chosen = Object.entries(mistakes(policies)).filter(([kind]) => tried.test(kind));
  for (const [kind, found] of chosen) assert.ok(found.length > 0, kind);
  const unnoticed = chosen.flatMap(([kind, found]) =>
    found
      .filter(({ what }) => !what.startsWith(saidTwice))
      .filter((mistake) => differences(mistake).next().done)
      .map(({ what }) => `${kind}: ${what}`),
  );
  assert.deepEqual(unnoticed, []);
}

/** What the program built its network from, as the engine keeps it. */
export function networkOf(home: Home): NetworkArgs {
  const { resources } = engineState(home);
  return resources.find(({ type }) => type === "speckle-stacks:index:Namespaces")?.inputs.network;
}

async function storedPolicies(client: KubernetesClient): Promise<NetworkPolicy[]> {
  return (await client.list("networking.k8s.io/v1", "NetworkPolicy")) as unknown as NetworkPolicy[];
}
