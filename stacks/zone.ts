import type { Problem } from "../components/problem.ts";
import type { StackFile } from "./schema.ts";
import { cloudOf } from "./stores.ts";

/** What is wrong with the zone the program is to keep the names in. */
export function zoneProblems({ zone, domain, cluster }: StackFile): Problem[] {
  if (!zone) return [];
  const cloud = cloudOf(cluster.type);
  if (!cloud) {
    const reason = "records are made at the cloud the cluster is on, and this one is on none";
    const fix = "Remove it, and enter what `pulumi stack output names` prints where the zone is kept.";
    return [{ path: "zone", reason, fix }];
  }
  const problems: Problem[] = [];
  if (domain !== zone.name && !domain.endsWith(`.${zone.name}`)) {
    const fix = "Name the zone that holds the domain, or choose a domain in it.";
    problems.push({ path: "zone.name", reason: `${domain} is not in ${zone.name}`, fix });
  }
  if (cloud !== "aws") return problems;
  if (!zone.id) {
    const fix = "Take it from `aws route53 list-hosted-zones`.";
    problems.push({ path: "zone.id", reason: "Route 53 tells zones by their identifiers", fix });
  }
  if (domain === zone.name && cluster.type === "aws" && cluster.exposure.type === "loadBalancer") {
    const reason =
      "a load balancer of AWS has a name instead of an address, which the top of a zone cannot lead to";
    problems.push({
      path: "domain",
      reason,
      fix: `Choose a name below it, such as speckle.${zone.name}, or a fixed entry.`,
    });
  }
  return problems;
}
