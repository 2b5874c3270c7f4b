import type { Provider } from "@pulumi/aws/provider.js";
import { Record as Route53Record } from "@pulumi/aws/route53/record.js";
import { type Input, output } from "@pulumi/pulumi";
import { policy } from "../cluster/aws-plan.ts";
import { createPodIdentity } from "../cluster/aws-role.ts";
import type { NameMaker, ProverMaker } from "./name-service.ts";
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

/** Rights at a zone of Route 53 for pods of a cluster. */
export function route53Prover(provider: Provider, cluster: Input<string>): ProverMaker {
  return (name, { zoneId, ...account }, opts) =>
    createPodIdentity(name, { ...account, cluster, policy: proofPolicy(zoneId) }, { ...opts, provider });
}

/** What proving names takes: texts in one zone, and to hear whether they are there. cert-manager's own list, 2026-08. */
export function proofPolicy(zoneId: string): string {
  return policy([
    { Effect: "Allow", Action: "route53:GetChange", Resource: "arn:aws:route53:::change/*" },
    {
      Effect: "Allow",
      Action: "route53:ChangeResourceRecordSets",
      Resource: `arn:aws:route53:::hostedzone/${zoneId}`,
      Condition: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      },
    },
    {
      Effect: "Allow",
      Action: "route53:ListResourceRecordSets",
      Resource: `arn:aws:route53:::hostedzone/${zoneId}`,
    },
  ]);
}
