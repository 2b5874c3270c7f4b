import type { Provider } from "@pulumi/aws/provider.js";
import { Record as Route53Record } from "@pulumi/aws/route53/record.js";
import { output } from "@pulumi/pulumi";
import type { NameMaker } from "./name-service.ts";
import { recordSeconds } from "./names.ts";

/**
 * Records in Route 53.
 * @param type CNAME for a load balancer of AWS, which has a name instead of an address
 */
export function route53Names(provider: Provider, type: "A" | "CNAME"): NameMaker {
  return (name, { zone, host, target }, opts) =>
    new Route53Record(
      name,
      {
        zoneId: zone.id ?? "",
        name: host,
        type,
        records: [output(target).apply(({ ip, hostname = "" }) => ip ?? hostname)],
        ttl: recordSeconds,
      },
      { ...opts, provider },
    );
}
