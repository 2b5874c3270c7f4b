import type { Provider } from "@pulumi/kubernetes/provider.js";
import type { Output } from "@pulumi/pulumi";
import type { ManagedStores } from "../data/managed.ts";
import type { NameMaker, ProverMaker } from "../edge/name-service.ts";
import type { EntryMachineMaker } from "../entry/contract.ts";

/** How traffic gets from outside to Traefik on a cluster. */
export type Entry =
  | {
      readonly type: "LoadBalancer";
      /** Annotations by which the cloud makes the load balancer. */
      readonly annotations?: Readonly<Record<string, string>> | undefined;
      readonly loadBalancerClass?: string | undefined;
      /**
       * Ranges the load balancer speaks from; it tells the client's address by the PROXY protocol when given, and
       * otherwise keeps it.
       */
      readonly proxyFrom?: readonly string[] | undefined;
    }
  | {
      readonly type: "NodePort";
      readonly httpNodePort: number;
      readonly httpsNodePort: number;
      /** Of Traefik's Service. */
      readonly annotations?: Readonly<Record<string, string>> | undefined;
      /** Ranges that what stands in front speaks the PROXY protocol from; nothing does when absent. */
      readonly proxyFrom?: readonly string[] | undefined;
    }
  /** Ports 80 and 443 of nodes themselves. */
  | {
      readonly type: "HostPort";
      /** Labels of the nodes; every node that takes general work when absent. */
      readonly nodeLabels?: Readonly<Record<string, string>> | undefined;
    };

/** What every other room sees of a cluster: the same on all of them. */
export interface Cluster {
  /** Every Kubernetes resource of the environment uses this provider. */
  readonly provider: Provider;
  /** Kubeconfig with full rights; secret. */
  readonly kubeconfig: Output<string>;
  /** StorageClass of in-cluster stores; the cluster's default when absent. */
  readonly storageClass?: string;
  readonly entry: Entry;
  /** IPv4 ranges of pods, Services and nodes; private ranges are known to be no public internet and need not be named. */
  readonly networkRanges: readonly string[];
  /** IPv4 ranges of the Kubernetes API server and its Service; `anywhere` where they are not known. */
  readonly apiServerRanges: "anywhere" | readonly string[];
  /** Stores the cloud runs next to the cluster; absent where there is no cloud. */
  readonly stores?: ManagedStores;
  /** Makes records in the cloud's name service; absent where there is no cloud. */
  readonly nameRecord?: NameMaker;
  /** Gives pods rights at the cloud's name service; absent where a pod cannot have any of its own. */
  readonly prover?: ProverMaker;
  /** Makes the machine of a fixed entry; absent where traffic comes in otherwise. */
  readonly entryMachines?: EntryMachineMaker;
}
