import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ChartKey, charts } from "../../components/charts.ts";
import { certManagerStandIn } from "./cert-manager.ts";
import { clusterAutoscalerStandIn } from "./cluster-autoscaler.ts";
import { objectStoreStandIn } from "./object-store.ts";
import { postgresOperatorStandIn } from "./postgres-operator.ts";
import { speckleStandIn } from "./speckle.ts";
import { objectText, type StandIn } from "./template.ts";
import { traefikStandIn } from "./traefik.ts";
import { valkeyStandIn } from "./valkey.ts";

/**
 * A stand-in for every chart: what the genuine one renders with this project's values, as far as admission, scheduling
 * and routing go. A contract test holds them against the genuine charts.
 */
export const standIns: Record<ChartKey, StandIn> = {
  speckle: speckleStandIn,
  traefik: traefikStandIn,
  postgresOperator: postgresOperatorStandIn,
  valkey: valkeyStandIn,
  objectStore: objectStoreStandIn,
  certManager: certManagerStandIn,
  clusterAutoscaler: clusterAutoscalerStandIn,
};

/** Writes a stand-in's chart below a folder, in the place of an earlier one, and gives its path. */
export function writeStandIn(key: ChartKey, folder: string): string {
  const path = join(folder, charts[key].name);
  rmSync(path, { recursive: true, force: true });
  for (const [name, text] of Object.entries(chartFiles(key))) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return path;
}

function chartFiles(key: ChartKey): Record<string, string> {
  const { appVersion, values, definitions, objects } = standIns[key];
  const { name, version } = charts[key];
  const about = {
    apiVersion: "v2",
    name,
    version,
    appVersion,
    description: `Stand-in for ${name} ${version}`,
  };
  return {
    "Chart.yaml": JSON.stringify(about),
    "values.yaml": JSON.stringify(values),
    ...(definitions && { "crds/definitions.yaml": documents(definitions.map((one) => JSON.stringify(one))) }),
    "templates/objects.yaml": documents(objects.map(objectText)),
  };
}

function documents(texts: readonly string[]): string {
  return texts.join("\n---\n");
}
