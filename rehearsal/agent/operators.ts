import type { KubernetesClient } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";

/** Field manager of everything done in an operator's place. */
export const operatorFieldManager = "rehearsal-operator";

/** Whether a Deployment with this `app.kubernetes.io/name` is ready: an operator that is not there does nothing. */
export async function operatorReady(client: KubernetesClient, name: string): Promise<boolean> {
  const labelSelector = `app.kubernetes.io/name=${name}`;
  const deployments = await client.list("apps/v1", "Deployment", { labelSelector });
  return deployments.some(({ status }) => (status?.readyReplicas ?? 0) > 0);
}

/** An owner reference: the API server's garbage collector removes what an object owns. */
export function ownedBy({ apiVersion, kind, metadata }: KubernetesObject) {
  return [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true }];
}

/** A condition of type Ready that is met. */
export function readyCondition(reason: string, since: string = new Date().toISOString()) {
  return { type: "Ready", status: "True", reason, message: "simulated", lastTransitionTime: since };
}
