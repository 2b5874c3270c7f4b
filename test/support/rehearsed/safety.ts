import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { Rehearsed } from "../stage.ts";
import { assertMistakesAreNoticed, assertNetworkIsTheMatrix } from "./network.ts";
import { assertNobodyElseAsksTheApi, assertPodsAreRestricted, assertScratchSpaceIsLimited } from "./pods.ts";
import { assertSecretsShowNowhere } from "./secrets.ts";

/**
 * What is proved of every environment that is up, wherever it runs; to be called within its `describe`.
 * @param rehearsed with the settings of its ups
 */
export function itIsSafe(rehearsed: Rehearsed): void {
  const { home } = rehearsed;
  const within = (check: (client: KubernetesClient) => Promise<void>) => async () => {
    const client = KubernetesClient.fromFile(home.kubeconfig);
    await check(client).finally(() => client.close());
  };

  it(
    "lets its own pods do what the matrix says and nothing else (F49)",
    within((client) => assertNetworkIsTheMatrix(home, client)),
  );
  it(
    "would notice any mistake in the policies that the API server stored (F49)",
    within((client) => assertMistakesAreNoticed(home, client)),
  );
  it(
    "runs restricted pods but for the exceptions, and would let no other in (F55)",
    within(assertPodsAreRestricted),
  );
  it("has nobody ask the Kubernetes API but operators and Traefik", within(assertNobodyElseAsksTheApi));
  it("limits what each container may write to its node's disk", within(assertScratchSpaceIsLimited));
  it("shows a secret nowhere in plain text (F4)", () => assertSecretsShowNowhere(rehearsed));
}
