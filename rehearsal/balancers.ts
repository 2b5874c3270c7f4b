import { zoneCount } from "../components/cluster/aws-network-plan.ts";
import { loadBalancerLines } from "../review/cost/billed.ts";
import type { CostLine } from "../review/cost/line.ts";
import type { Settings } from "../stacks/settings.ts";
import { cloudOf } from "../stacks/stores.ts";
import type { KubernetesObject } from "./kubernetes/objects.ts";

/** What the load balancers among a cluster's Services cost the environment that has made them, where a cloud bills them. */
export function balancerCosts(services: readonly KubernetesObject[], settings: Settings): CostLine[] {
  const cloud = cloudOf(settings.cluster.type);
  if (!cloud || settings.clusterServices === "shared") return [];
  return services.flatMap((service) => loadBalancerLines(service, cloud, zoneCount));
}
