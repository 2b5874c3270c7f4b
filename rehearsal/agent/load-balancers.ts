import { refOf } from "../kubernetes/client.ts";
import type { Reconciler } from "./reconciler.ts";

/** First three parts of the addresses: a range set aside for documentation, which belongs to nobody. */
const range = "203.0.113";

/** Gives each Service of type LoadBalancer an address of its own. */
export const loadBalancers: Reconciler = {
  apiVersion: "v1",
  kind: "Service",
  simulates: "load balancers: a Service of that type gets an address nobody answers at",
  async reconcile(service, client) {
    const addressed = (object: typeof service) => object.status?.loadBalancer?.ingress?.[0]?.ip;
    if (service.spec.type !== "LoadBalancer" || addressed(service) || service.metadata.deletionTimestamp)
      return "done";
    const taken = new Set((await client.list("v1", "Service")).map(addressed));
    const free = Array.from({ length: 254 }, (_, index) => `${range}.${index + 1}`).find(
      (ip) => !taken.has(ip),
    );
    await client.merge(refOf(service), { status: { loadBalancer: { ingress: [{ ip: free }] } } }, "status");
    return "done";
  },
};
