import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
} from "@pulumi/pulumi";
import { charts } from "./charts.ts";
import type { Cluster } from "./cluster/contract.ts";
import { ExistingCluster } from "./cluster/existing.ts";
import { KindCluster } from "./cluster/kind.ts";
import type { Pool } from "./cluster/pools.ts";
import { Cache } from "./data/cache.ts";
import type { CacheSize } from "./data/cache-values.ts";
import { ObjectStore } from "./data/object-store.ts";
import { objectStoreBucket, objectStoreRegion } from "./data/object-store-values.ts";
import { Postgres } from "./data/postgres.ts";
import type { PostgresSize } from "./data/postgres-cluster.ts";
import { Edge } from "./edge/traefik.ts";
import type { NetworkArgs, Outbound } from "./network/peers.ts";
import type { PodSecurity } from "./security/namespace.ts";
import { Namespaces } from "./security/namespaces.ts";
import { Speckle } from "./speckle/speckle.ts";
import type { EmailArgs, WorkloadSize } from "./speckle/values.ts";
import type { WorkloadKey } from "./speckle/workloads.ts";

/** Where an environment runs. */
export type ClusterArgs =
  | { readonly type: "kind"; readonly name: string; readonly address: string }
  | {
      readonly type: "existing";
      readonly kubeconfig: Input<string>;
      readonly context: string;
      readonly storageClass?: string | undefined;
      readonly networkRanges?: readonly string[] | undefined;
    };

/** One complete Speckle environment as plain data. */
export interface SpeckleEnvironmentArgs {
  /** Host name of the environment. */
  readonly domain: string;
  readonly namespace: string;
  readonly cluster: ClusterArgs;
  /** Nodes; kind clusters are made with them, existing ones are expected to have them. */
  readonly pools: readonly Pool[];
  readonly postgres: PostgresSize;
  readonly cache: CacheSize;
  readonly objectStore: { readonly storage: string };
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  /** Pods of Traefik. */
  readonly traefikReplicas: number;
  readonly podSecurity: PodSecurity;
  /** Limits of Speckle's namespace as a ResourceQuota's `hard`, each in the place of the planned one. */
  readonly quota?: Record<string, string> | undefined;
  readonly priorityClasses: "create" | "existing";
  readonly ifcImport: boolean;
  readonly telemetry: boolean;
  /** How far pods may reach into the public internet. */
  readonly outbound: Outbound;
  /** Source ranges that may use the environment; everyone when empty. */
  readonly allowFrom: readonly string[];
  readonly email?: EmailArgs | undefined;
  readonly emailPassword?: Input<string> | undefined;
  readonly extraValues: Record<string, unknown>;
}

/** One complete Speckle environment: cluster, stores, way in, and Speckle. */
export class SpeckleEnvironment extends ComponentResource {
  /** Address of the environment. */
  readonly url: string;
  readonly namespace: string;
  /** Kubeconfig of the cluster; secret. */
  readonly kubeconfig: Output<string>;
  /** Chart and version of every part. */
  readonly versions: Record<string, string>;
  /** How to make the first administrator safely. */
  readonly firstAdministrator: string;

  constructor(name: string, args: SpeckleEnvironmentArgs, opts?: ComponentResourceOptions) {
    const { domain, namespace: namespaceName } = args;
    super("speckle-stacks:index:SpeckleEnvironment", name, { domain, namespace: namespaceName }, opts);
    const cluster = createCluster(`${name}-cluster`, args, this);
    const namespaces = new Namespaces(
      `${name}-namespaces`,
      {
        cluster,
        network: networkArgs(args, cluster),
        podSecurity: args.podSecurity,
        plan: args,
        quota: args.quota,
      },
      { parent: this },
    );
    const common = { namespace: namespaceName, cluster, namespaces };
    const objectStoreHost = `s3.${domain}`;
    this.url = environmentUrl(args);
    const postgres = new Postgres(`${name}-postgres`, { ...common, ...args.postgres }, { parent: this });
    const cache = new Cache(`${name}-cache`, { ...common, ...args.cache }, { parent: this });
    const objectStore = new ObjectStore(
      `${name}-object-store`,
      { ...common, ...args.objectStore, origin: this.url },
      { parent: this },
    );
    new Speckle(
      name,
      {
        ...common,
        domain,
        postgres: postgres.connection,
        objectStore: {
          endpoint: objectStore.endpoint,
          publicEndpoint: `https://${objectStoreHost}`,
          region: objectStoreRegion,
          bucket: objectStoreBucket,
          accessKey: objectStore.accessKey,
        },
        stores: [postgres.ready, cache.ready, objectStore.ready],
        secrets: {
          redisUrl: cache.url,
          objectStoreSecretKey: objectStore.secretKey,
          emailPassword: args.emailPassword,
        },
        workloads: args.workloads,
        priorityClasses: args.priorityClasses,
        ifcImport: args.ifcImport,
        telemetry: args.telemetry,
        email: args.email,
        extraValues: args.extraValues,
      },
      { parent: this },
    );
    new Edge(
      `${name}-edge`,
      { ...common, domain, objectStoreHost, allowFrom: args.allowFrom, replicas: args.traefikReplicas },
      { parent: this },
    );
    this.namespace = namespaceName;
    this.kubeconfig = output(cluster.kubeconfig);
    this.versions = Object.fromEntries(Object.values(charts).map((chart) => [chart.name, chart.version]));
    this.firstAdministrator = firstAdministrator(args, this.url);
    this.registerOutputs({ url: this.url, namespace: this.namespace, versions: this.versions });
  }
}

/** What the network of an environment follows from. */
export function networkArgs(
  args: Pick<SpeckleEnvironmentArgs, "namespace" | "ifcImport" | "telemetry" | "outbound" | "email">,
  cluster: Pick<Cluster, "apiServerRanges" | "networkRanges">,
): NetworkArgs {
  const { namespace, ifcImport, telemetry, outbound, email } = args;
  return {
    namespace,
    ifcImport,
    telemetry,
    outbound,
    postgres: { at: "cluster" },
    cache: { at: "cluster" },
    objectStore: { at: "cluster" },
    email: email && { port: email.port, ranges: email.ranges },
    kubernetesApi: cluster.apiServerRanges,
    clusterRanges: cluster.networkRanges,
  };
}

/** Address of an environment. */
export function environmentUrl(args: Pick<SpeckleEnvironmentArgs, "domain">): string {
  return `https://${args.domain}`;
}

/** How to make the first administrator, in words for this environment. */
export function firstAdministrator(
  args: Pick<SpeckleEnvironmentArgs, "cluster" | "allowFrom">,
  url: string,
): string {
  const register = `The first account to register becomes the administrator: open ${url}/authn/register and register`;
  if (args.cluster.type === "kind") return `${register}. Only this machine can reach the address.`;
  if (args.allowFrom.length > 0) {
    return `${register} from ${args.allowFrom.join(" or ")}; nobody else can reach the address. Open it afterwards by removing allowFrom.`;
  }
  return `${register} before you tell anyone the address: everyone can reach it. To be safe set allowFrom to your own address, deploy, register, and remove it.`;
}

function createCluster(name: string, args: SpeckleEnvironmentArgs, parent: ComponentResource): Cluster {
  const { cluster, pools } = args;
  switch (cluster.type) {
    case "kind": {
      const { name: clusterName, address } = cluster;
      return new KindCluster(name, { clusterName, address, pools }, { parent });
    }
    case "existing":
      return new ExistingCluster(name, cluster, { parent });
    default:
      return cluster satisfies never;
  }
}
