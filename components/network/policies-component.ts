import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import { networkMatrix } from "./matrix.ts";
import type { NetworkArgs } from "./peers.ts";
import { networkPolicies } from "./policies.ts";

/** The network of one environment. */
export interface NetworkPoliciesArgs extends NetworkArgs {
  readonly cluster: Cluster;
  /** Created before any policy: the namespaces of Speckle, Traefik and the PostgreSQL operator. */
  readonly namespaceResources: readonly Resource[];
}

/** The network policies of one environment: nothing may talk but what the matrix names. */
export class NetworkPolicies extends ComponentResource {
  constructor(name: string, args: NetworkPoliciesArgs, opts?: ComponentResourceOptions) {
    const { cluster, namespaceResources, ...network } = args;
    super("speckle-stacks:index:NetworkPolicies", name, { ...network }, opts);
    for (const policy of networkPolicies(networkMatrix(network))) {
      new NetworkPolicy(`${name}-${policy.metadata.name}`, policy, {
        parent: this,
        provider: cluster.provider,
        dependsOn: [...namespaceResources],
      });
    }
    this.registerOutputs({});
  }
}
