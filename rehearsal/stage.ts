import { existsSync, rmSync, writeFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { type Chart, type ChartKey, charts } from "../components/charts.ts";
import { installedCharts } from "../components/environment-plan.ts";
import type { Settings } from "../stacks/settings.ts";
import { binaries, cacheDirectory, type Report } from "../toolchain/binaries.ts";
import { type ResolvedCharts, resolveCharts } from "./charts/resolve.ts";
import { cloudMemories, simulatedClouds } from "./clouds.ts";
import { controlPlaneState, startControlPlane } from "./control-plane/control-plane.ts";
import { endProcesses } from "./control-plane/processes.ts";
import { knownIds, openEngine } from "./engine.ts";
import { type EventLog, eventLog } from "./events.ts";
import { type Home, linkProgram } from "./home.ts";
import { inventory } from "./inventory.ts";
import { KubernetesClient } from "./kubernetes/client.ts";
import type { Outcome } from "./outcome.ts";
import { rehearsedProgram } from "./program.ts";
import type { Fault } from "./providers/cloud/faults.ts";
import type { CloudProvider } from "./providers/cloud/provider.ts";
import { pluginPlaces } from "./providers/genuine.ts";
import { serveStandIns } from "./stand-ins.ts";

/** What a stage is set up with. */
export interface StageOptions {
  readonly home: Home;
  /** Whose control plane it is; the home's own, unless the cluster is shared. */
  readonly host: Home;
  /** The stack's settings; absent where the engine works on its state alone and runs no program. */
  readonly config?: Record<string, unknown>;
  /** The same, complete. */
  readonly settings?: Settings | undefined;
  /** Failures the simulated clouds are to have. */
  readonly faults?: readonly Fault[];
  /** Folders with chart archives, first to last. */
  readonly charts: readonly string[];
  /** Says what takes long. */
  readonly report: Report;
  /** Says each finished step. */
  readonly progress: (line: string) => void;
}

/** Everything one operation of the engine needs. */
export interface Stage {
  readonly stack: Stack;
  readonly client: KubernetesClient;
  readonly log: EventLog;
  readonly clouds: Readonly<Record<string, CloudProvider>>;
  readonly genuineProviders: Outcome["genuineProviders"];
  readonly standIns: Outcome["standIns"];
}

/** Starts what is not there, does the work, and closes what lives in this process. */
export async function onStage<T>(options: StageOptions, work: (stage: Stage) => Promise<T>): Promise<T> {
  const { home, host, config, settings, report, progress } = options;
  const { kubeconfig } = host;
  const programs = await binaries(report);
  await endInterrupted(home, host);
  const places = pluginPlaces();
  // Linked into the home, so that one that outlives a killed run is known and ended.
  const helm = linkProgram(home, "helm", programs.helm);
  const clouds = simulatedClouds(
    { root: home.root, kubeconfig },
    { clusterType: settings?.cluster.type, faults: options.faults },
  );
  const served = await serveStandIns({ helm, kubeconfig, places, clouds, report: progress });
  try {
    const cache = cacheDirectory();
    const [client, resolved] = await Promise.all([
      openControlPlane({ home, host }, { binaries: programs, cache, report }),
      settings &&
        resolveCharts({
          folders: options.charts,
          cache,
          helm,
          standIns: home.charts,
          charts: wantedCharts(settings),
          report,
        }),
    ]);
    const stack = await openEngine({
      home,
      pulumi: programs.pulumi,
      program: config && resolved ? rehearsedProgram(config, resolved) : async () => {},
      debugProviders: served.debugProviders,
      plugins: places.plugins,
    });
    const known = knownIds(home);
    for (const cloud of Object.values(clouds)) await cloud.settle(known);
    const standIns = { providers: served.names, charts: resolved ? standInCharts(resolved) : [] };
    const { genuine: genuineProviders } = served;
    const log = eventLog(progress);
    return await work({ stack, client, clouds, log, genuineProviders, standIns }).finally(() =>
      client.close(),
    );
  } finally {
    await served.close();
  }
}

/** Time an engine gets to end by itself once its program is gone, in seconds. */
const engineSeconds = 20;

/** Ends what a killed run left at work, and forgets the objects of a control plane that is gone. */
async function endInterrupted(home: Home, host: Home): Promise<void> {
  await endProcesses(home, ["helm"]);
  // An engine whose program is gone writes what it still learns into its state and ends; ended before, it would not know.
  await endProcesses(home, ["pulumi"], engineSeconds);
  if ((await controlPlaneState(host)) !== "running") {
    rmSync(home.state, { recursive: true, force: true });
    for (const cloud of cloudMemories(home)) rmSync(cloud, { force: true });
  }
}

/** A client of the control plane; what is there before the stack's first command is remembered. */
async function openControlPlane(
  { home, host }: Pick<StageOptions, "home" | "host">,
  options: Parameters<typeof startControlPlane>[1],
): Promise<KubernetesClient> {
  const { reused } = await startControlPlane(host, options);
  const client = KubernetesClient.fromFile(host.kubeconfig);
  const first = host === home ? !reused : !existsSync(home.baseline);
  if (first) writeFileSync(home.baseline, JSON.stringify([...(await inventory(client))]));
  return client;
}

function wantedCharts(settings: Settings): Partial<Record<ChartKey, Chart>> {
  return Object.fromEntries(installedCharts(settings).map((key) => [key, charts[key]]));
}

function standInCharts(resolved: ResolvedCharts): string[] {
  const keys = (Object.keys(resolved) as ChartKey[]).filter((key) => resolved[key]?.standIn);
  return keys.map((key) => `${charts[key].name} ${charts[key].version}`);
}
