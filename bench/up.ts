import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chartFolders } from "../rehearsal/charts/folders.ts";
import {
  localChart,
  type ReleaseSource,
  type ResolvedCharts,
  resolveCharts,
} from "../rehearsal/charts/resolve.ts";
import { startControlPlane, stopControlPlane } from "../rehearsal/control-plane/control-plane.ts";
import { applyNodes } from "../rehearsal/control-plane/nodes.ts";
import { checkout, homeOf } from "../rehearsal/home.ts";
import { KubernetesClient } from "../rehearsal/kubernetes/client.ts";
import { runHelm } from "../rehearsal/providers/kubernetes/helm.ts";
import { binaries, cacheDirectory } from "../toolchain/binaries.ts";
import { rehearsalIn } from "./engine.ts";
import { type Figure, seconds } from "./figure.ts";
import { withFolder } from "./folder.ts";

/** A release of the golden graph, as far as Helm needs it. */
interface Release extends ReleaseSource {
  readonly name: string;
  readonly namespace: string;
  readonly values: object;
}

/** What an up of dev from nothing costs, against a control plane and the same charts by Helm one after the other. */
export async function upFigures(say: (line: string) => void): Promise<Figure[]> {
  return withFolder(async (folder) => {
    say("a control plane and the charts by Helm");
    const floor = await floorSeconds(folder);
    say("an up of dev from nothing");
    const run = rehearsalIn(folder);
    const up = await seconds(() => run("up"));
    const down = await seconds(() => run("down"));
    const against = { what: "a control plane and the same charts by Helm", value: floor };
    return [
      { what: "up of dev from nothing, all pods ready", value: up, unit: "s", against },
      { what: "down of dev", value: down, unit: "s" },
    ];
  });
}

async function floorSeconds(folder: string): Promise<number> {
  const home = homeOf("floor", folder);
  const programs = await binaries(() => {});
  const cache = cacheDirectory();
  const quiet = { cache, report: () => {} };
  const charts = await resolveCharts({
    ...quiet,
    folders: chartFolders(),
    helm: programs.helm,
    standIns: home.charts,
  });
  const taken = await seconds(async () => {
    await startControlPlane(home, { ...quiet, binaries: programs });
    await addNode(home.kubeconfig);
    const kubeconfig = readFileSync(home.kubeconfig, "utf8");
    for (const release of releases()) await install(programs.helm, kubeconfig, release, charts);
  });
  await stopControlPlane(home);
  return taken;
}

function releases(): Release[] {
  const graph: { type: string; inputs: Release }[] = JSON.parse(
    readFileSync(join(checkout, "test", "golden", "dev.json"), "utf8"),
  );
  return graph.filter(({ type }) => type.endsWith(":Release")).map(({ inputs }) => inputs);
}

/** Where the pods of the charts' hooks run, which Helm waits for. */
async function addNode(kubeconfig: string): Promise<void> {
  const client = KubernetesClient.fromFile(kubeconfig);
  await applyNodes(client, [{ name: "node-1", labels: {}, taints: [], cpu: "8", memory: "16Gi" }]);
  client.close();
}

/** As a user would by hand, who waits for nothing but what a chart's hooks wait for. */
async function install(
  helm: string,
  kubeconfig: string,
  release: Release,
  charts: ResolvedCharts,
): Promise<void> {
  const { name, namespace, values } = release;
  const chart = localChart(charts, release);
  if (!chart) throw new Error(`there is no chart for the release ${name}`);
  const args = ["install", name, chart, "--namespace", namespace, "--create-namespace", "--values", "-"];
  const input = JSON.stringify(values);
  await runHelm({ helm, kubeconfig, args, input });
}
