import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { startControlPlane, stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { type Home, homeOf } from "../../rehearsal/home.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { ProviderPlugin } from "../../rehearsal/providers/plugin.ts";
import { serveProviders } from "../../rehearsal/providers/serve.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { temporaryFolder } from "./temporary.ts";

/** Variables of every engine that a test runs by itself: it asks nobody outside for anything. */
export const engineVariables = {
  PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
};

/** The real engine and a real control plane in a folder of their own. */
export interface EngineBench {
  readonly home: Home;
  readonly client: KubernetesClient;
  /** A stack of a program, on providers that are served as long as the bench lives. */
  stack(
    name: string,
    providers: (helm: string) => Record<string, ProviderPlugin>,
    program: PulumiFn,
  ): Promise<Stack>;
  end(): Promise<void>;
}

/** Starts both; `end` must be called. */
export async function startEngineBench(): Promise<EngineBench> {
  const folder = temporaryFolder("engine");
  const home = homeOf("bench", folder);
  const found = await binaries(() => {});
  await startControlPlane(home, { binaries: found, cache: cacheDirectory(), report: () => {} });
  const client = KubernetesClient.fromFile(home.kubeconfig);
  const root = join(folder, "cli");
  for (const made of [home.state, home.work, join(root, "bin")]) mkdirSync(made, { recursive: true });
  symlinkSync(found.pulumi, join(root, "bin", "pulumi"));
  const closing: (() => Promise<void>)[] = [];
  return {
    home,
    client,
    stack: async (stackName, providers, program) => {
      const served = await serveProviders(providers(found.helm));
      closing.push(() => served.close());
      const envVars = {
        PULUMI_BACKEND_URL: `file://${home.state}?metadata=skip`,
        PULUMI_HOME: join(home.root, "pulumi"),
        ...engineVariables,
        PULUMI_DEBUG_PROVIDERS: served.debugProviders,
      };
      const pulumiCommand = await PulumiCommand.get({ root, skipVersionCheck: true });
      const inline = { stackName, projectName: "engine-test", program };
      return LocalWorkspace.createOrSelectStack(inline, { workDir: home.work, pulumiCommand, envVars });
    },
    end: async () => {
      try {
        for (const close of closing) await close();
        client.close();
      } finally {
        await stopControlPlane(home);
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
