import { Provider as Aws } from "@pulumi/aws/provider.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  secret,
} from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import { awsStores } from "../data/aws.ts";
import type { ManagedStores } from "../data/managed.ts";
import type { NameMaker, ProverMaker } from "../edge/name-service.ts";
import { route53Names, route53Prover } from "../edge/names-aws.ts";
import type { EntryMachineMaker } from "../entry/contract.ts";
import { installRelease } from "../release.ts";
import { autoscaler, autoscalerValues } from "./aws-autoscaler-values.ts";
import { AwsControlPlane } from "./aws-control-plane.ts";
import { awsEntry } from "./aws-entry.ts";
import { AwsNetwork } from "./aws-network.ts";
import { AwsNodes } from "./aws-nodes.ts";
import { type AwsArgs, awsKubeconfig, entryPoint, serviceRange, storageClass } from "./aws-plan.ts";
import type { CloudCluster, CloudClusterArgs, CloudMaker } from "./cloud.ts";
import type { Entry } from "./contract.ts";
import { clusterProvider } from "./provider.ts";

/** A cluster on AWS with its network and node groups. */
export type AwsClusterArgs = AwsArgs & CloudClusterArgs;

/**
 * Makes a network over three zones, an EKS cluster, its node groups and its autoscaler. Credentials come from where
 * AWS's own program finds them; those of another account are refused.
 */
export class AwsCluster extends ComponentResource implements CloudCluster {
  readonly provider: Provider;
  readonly kubeconfig: Output<string>;
  readonly storageClass = storageClass.metadata.name;
  readonly entry: Entry;
  readonly networkRanges: readonly string[];
  readonly apiServerRanges: readonly string[];
  readonly stores: ManagedStores;
  readonly nameRecord: NameMaker;
  readonly prover: ProverMaker;
  readonly entryMachines?: EntryMachineMaker;

  constructor(name: string, args: AwsClusterArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsCluster", name, { region: args.region }, opts);
    const { region, accountId } = args;
    const account = new Aws(
      `${name}-account`,
      { region: region as never, allowedAccountIds: [accountId] },
      { parent: this },
    );
    const common = { parent: this, providers: { aws: account } };
    const network = new AwsNetwork(`${name}-network`, args, common);
    const controlPlane = new AwsControlPlane(`${name}-control-plane`, { ...args, network }, common);
    const nodes = new AwsNodes(`${name}-nodes`, { ...args, network, controlPlane }, common);
    this.kubeconfig = kubeconfigOf(controlPlane, args);
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        identifier: interpolate`aws/${controlPlane.cluster.arn}`,
        // Load balancers and volumes are only given back while nodes, rights and ways out are there.
        dependsOn: [...network.routes, ...controlPlane.access, ...nodes.ready],
      },
      this,
    );
    const inCluster = { parent: this, provider: this.provider };
    new StorageClass(`${name}-storage-class`, storageClass, inCluster);
    installRelease(
      `${name}-autoscaler`,
      {
        chart: charts.clusterAutoscaler,
        release: autoscaler.serviceAccount,
        namespace: autoscaler.namespace,
        values: autoscalerValues({ cluster: args.name, region }),
      },
      inCluster,
    );
    this.networkRanges = [args.ranges.network, serviceRange];
    // Its interfaces stand in the nodes' subnets.
    this.apiServerRanges = [...network.ranges("nodes"), serviceRange];
    this.entry = entryPoint(args);
    if (args.exposure?.type === "fixedEntry") {
      const { machine } = args.exposure;
      const { cluster } = controlPlane;
      this.entryMachines = awsEntry({ name: args.name, machine, network, cluster, account });
    }
    this.stores = awsStores({
      name: args.name,
      region,
      network,
      cluster: controlPlane.cluster,
      clusterRanges: this.networkRanges,
      account,
    });
    this.nameRecord = route53Names(account, this.entryMachines ? "A" : "CNAME");
    this.prover = route53Prover(account, controlPlane.cluster.name);
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** AWS, for an environment's `cluster`. */
export const aws: CloudMaker<AwsArgs> = {
  create: (name, args, opts) => new AwsCluster(name, args, opts),
};

function kubeconfigOf({ cluster }: AwsControlPlane, { name, region }: AwsArgs): Output<string> {
  const parts = all([cluster.endpoint, cluster.certificateAuthority.data]);
  return secret(
    parts.apply(([endpoint, authority]) =>
      JSON.stringify(awsKubeconfig({ name, region, endpoint, authority })),
    ),
  );
}
