import { type KubernetesClient, refOf } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import type { Reconciler } from "./reconciler.ts";

/** First three parts of the addresses: a range set aside for documentation, which belongs to nobody. */
const range = "203.0.113";

/** Services take their turns: two that looked for a free address at once would find the same one. */
let turn: Promise<unknown> = Promise.resolve();

/** Gives each Service of type LoadBalancer an address of its own. */
export const loadBalancers: Reconciler = {
  apiVersion: "v1",
  kind: "Service",
  simulates: "load balancers: a Service of that type gets an address nobody answers at",
  async reconcile(service, client) {
    if (service.spec.type !== "LoadBalancer" || addressOf(service) || service.metadata.deletionTimestamp)
      return "done";
    const given = turn.then(() => giveAddress(service, client));
    turn = given.catch(() => undefined);
    await given;
    return "done";
  },
};

async function giveAddress(service: KubernetesObject, client: KubernetesClient): Promise<void> {
  const taken = new Set((await client.list("v1", "Service")).map(addressOf));
  const free = Array.from({ length: 254 }, (_, index) => `${range}.${index + 1}`).find(
    (ip) => !taken.has(ip),
  );
  await client.merge(refOf(service), { status: { loadBalancer: { ingress: [{ ip: free }] } } }, "status");
}

function addressOf({ status }: KubernetesObject): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.ip;
}
