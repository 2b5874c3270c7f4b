import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { sdkVersion } from "./serve.ts";

/** Where genuine plugins are looked for. */
export interface PluginPlaces {
  /** Pulumi's own folder of plugins. */
  readonly plugins: string;
  /** Folders of PATH. */
  readonly path: readonly string[];
}

/** This machine's places: $PULUMI_HOME/plugins or ~/.pulumi/plugins, and PATH. */
export function pluginPlaces(environment: NodeJS.ProcessEnv = process.env): PluginPlaces {
  return {
    plugins: join(environment.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins"),
    path: (environment.PATH ?? "").split(delimiter).filter(Boolean),
  };
}

/** Whether the genuine plugin of a provider is installed in the version of its SDK, which the engine asks for. */
export function hasGenuinePlugin(name: string, { plugins, path }: PluginPlaces): boolean {
  const program = `pulumi-resource-${name}`;
  const installed = join(plugins, `resource-${name}-v${sdkVersion(name)}`, program);
  return [installed, ...path.map((folder) => join(folder, program))].some((file) => existsSync(file));
}
