import type { Plan } from "../plan/plan.ts";
import { edgeCount } from "./edges.ts";
import { routesOf } from "./routes.ts";
import { type DrawnStore, storesOf } from "./stores.ts";

/** What the picture of an environment shows beside its nodes. */
export interface Sketch {
  readonly hosts: readonly { readonly host: string; readonly routes: number }[];
  readonly stores: readonly DrawnStore[];
  readonly policies: number;
  /** Connections that the policies allow. */
  readonly edges: number;
}

/** The sketch of a plan. */
export function sketchOf(plan: Plan): Sketch {
  const { objects } = plan;
  const counts = new Map<string, number>();
  for (const { match } of routesOf(objects)) {
    const host = /Host\(`([^`]+)`\)/.exec(match)?.[1] ?? match.split("/")[0] ?? match;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return {
    hosts: [...counts].map(([host, routes]) => ({ host, routes })),
    stores: storesOf(plan),
    policies: objects.filter(({ object }) => object.kind === "NetworkPolicy").length,
    edges: edgeCount(objects),
  };
}
