import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { Rehearsed } from "../stage.ts";
import { assertMistakesAreNoticed, assertNetworkIsTheMatrix } from "./network.ts";
import {
  assertExceptionsAreNeeded,
  assertNobodyElseAsksTheApi,
  assertPodsAnswerUntilNothingLeadsToThem,
  assertPodsAreRestricted,
  assertScratchSpaceIsLimited,
  assertSecretsAreOnlyThoseNeeded,
} from "./pods.ts";
import { assertSecretsShowNowhere } from "./secrets.ts";
import { assertVolumesAreInTheTable } from "./volumes.ts";

/** What is asked of the API server of every environment that is up, wherever it runs. */
const checks: Readonly<Record<string, (client: KubernetesClient, rehearsed: Rehearsed) => Promise<void>>> = {
  "lets its own pods do what the matrix says and nothing else (F49)": assertNetworkIsTheMatrix,
  "would notice any mistake in the policies that the API server stored (F49)": assertMistakesAreNoticed,
  "runs restricted pods but for the exceptions, and would let no other in (F55)": assertPodsAreRestricted,
  "has no exception that its chart has made needless (C4)": assertExceptionsAreNeeded,
  "has nobody ask the Kubernetes API but operators and Traefik (A24, A25)": assertNobodyElseAsksTheApi,
  "gives a pod the Secrets that it needs, and no other (A26)": assertSecretsAreOnlyThoseNeeded,
  "limits what each container may write to its node's disk (C25)": assertScratchSpaceIsLimited,
  "has pods that go on answering until nothing leads to them": assertPodsAnswerUntilNothingLeadsToThem,
  "has no volume but those in the table, written by nobody else (C17, C27)": assertVolumesAreInTheTable,
};

/**
 * What is proved of an environment that is up; to be called within its `describe`.
 * @param rehearsed with the settings of its ups
 */
export function itIsSafe(rehearsed: Rehearsed): void {
  for (const [what, check] of Object.entries(checks))
    it(what, async function () {
      this.timeout(800_000);
      const client = KubernetesClient.fromFile(rehearsed.home.kubeconfig);
      await check(client, rehearsed).finally(() => client.close());
    });

  it("shows a secret nowhere in plain text (F4)", () => assertSecretsShowNowhere(rehearsed));
}
