import { DnsRecord } from "@pulumi/digitalocean/dnsRecord.js";
import type { Provider } from "@pulumi/digitalocean/provider.js";
import { output } from "@pulumi/pulumi";
import { type NameMaker, nameInZone } from "./name-service.ts";
import { recordSeconds } from "./names.ts";

/** Records in DigitalOcean's name service; its load balancers have an address. */
export function digitaloceanNames(provider: Provider): NameMaker {
  return (name, { zone, host, target }, opts) =>
    new DnsRecord(
      name,
      {
        domain: zone.name,
        name: nameInZone(host, zone),
        type: "A",
        value: output(target).apply(({ ip = "" }) => ip),
        ttl: recordSeconds,
      },
      { ...opts, provider },
    );
}
