import type { CloudName } from "../../stacks/cloud-presets.ts";
import type { Plan } from "../plan/plan.ts";
import { objectLines, publicSubnets, resourceLines } from "./billed.ts";
import type { CostLine } from "./line.ts";

/** What an environment costs in a month, taxes and what follows from its use apart. */
export interface Cost {
  /** Sum of the lines whose price is known, in US dollars. */
  readonly monthly: number;
  readonly lines: readonly CostLine[];
}

/** Everything of a plan that a cloud sends a bill for; a plan without a cloud costs nothing here. */
export function costOf(plan: Plan): Cost {
  const { resources, objects } = plan;
  const cloud = cloudOf(plan);
  const zones = publicSubnets(resources);
  const inside = cloud ? objects.flatMap(({ object }) => objectLines(object, cloud, zones)) : [];
  const lines = [...resources.flatMap((resource) => resourceLines(resource, resources)), ...inside];
  return { monthly: lines.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0), lines };
}

/** The cloud whose volumes and load balancers the cluster makes. */
function cloudOf({ resources }: Plan): CloudName | undefined {
  if (resources.some(({ type }) => type === "digitalocean:index/kubernetesCluster:KubernetesCluster"))
    return "digitalocean";
  return resources.some(({ type }) => type === "aws:eks/cluster:Cluster") ? "aws" : undefined;
}
