import { readFileSync } from "node:fs";
import type { CloudProvider } from "./providers/cloud/provider.ts";
import { commandProvider } from "./providers/command.ts";
import { hasGenuinePlugin, type PluginPlaces } from "./providers/genuine.ts";
import { kubernetesProvider } from "./providers/kubernetes/provider.ts";
import type { ProviderPlugin } from "./providers/plugin.ts";
import { randomProvider } from "./providers/random.ts";
import { type ServedProviders, serveProviders } from "./providers/serve.ts";

/** What the stand-ins need. */
export interface StandInOptions {
  /** Path of the control plane's kubeconfig. */
  readonly kubeconfig: string;
  /** Path of the Helm 3 program. */
  readonly helm: string;
  readonly places: PluginPlaces;
  /** Simulated clouds, by their provider's name. */
  readonly clouds: Readonly<Record<string, CloudProvider>>;
  /** Says why something waits, while it does. */
  readonly report: (line: string) => void;
}

/** Providers whose genuine plugin works on the rehearsal's control plane as it does elsewhere; used when installed. */
const genuineWorks: ReadonlySet<string> = new Set(["kubernetes", "random"]);

/** The providers served, by name, and those left to their genuine plugins. */
export interface ServedStandIns extends ServedProviders {
  readonly names: readonly string[];
  readonly genuine: readonly string[];
}

/** Serves a stand-in for every provider that has to have one. */
export async function serveStandIns(options: StandInOptions): Promise<ServedStandIns> {
  const { kubeconfig, helm, places, clouds, report } = options;
  const all: Record<string, ProviderPlugin> = {
    ...clouds,
    command: commandProvider({ kubeconfig }),
    kubernetes: kubernetesProvider({ helm, report, credentials: () => readFileSync(kubeconfig, "utf8") }),
    random: randomProvider(),
  };
  const genuine = Object.keys(all).filter((name) => genuineWorks.has(name) && hasGenuinePlugin(name, places));
  const needed = Object.entries(all).filter(([name]) => !genuine.includes(name));
  const served = await serveProviders(Object.fromEntries(needed));
  return { ...served, names: needed.map(([name]) => name), genuine };
}
