import { Command } from "@pulumi/command/local/command.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, type ComponentResourceOptions, type Output, secret } from "@pulumi/pulumi";
import type { Cluster, Entry } from "./contract.ts";
import {
  type KindClusterSpec,
  kindCommands,
  kindConfig,
  kindNetworkRanges,
  kindNodePorts,
} from "./kind-config.ts";
import { clusterProvider } from "./provider.ts";

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

  constructor(name: string, args: KindClusterSpec, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:KindCluster", name, { clusterName: args.clusterName }, opts);
    const { clusterName } = args;
    const cluster = new Command(
      `${name}-nodes`,
      { ...kindCommands(clusterName), stdin: JSON.stringify(kindConfig(args)), logging: "none" },
      {
        parent: this,
        additionalSecretOutputs: ["stdout"],
        // Only the configuration says that it is another cluster; other words for the same commands do not.
        ignoreChanges: ["create", "update", "delete"],
      },
    );
    this.kubeconfig = secret(cluster.stdout);
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig, identifier: `kind/${clusterName}` },
      this,
    );
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}
