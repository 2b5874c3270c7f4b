import type { Provider } from "@pulumi/aws/provider.js";
import { Record as Route53Record } from "@pulumi/aws/route53/record.js";
import { output } from "@pulumi/pulumi";
import type { NameMaker } from "./name-service.ts";
import { recordSeconds } from "./names.ts";

/** Records in Route 53; load balancers of AWS have a name instead of an address. */
export function route53Names(provider: Provider): NameMaker {
  return (name, { zone, host, target }, opts) =>
    new Route53Record(
      name,
      {
        zoneId: zone.id ?? "",
        name: host,
        type: "CNAME",
        records: [output(target).apply(({ hostname = "" }) => hostname)],
        ttl: recordSeconds,
      },
      { ...opts, provider },
    );
}
