import { run } from "@pulumi/command/local/run.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  RunError,
  secret,
} from "@pulumi/pulumi";
import { describeProblems, type Problem } from "../problem.ts";
import { type Claim, claimProblems } from "../sharing/claim.ts";
import type { Cluster, Entry } from "./contract.ts";
import { type HeavyNodes, lookAround, nodeProblems, unseenCluster } from "./existing-nodes.ts";
import { clusterProvider } from "./provider.ts";

/** A cluster somebody else runs. */
export interface ExistingClusterArgs {
  /** Text of a kubeconfig with the rights to install everything. */
  readonly kubeconfig: Input<string>;
  /** Context of the kubeconfig: named, so that the environment never follows `kubectl config use-context`. */
  readonly context: string;
  /** UID of the cluster's kube-system namespace, which no two clusters share: any other cluster is refused. */
  readonly uid?: string | undefined;
  /** StorageClass of in-cluster stores; default: the cluster's default class. */
  readonly storageClass?: string | undefined;
  /** What there is for heavy work; looked at before anything is made, with `kubectl`. Default: no node is looked at. */
  readonly heavyNodes?: HeavyNodes | undefined;
  /** What the environment takes for its own there; looked at together with the nodes, and so only with `heavyNodes`. */
  readonly claim?: Claim | undefined;
  /** IPv4 ranges of its pods, Services and nodes that are not private ones; default: none. */
  readonly networkRanges?: readonly string[] | undefined;
  /** How traffic gets to Traefik; default: a load balancer that needs no further words. */
  readonly entry?: Entry | undefined;
}

/** Uses a cluster that is already there; its nodes must carry the pools' labels and taint. */
export class ExistingCluster extends ComponentResource implements Cluster {
  readonly provider: Provider;
  readonly kubeconfig: Output<string>;
  readonly storageClass?: string;
  readonly entry: Entry;
  readonly networkRanges: readonly string[];
  readonly apiServerRanges = "anywhere";

  constructor(name: string, args: ExistingClusterArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:ExistingCluster", name, { context: args.context }, opts);
    this.kubeconfig = output(secret(args.kubeconfig));
    this.networkRanges = args.networkRanges ?? [];
    this.entry = args.entry ?? { type: "LoadBalancer" };
    if (args.storageClass) this.storageClass = args.storageClass;
    const { context, uid, storageClass, heavyNodes } = args;
    const pinned = uid === undefined ? this.kubeconfig : this.#pinned(name, context, uid);
    const kubeconfig = heavyNodes === undefined ? pinned : this.#lookedAt(pinned, { ...args, heavyNodes });
    const identifier = uid === undefined ? `context/${context}` : `cluster/${uid}`;
    this.provider = clusterProvider(`${name}-kubernetes`, { kubeconfig, context, identifier }, this);
    // Read, so that a class that is not there is named before a claim waits for it.
    if (storageClass)
      StorageClass.get(`${name}-storage-class`, storageClass, { parent: this, provider: this.provider });
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /** The kubeconfig, known only once the cluster it leads to is the right one: nothing else can begin before. */
  #pinned(name: string, context: string, uid: string): Output<string> {
    const guard = clusterProvider(
      `${name}-guard`,
      { kubeconfig: this.kubeconfig, context, identifier: `guard/${context}` },
      this,
    );
    const system = Namespace.get(`${name}-identity`, "kube-system", { parent: this, provider: guard });
    return all([this.kubeconfig, system.metadata.uid]).apply(([kubeconfig, actual]) => {
      if (actual !== uid) throw new RunError(describeProblems([otherCluster(context, uid, actual)]));
      return kubeconfig;
    });
  }

  /**
   * The kubeconfig, known only once the cluster has the nodes that pods want, so that none is made to wait for ever, and
   * room for the environment beside those that are there.
   */
  #lookedAt(
    kubeconfig: Output<string>,
    { context, heavyNodes, claim }: ExistingClusterArgs & { readonly heavyNodes: HeavyNodes },
  ): Output<string> {
    const checked = kubeconfig.apply(async (text) => {
      const args = { command: lookAround, stdin: text, environment: { CONTEXT: context } };
      const { stdout } = await run({ ...args, logging: "none" }, { parent: this }).catch((error: Error) => {
        throw new RunError(describeProblems([unseenCluster(context, error.message)]));
      });
      const problems = [...nodeProblems(stdout, heavyNodes), ...(claim ? claimProblems(stdout, claim) : [])];
      if (problems.length > 0) throw new RunError(describeProblems(problems));
      return text;
    });
    return secret(checked);
  }
}

/** The problem of a kubeconfig that leads to another cluster than the one that was recorded. */
export function otherCluster(context: string, recorded: string, actual: string): Problem {
  return {
    path: "cluster.uid",
    reason: `context ${context} leads to the cluster ${actual}, but this stack belongs to ${recorded}`,
    fix: "Name the right kubeconfig or context. Nothing has been touched.",
  };
}
