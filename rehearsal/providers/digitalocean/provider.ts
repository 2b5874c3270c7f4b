import { readFileSync } from "node:fs";
import { type CloudOptions, type CloudProvider, type CloudTables, cloudProvider } from "../cloud/provider.ts";
import { databaseInvokes, databaseResources } from "./databases.ts";
import { kubernetesInvokes, kubernetesResources } from "./kubernetes.ts";
import { machineResources } from "./machines.ts";
import { networkResources, projectInvokes } from "./network.ts";
import { spacesResources } from "./spaces.ts";

/** DigitalOcean as the rehearsal simulates it; `npm run golden` reads schema.json out of the installed SDK anew. */
export const digitaloceanTables: CloudTables = {
  name: "digitalocean",
  schema: JSON.parse(readFileSync(new URL("schema.json", import.meta.url), "utf8")),
  resources: {
    ...networkResources,
    ...machineResources,
    ...kubernetesResources,
    ...databaseResources,
    ...spacesResources,
  },
  invokes: { ...kubernetesInvokes, ...databaseInvokes, ...projectInvokes },
};

/** DigitalOcean's stand-in. */
export function digitaloceanProvider(options: CloudOptions): CloudProvider {
  return cloudProvider(digitaloceanTables, options);
}
