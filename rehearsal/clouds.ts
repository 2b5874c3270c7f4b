import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "./home.ts";
import { awsProvider } from "./providers/aws/provider.ts";
import type { Fault } from "./providers/cloud/faults.ts";
import { controlPlaneHost } from "./providers/cloud/host.ts";
import type { CloudOptions, CloudProvider } from "./providers/cloud/provider.ts";
import { digitaloceanProvider } from "./providers/digitalocean/provider.ts";

/** The clouds a rehearsal simulates, by their provider's name. */
const makers: Record<string, (options: CloudOptions) => CloudProvider> = {
  aws: awsProvider,
  digitalocean: digitaloceanProvider,
};

/** What a home's simulated clouds are made from. */
export type CloudsHome = Pick<Home, "root" | "kubeconfig">;

/**
 * The simulated clouds a rehearsal needs: the one its stack names, and every one in which it made something before.
 * @param clusterType the type of the stack's cluster; absent when no settings are read
 */
export function simulatedClouds(
  home: CloudsHome,
  {
    clusterType,
    faults = [],
  }: { readonly clusterType?: string | undefined; readonly faults?: readonly Fault[] | undefined },
): Record<string, CloudProvider> {
  const host = controlPlaneHost(home.kubeconfig);
  const needed = Object.entries(makers).flatMap(([name, make]) => {
    const state = memoryOf(home.root, name);
    return name === clusterType || existsSync(state) ? [[name, make({ state, host, faults })] as const] : [];
  });
  return Object.fromEntries(needed);
}

/** Files in which a home's simulated clouds remember what there is. */
export function cloudMemories({ root }: CloudsHome): string[] {
  return Object.keys(makers).map((name) => memoryOf(root, name));
}

function memoryOf(root: string, name: string): string {
  return join(root, `${name}.json`);
}

/** What is still in simulated clouds, in words: what was forgotten, and what is meant to stay. */
export function cloudLeftovers(clouds: Record<string, CloudProvider>) {
  const all = Object.entries(clouds).flatMap(([cloud, provider]) =>
    provider.leftovers().map(({ type, name, reason, onPurpose }) => ({
      text: `${cloud} ${type.split(":").at(-1)} ${name}: ${reason}`,
      onPurpose,
    })),
  );
  const texts = (wanted: boolean) =>
    all.filter(({ onPurpose }) => onPurpose === wanted).map(({ text }) => text);
  return { forgotten: texts(false), kept: texts(true) };
}
