import type { Provider } from "@pulumi/kubernetes/provider.js";
import type { Output } from "@pulumi/pulumi";
import type { ManagedStores } from "../data/managed.ts";

/** How traffic gets from outside to Traefik on a cluster. */
export type Entry =
  | {
      readonly type: "LoadBalancer";
      /** What the cloud's controller reads from the Service. */
      readonly annotations?: Readonly<Record<string, string>>;
      readonly loadBalancerClass?: string;
      /** Ranges the load balancer speaks the PROXY protocol from; without, it keeps the client's address itself. */
      readonly proxyFrom?: readonly string[];
    }
  | { readonly type: "NodePort"; readonly httpNodePort: number; readonly httpsNodePort: number };

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
}
