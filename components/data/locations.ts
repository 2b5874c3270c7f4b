import { isIPv4 } from "node:net";
import type { Cluster } from "../cluster/contract.ts";
import { elsewhere } from "../network/cidr.ts";
import type { StoreLocation } from "../network/peers.ts";
import type { BackupBucket, CacheChoice, ObjectStoreChoice, PostgresChoice, StoreChoices } from "./args.ts";

type Surroundings = Pick<Cluster, "networkRanges" | "stores">;

/** Where an environment's stores are, as plain data for its network, before any of them is made. */
export function storeLocations(
  choices: StoreChoices,
  cluster: Surroundings,
): Record<keyof StoreChoices, StoreLocation> {
  const at = (store: keyof StoreChoices) => {
    const choice = choices[store];
    if (choice.mode === "inCluster") return { at: "cluster" } as const;
    if (choice.mode === "managed") return cluster.stores?.locations[store] ?? ({ at: "cluster" } as const);
    return outside(choice, cluster);
  };
  return { postgres: at("postgres"), cache: at("cache"), objectStore: at("objectStore") };
}

/** Where backups of a database in the cluster go; undefined when there are none. */
export function backupLocation(choices: StoreChoices, cluster: Surroundings): StoreLocation | undefined {
  const { postgres } = choices;
  if (postgres.mode !== "inCluster" || !postgres.backup) return undefined;
  const { to } = postgres.backup;
  return to ? outside(to, cluster) : storeLocations(choices, cluster).objectStore;
}

type Existing<Choice> = Extract<Choice, { mode: "existing" }>;
type Elsewhere =
  | Existing<PostgresChoice>
  | Existing<CacheChoice>
  | Existing<ObjectStoreChoice>
  | BackupBucket;

function outside(choice: Elsewhere, { networkRanges }: Surroundings): StoreLocation {
  const { host, port } = addressOf(choice);
  const ranges = choice.ranges ?? (isIPv4(host) ? [`${host}/32`] : elsewhere(networkRanges));
  return { at: "outside", ranges, port };
}

/** Host, empty when it stands in a Secret only, and port: the protocol's own when it is not said. */
function addressOf(choice: Elsewhere): { host: string; port: number } {
  if ("endpoint" in choice) {
    const { hostname, port, protocol } = new URL(choice.endpoint);
    return { host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) };
  }
  if ("host" in choice.access) return choice.access;
  return { host: "", port: "previewSecret" in choice.access ? 6379 : 5432 };
}
