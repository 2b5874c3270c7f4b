import type { Cluster } from "@pulumi/aws/eks/cluster.js";
import type { Provider } from "@pulumi/aws/provider.js";
import type { AwsNetwork } from "../cluster/aws-network.ts";
import { AwsCache } from "./aws-cache.ts";
import { AwsObjectStore } from "./aws-object-store.ts";
import { awsLocations } from "./aws-plan.ts";
import { AwsPostgres } from "./aws-postgres.ts";
import type { ManagedStores } from "./managed.ts";

/** The cluster whose pods use the stores, and what they are made with. */
export interface AwsPlace {
  /** Beginning of the names of databases and keys. */
  readonly name: string;
  readonly region: string;
  readonly network: AwsNetwork;
  readonly cluster: Cluster;
  /** Ranges of nodes, pods and Services. */
  readonly clusterRanges: readonly string[];
  readonly account: Provider;
}

/** The stores AWS runs next to a cluster. */
export function awsStores(place: AwsPlace): ManagedStores {
  const options = { providers: { aws: place.account } };
  return {
    locations: awsLocations({
      stores: place.network.ranges("stores"),
      cluster: place.clusterRanges,
    }),
    postgres: (name, args, opts) => new AwsPostgres(name, { ...args, place }, { ...opts, ...options }),
    cache: (name, args, opts) => new AwsCache(name, { ...args, place }, { ...opts, ...options }),
    objectStore: (name, args, opts) => new AwsObjectStore(name, { ...args, place }, { ...opts, ...options }),
  };
}
