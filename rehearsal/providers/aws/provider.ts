import { readFileSync } from "node:fs";
import { type CloudOptions, type CloudProvider, type CloudTables, cloudProvider } from "../cloud/provider.ts";
import type { CloudResource } from "../cloud/table.ts";
import { refuseAccount } from "./account.ts";
import { cacheResources } from "./caches.ts";
import { databaseResources } from "./databases.ts";
import { eksResources } from "./eks.ts";
import { functions } from "./functions.ts";
import { identityResources } from "./identity.ts";
import { machineResources } from "./machines.ts";
import { networkResources } from "./network.ts";
import { storageResources } from "./storage.ts";

const schema = JSON.parse(readFileSync(new URL("schema.json", import.meta.url), "utf8"));

/** AWS as the rehearsal simulates it; `npm run golden` reads schema.json out of the installed SDK anew. */
export const awsTables: CloudTables = {
  name: "aws",
  schema,
  resources: withRegion({
    ...networkResources,
    ...machineResources,
    ...identityResources,
    ...eksResources,
    ...databaseResources,
    ...cacheResources,
    ...storageResources,
  }),
  invokes: functions,
  refuseSettings: refuseAccount,
};

/** AWS's stand-in. */
export function awsProvider(options: CloudOptions): CloudProvider {
  return cloudProvider(awsTables, options);
}

/** Whatever has a region of its own is made anew in another one. */
function withRegion(resources: Record<string, CloudResource>): Record<string, CloudResource> {
  return Object.fromEntries(
    Object.entries(resources).map(([type, resource]) => [
      type,
      schema.resources[type]?.region
        ? { ...resource, replaces: [...(resource.replaces ?? []), "region"] }
        : resource,
    ]),
  );
}
