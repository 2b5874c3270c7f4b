import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { ManagedStores } from "../data/managed.ts";
import type { NameMaker } from "../edge/name-service.ts";
import type { Cluster } from "./contract.ts";
import type { Pool, PoolRole } from "./pools.ts";

/** What every cloud's cluster needs besides the cloud's own settings. */
export interface CloudClusterArgs {
  readonly pools: readonly Pool[];
}

/** How traffic gets to a cloud's cluster. */
export type CloudExposure =
  /** The cloud's own load balancer. */
  | { readonly type: "loadBalancer" }
  /** A machine with a reserved address, by the cloud's name of its size. */
  | { readonly type: "fixedEntry"; readonly machine: string };

/** Node ports that the machine of a fixed entry forwards to. */
export const fixedNodePorts = { type: "NodePort", httpNodePort: 30_080, httpsNodePort: 30_443 } as const;

/** What all clouds are told in the same words. */
export interface CloudArgs {
  /** Name of the cluster, and beginning of the names of what is made with it; unique in the account. */
  readonly name: string;
  readonly region: string;
  /** The cloud's own name of the machines of each pool, such as `s-4vcpu-8gb` or `m7i.xlarge`. */
  readonly machines: Readonly<Record<PoolRole, string>>;
  /** Whether what the cloud runs for the cluster survives the loss of a machine or a zone. */
  readonly highAvailability: boolean;
  /** Default: a load balancer. */
  readonly exposure?: CloudExposure | undefined;
}

/** A cluster that brings managed stores and a name service. */
export interface CloudCluster extends Cluster {
  readonly stores: ManagedStores;
  readonly nameRecord: NameMaker;
}

/** What makes a cloud's cluster. Handed to an environment, so that only the chosen cloud's SDK is ever loaded. */
export interface CloudMaker<Args extends CloudArgs> {
  readonly create: (
    name: string,
    args: Args & CloudClusterArgs,
    opts: ComponentResourceOptions,
  ) => CloudCluster;
}
