import { getProject } from "@pulumi/digitalocean/getProject.js";
import { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster.js";
import { KubernetesNodePool } from "@pulumi/digitalocean/kubernetesNodePool.js";
import { Provider as DigitalOcean } from "@pulumi/digitalocean/provider.js";
import { Vpc } from "@pulumi/digitalocean/vpc.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  output,
  type Resource,
  RunError,
  secret,
} from "@pulumi/pulumi";
import { digitaloceanStores } from "../data/digitalocean.ts";
import type { ManagedStores } from "../data/managed.ts";
import type { NameMaker } from "../edge/name-service.ts";
import { digitaloceanNames } from "../edge/names-digitalocean.ts";
import type { EntryMachineMaker } from "../entry/contract.ts";
import { describeProblems } from "../problem.ts";
import type { CloudCluster, CloudClusterArgs, CloudMaker } from "./cloud.ts";
import type { Entry } from "./contract.ts";
import { digitaloceanEntry } from "./digitalocean-entry.ts";
import {
  type DigitalOceanArgs,
  digitaloceanKubeconfig,
  digitaloceanPlan,
  entryPoint,
  otherTeam,
} from "./digitalocean-plan.ts";
import { clusterProvider } from "./provider.ts";

/** A cluster on DigitalOcean with its network and node pools. */
export type DigitalOceanClusterArgs = DigitalOceanArgs & CloudClusterArgs;

/**
 * Makes a network, a cluster and its node pools on DigitalOcean. The account's token comes from DIGITALOCEAN_TOKEN, the
 * key for buckets from SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY.
 */
export class DigitalOceanCluster extends ComponentResource implements CloudCluster {
  readonly provider: Provider;
  readonly kubeconfig: Output<string>;
  readonly storageClass = "do-block-storage";
  readonly entry: Entry;
  readonly networkRanges: readonly string[];
  // Its address is public, and known only once the cluster is there.
  readonly apiServerRanges = "anywhere";
  readonly stores: ManagedStores;
  readonly nameRecord: NameMaker;
  readonly entryMachines?: EntryMachineMaker;

  constructor(name: string, args: DigitalOceanClusterArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:DigitalOceanCluster", name, { region: args.region }, opts);
    const plan = digitaloceanPlan(args);
    const account = new DigitalOcean(
      `${name}-account`,
      {},
      { parent: this, dependsOn: ownTeam(name, args, this) },
    );
    const common = { parent: this, provider: account };
    // Its name stays, so the old one goes before there can be another, with all that stands in it.
    const network = new Vpc(`${name}-network`, plan.network, { ...common, deleteBeforeReplace: true });
    const cluster = new KubernetesCluster(
      `${name}-control-plane`,
      { ...plan.cluster, vpcUuid: network.id },
      common,
    );
    const pools = plan.pools.map(
      (pool) =>
        new KubernetesNodePool(
          `${name}-${pool.role}`,
          { ...pool.args, clusterId: cluster.id },
          { ...common, ignoreChanges: pool.ignoreChanges },
        ),
    );
    this.kubeconfig = kubeconfigOf(cluster);
    this.provider = clusterProvider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        identifier: interpolate`digitalocean/${cluster.id}`,
        dependsOn: pools,
      },
      this,
    );
    this.networkRanges = Object.values(args.ranges);
    this.entry = entryPoint(args);
    const { region, exposure } = args;
    if (exposure?.type === "fixedEntry")
      this.entryMachines = digitaloceanEntry({ ...args, size: exposure.machine, network, cluster, account });
    this.stores = digitaloceanStores({
      name: args.name,
      region,
      network,
      ranges: args.ranges,
      cluster,
      account,
    });
    this.nameRecord = digitaloceanNames(account);
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** DigitalOcean, for an environment's `cluster`. */
export const digitalocean: CloudMaker<DigitalOceanArgs> = {
  create: (name, args, opts) => new DigitalOceanCluster(name, args, opts),
};

/**
 * Nothing, but only once the credentials are known to be those of the recorded team: what waits for it is made in no
 * other one. They are asked through a provider of their own, since the account's waits.
 */
function ownTeam(name: string, { project }: DigitalOceanArgs, parent: ComponentResource): Output<Resource[]> {
  if (project === undefined) return output([]);
  const guard = new DigitalOcean(`${name}-guard`, {}, { parent });
  const found = getProject({ id: project }, { parent, provider: guard }).catch((error: Error) => {
    throw new RunError(describeProblems([otherTeam(project, error.message)]));
  });
  return output(found).apply(() => []);
}

function kubeconfigOf(cluster: KubernetesCluster): Output<string> {
  const authority = cluster.kubeConfigs.apply(([config]) => config?.clusterCaCertificate ?? "");
  const parts = all([cluster.id, cluster.name, cluster.endpoint, authority]);
  return secret(
    parts.apply(([id, name, endpoint, ca]) =>
      JSON.stringify(digitaloceanKubeconfig({ id, name, endpoint, authority: ca })),
    ),
  );
}
