import { readFileSync } from "node:fs";
import { removeDefinitions } from "../../control-plane/definitions.ts";
import { applyStandardStorageClass, removeStandardStorageClass } from "../../control-plane/storage.ts";
import { KubernetesClient } from "../../kubernetes/client.ts";
import { applyPool, dropPool, type NodePool, removePool } from "./pools.ts";

/** What a simulated cloud does on the control plane that stands in for its cluster. */
export interface ClusterHost {
  /** Text of a kubeconfig with full rights. */
  kubeconfig(): string;
  /** Gives the control plane what a cloud's cluster comes with. @param storageClass its default class; none when absent */
  beginCluster(storageClass?: string): Promise<void>;
  /** Takes away what goes with the cluster: its class, and the definitions that charts leave behind. */
  endCluster(storageClass?: string): Promise<void>;
  /** Brings a pool's nodes in line; `previous` is the pool as it was. */
  applyPool(pool: NodePool, previous?: NodePool): Promise<void>;
  /** Removes a pool's nodes after what runs there has moved. */
  removePool(pool: NodePool): Promise<void>;
  /** Removes a pool's nodes at once: the whole cluster goes. */
  dropPool(pool: NodePool): Promise<void>;
  /** `namespace/name` of what costs money outside the cluster: Services of type LoadBalancer, and volumes. */
  strandable(): Promise<{ readonly loadBalancers: readonly string[]; readonly volumes: readonly string[] }>;
}

/** The rehearsal's control plane as the host. @param path of its kubeconfig */
export function controlPlaneHost(path: string): ClusterHost {
  const using = async <T>(use: (client: KubernetesClient) => Promise<T>): Promise<T> => {
    const client = KubernetesClient.fromFile(path);
    return use(client).finally(() => client.close());
  };
  return {
    kubeconfig: () => readFileSync(path, "utf8"),
    beginCluster: async (storageClass) => {
      if (storageClass) await using((client) => applyStandardStorageClass(client, storageClass));
    },
    endCluster: (storageClass) =>
      using(async (client) => {
        await removeDefinitions(client);
        if (storageClass) await removeStandardStorageClass(client, storageClass);
      }),
    applyPool: (pool, previous) => using((client) => applyPool(client, pool, previous)),
    removePool: (pool) => using((client) => removePool(client, pool)),
    dropPool: (pool) => using((client) => dropPool(client, pool)),
    strandable: () =>
      using(async (client) => {
        const services = await client.list("v1", "Service");
        const volumes = await client.list("v1", "PersistentVolume");
        return {
          loadBalancers: services
            .filter(({ spec }) => spec.type === "LoadBalancer")
            .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
          volumes: volumes.map(({ metadata }) => metadata.name),
        };
      }),
  };
}
