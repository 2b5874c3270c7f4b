import type { KubernetesClient } from "../kubernetes/client.ts";
import { certificates, issuers } from "./certificates.ts";
import { kubelet } from "./kubelet.ts";
import { loadBalancers } from "./load-balancers.ts";
import { postgresClusters } from "./postgres.ts";
import type { Reconciler } from "./reconciler.ts";
import { claims, releasedVolumes } from "./volumes.ts";

/** The one list of what the agent does in somebody's place. */
export const reconcilers: readonly Reconciler[] = [
  kubelet,
  claims,
  releasedVolumes,
  loadBalancers,
  postgresClusters,
  certificates,
  ...issuers,
];

/** Left out altogether: the control plane is started without the admission plugins that would ask them. */
const unasked = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].map((kind) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind,
  simulates: `nobody asks the webhooks of a ${kind}, since the pods behind them run nothing`,
}));

/** What was simulated on a control plane, a sentence each: only kinds that have objects there. */
export async function simulatedWork(client: KubernetesClient): Promise<string[]> {
  const present = await Promise.all(
    [...reconcilers, ...unasked].map(async ({ apiVersion, kind, simulates }) => {
      const objects = await client.list(apiVersion, kind).catch(() => []);
      const relevant =
        kind === "Service" ? objects.filter(({ spec }) => spec.type === "LoadBalancer") : objects;
      return relevant.length > 0 ? [simulates] : [];
    }),
  );
  return present.flat();
}
