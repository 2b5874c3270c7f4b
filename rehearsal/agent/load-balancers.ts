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
  const free = Array.from({ length: 254 }, (_, index) => placeOf(service, index + 1)).find(
    (place) => !taken.has(place.ip ?? place.hostname),
  );
  await client.merge(refOf(service), { status: { loadBalancer: { ingress: [free] } } }, "status");
}

/** Where a load balancer answers. */
interface Place {
  readonly ip?: string;
  readonly hostname?: string;
}

/** Load balancers of AWS have a name instead of an address. */
function placeOf({ metadata }: KubernetesObject, number: number): Place {
  const named = Object.keys(metadata.annotations ?? {}).some((key) => key.includes("/aws-load-balancer"));
  return named ? { hostname: `balancer-${number}.elb.example` } : { ip: `${range}.${number}` };
}

function addressOf({ status }: KubernetesObject): string | undefined {
  const place: Place | undefined = status?.loadBalancer?.ingress?.[0];
  return place?.ip ?? place?.hostname;
}
