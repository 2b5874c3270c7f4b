import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import { postgresOperatorNamespace } from "../data/postgres-cluster.ts";
import { traefikNamespace } from "../edge/traefik-values.ts";
import type { NetworkArgs } from "../network/peers.ts";
import { NetworkPolicies } from "../network/policies-component.ts";
import { createNamespace, type PodSecurity } from "./namespace.ts";

/** The namespaces of one environment. */
export interface NamespacesArgs {
  readonly cluster: Cluster;
  readonly network: NetworkArgs;
  /** Pod Security Standard that Speckle's namespace enforces. */
  readonly podSecurity: PodSecurity;
}

/** The namespaces of one environment with everything that governs pods in them, so that no pod is there before it. */
export class Namespaces extends ComponentResource {
  constructor(name: string, args: NamespacesArgs, opts?: ComponentResourceOptions) {
    const { cluster, network, podSecurity } = args;
    super("speckle-stacks:index:Namespaces", name, { network, podSecurity }, opts);
    const create = (suffix: string, namespace: string, level: PodSecurity): Namespace =>
      createNamespace(
        `${name}-${suffix}`,
        { namespace, podSecurity: level },
        { parent: this, provider: cluster.provider },
      );
    const namespaceResources = [
      create("speckle", network.namespace, podSecurity),
      create("traefik", traefikNamespace, "restricted"),
      ...(network.postgres.at === "cluster"
        ? [create("postgres-operator", postgresOperatorNamespace, "restricted")]
        : []),
    ];
    new NetworkPolicies(`${name}-network`, { ...network, cluster, namespaceResources }, { parent: this });
    this.registerOutputs({});
  }
}
