import type { Provider } from "@pulumi/kubernetes/provider.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  secret,
} from "@pulumi/pulumi";
import type { Cluster, Entry } from "./contract.ts";
import { clusterProvider } from "./provider.ts";

/** A cluster somebody else runs. */
export interface ExistingClusterArgs {
  /** Text of a kubeconfig with the rights to install everything. */
  readonly kubeconfig: Input<string>;
  /** Context of the kubeconfig: named, so that the environment never follows `kubectl config use-context`. */
  readonly context: string;
  /** StorageClass of in-cluster stores; default: the cluster's default class. */
  readonly storageClass?: string | undefined;
  /** IPv4 ranges of its pods, Services and nodes that are not private ones; default: none. */
  readonly networkRanges?: readonly string[] | undefined;
}

/** Uses a cluster that is already there; its nodes must carry the pools' labels and taint. */
export class ExistingCluster extends ComponentResource implements Cluster {
  readonly provider: Provider;
  readonly kubeconfig: Output<string>;
  readonly storageClass?: string;
  readonly entry: Entry = { type: "LoadBalancer" };
  readonly networkRanges: readonly string[];
  readonly apiServerRanges = "anywhere";

  constructor(name: string, args: ExistingClusterArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:ExistingCluster", name, { context: args.context }, opts);
    this.kubeconfig = output(secret(args.kubeconfig));
    this.networkRanges = args.networkRanges ?? [];
    if (args.storageClass) this.storageClass = args.storageClass;
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig, context: args.context, identifier: `context/${args.context}` },
      this,
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}
