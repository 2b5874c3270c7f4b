import { isDatabase } from "../effects/removal.ts";
import type { Plan } from "../plan/plan.ts";
import { objectName } from "../plan/plan.ts";
import { edgeCount } from "./edges.ts";
import { routesOf } from "./routes.ts";

/** What the picture of an environment shows beside its nodes. */
export interface Sketch {
  readonly hosts: readonly { readonly host: string; readonly routes: number }[];
  readonly stores: readonly { readonly name: string; readonly size: string }[];
  readonly policies: number;
  /** Connections that the policies allow. */
  readonly edges: number;
}

/** The sketch of a plan. */
export function sketchOf({ objects }: Plan): Sketch {
  const counts = new Map<string, number>();
  for (const { match } of routesOf(objects)) {
    const host = /Host\(`([^`]+)`\)/.exec(match)?.[1] ?? match.split("/")[0] ?? match;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return {
    hosts: [...counts].map(([host, routes]) => ({ host, routes })),
    stores: objects.flatMap(({ object }) => storesOf(object)),
    policies: objects.filter(({ object }) => object.kind === "NetworkPolicy").length,
    edges: edgeCount(objects),
  };
}

function storesOf(object: Plan["objects"][number]["object"]): Sketch["stores"][number][] {
  const { kind, spec } = object;
  if (isDatabase(object))
    return [{ name: objectName(object), size: `${spec?.instances ?? 1} × ${spec?.storage?.size}` }];
  if (kind === "PersistentVolumeClaim")
    return [{ name: objectName(object), size: String(spec?.resources?.requests?.storage) }];
  if (kind === "StatefulSet")
    return (spec?.volumeClaimTemplates ?? []).map(
      (claim: { spec?: { resources?: { requests?: { storage?: string } } } }) => ({
        name: objectName(object),
        size: `${spec?.replicas ?? 1} × ${claim.spec?.resources?.requests?.storage}`,
      }),
    );
  return [];
}
