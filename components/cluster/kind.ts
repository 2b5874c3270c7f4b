import { Command } from "@pulumi/command/local/command.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  secret,
} from "@pulumi/pulumi";
import type { Cluster, Entry } from "./contract.ts";
import {
  type KindClusterSpec,
  kindConfig,
  kindFingerprint,
  kindNetworkRanges,
  kindNodePorts,
} from "./kind-config.ts";
import { clusterProvider } from "./provider.ts";

/** A kind cluster on this machine, made and deleted by the program. */
export interface KindClusterArgs extends KindClusterSpec {
  /** Name kind knows the cluster by. */
  readonly clusterName: string;
}

/** Creates a kind cluster with labelled and tainted nodes; needs `kind` and Docker where the program runs. */
export class KindCluster extends ComponentResource implements Cluster {
  readonly provider: Provider;
  readonly kubeconfig: Output<string>;
  readonly entry: Entry = {
    type: "NodePort",
    httpNodePort: kindNodePorts.http,
    httpsNodePort: kindNodePorts.https,
  };
  readonly networkRanges = kindNetworkRanges;
  readonly apiServerRanges = "anywhere";

  constructor(name: string, args: KindClusterArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:KindCluster", name, { clusterName: args.clusterName }, opts);
    const config = kindConfig(args);
    const fingerprint = kindFingerprint(config);
    const { clusterName } = args;
    const cluster = new Command(
      `${name}-nodes`,
      {
        // Safe to run again after an interruption; kind's own words go to standard error, the kubeconfig is the output.
        create: `kind get clusters | grep -qx ${clusterName} || kind create cluster --name ${clusterName} --wait 120s --config - >&2; kind get kubeconfig --name ${clusterName}`,
        delete: `kind delete cluster --name ${clusterName}`,
        stdin: JSON.stringify(config),
        logging: "none",
        triggers: [fingerprint],
      },
      { parent: this, additionalSecretOutputs: ["stdout"], deleteBeforeReplace: true },
    );
    this.kubeconfig = secret(cluster.stdout);
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig, identifier: interpolate`kind/${clusterName}/${fingerprint}` },
      this,
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}
