import { refOf } from "../kubernetes/client.ts";
import type { Reconciler } from "./reconciler.ts";

/** First three parts of the addresses: a range set aside for documentation, which belongs to nobody. */
const range = "203.0.113";

/** Gives each Service of type LoadBalancer an address of its own; those of AWS have a name instead. */
export const loadBalancers: Reconciler = {
  apiVersion: "v1",
  kind: "Service",
  simulates: "load balancers: a Service of that type gets an address nobody answers at",
  async reconcile(service, client) {
    const addressed = (object: typeof service) => {
      const [ingress] = object.status?.loadBalancer?.ingress ?? [];
      return ingress?.ip ?? ingress?.hostname;
    };
    if (service.spec.type !== "LoadBalancer" || addressed(service) || service.metadata.deletionTimestamp)
      return "done";
    const taken = new Set((await client.list("v1", "Service")).map(addressed));
    const named = Object.keys(service.metadata.annotations ?? {}).some((key) =>
      key.includes("/aws-load-balancer"),
    );
    const places = Array.from({ length: 254 }, (_, index) =>
      named ? { hostname: `balancer-${index + 1}.elb.example` } : { ip: `${range}.${index + 1}` },
    );
    const free = places.find(
      ({ ip, hostname }: { ip?: string; hostname?: string }) => !taken.has(ip ?? hostname),
    );
    await client.merge(refOf(service), { status: { loadBalancer: { ingress: [free] } } }, "status");
    return "done";
  },
};
