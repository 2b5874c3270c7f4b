import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  Resource,
} from "@pulumi/pulumi";
import { type ChartKey, charts } from "./charts.ts";
import type { AwsArgs } from "./cluster/aws-plan.ts";
import type { CloudMaker } from "./cluster/cloud.ts";
import type { Cluster, Entry } from "./cluster/contract.ts";
import type { DigitalOceanArgs } from "./cluster/digitalocean-plan.ts";
import { ExistingCluster } from "./cluster/existing.ts";
import type { HeavyNodes } from "./cluster/existing-nodes.ts";
import { KindCluster } from "./cluster/kind.ts";
import type { Pool } from "./cluster/pools.ts";
import type { StoreChoices } from "./data/args.ts";
import type { Acknowledging } from "./data/keeping.ts";
import { backupLocation, storeLocations } from "./data/locations.ts";
import { createStores } from "./data/stores.ts";
import { firstAdministrator } from "./edge/administrator.ts";
import { Certificate, type CertificateArgs, zoneProvedByPods } from "./edge/certificate.ts";
import { tlsSecret } from "./edge/certificate-objects.ts";
import type { Gate } from "./edge/middlewares.ts";
import type { Zone } from "./edge/name-service.ts";
import type { Registration } from "./edge/registration.ts";
import { Edge } from "./edge/traefik.ts";
import { containerPort, type ExtraPort, forwardedPorts, hostPorts } from "./edge/traefik-ports.ts";
import { FixedEntry } from "./entry/fixed-entry.ts";
import type { NetworkArgs, Outbound } from "./network/peers.ts";
import type { Rotations } from "./secrets/table.ts";
import { formerNamespaces } from "./security/former-names.ts";
import type { PodSecurity } from "./security/namespace.ts";
import { Namespaces } from "./security/namespaces.ts";
import type { Claim } from "./sharing/claim.ts";
import { OwnServices, SharedServices } from "./sharing/component.ts";
import { type ServiceOwner, servicesOf } from "./sharing/services.ts";
import { type SignInArgs, signInReach } from "./speckle/sign-in.ts";
import { type SignInSecrets, Speckle } from "./speckle/speckle.ts";
import type { EmailArgs, WorkloadSize } from "./speckle/values.ts";
import type { WorkloadKey } from "./speckle/workloads.ts";

/** Where an environment may run. */
export type ClusterChoice =
  | { readonly type: "kind"; readonly name: string; readonly address: string }
  | {
      readonly type: "existing";
      readonly kubeconfig: Input<string>;
      readonly context: string;
      readonly uid?: string | undefined;
      readonly storageClass?: string | undefined;
      readonly heavyNodes?: HeavyNodes | undefined;
      readonly networkRanges?: readonly string[] | undefined;
      readonly entry?: Entry | undefined;
    }
  | ({ readonly type: "digitalocean" } & DigitalOceanArgs)
  | ({ readonly type: "aws" } & AwsArgs);

/** Where an environment runs: a cloud comes with what makes its cluster. */
export type ClusterArgs =
  | Exclude<ClusterChoice, { type: "digitalocean" | "aws" }>
  | ({ readonly type: "digitalocean" } & DigitalOceanArgs & CloudMaker<DigitalOceanArgs>)
  | ({ readonly type: "aws" } & AwsArgs & CloudMaker<AwsArgs>);

/** One complete Speckle environment as plain data. */
export interface SpeckleEnvironmentArgs extends StoreChoices, Acknowledging {
  /** Host name of the environment. */
  readonly domain: string;
  readonly namespace: string;
  readonly cluster: ClusterArgs;
  /** Nodes; kind clusters are made with them, existing ones are looked at. Without a heavy pool all is general work. */
  readonly pools: readonly Pool[];
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  /** Pods of Traefik. */
  readonly traefikReplicas: number;
  readonly podSecurity: PodSecurity;
  /**
   * Name of a RuntimeClass that is there, for the pods that open files of strangers; Kubernetes 1.36 or later. Default:
   * the nodes' own runtime.
   */
  readonly runtimeClass?: string | undefined;
  /** Limits of Speckle's namespace as a ResourceQuota's `hard`, each in the place of the planned one. */
  readonly quota?: Record<string, string> | undefined;
  readonly priorityClasses: "create" | "existing";
  /** Who makes Traefik, which a cluster has once; default: this environment. */
  readonly clusterServices?: ServiceOwner | undefined;
  readonly ifcImport: boolean;
  readonly telemetry: boolean;
  /** How far pods may reach into the public internet. */
  readonly outbound: Outbound;
  /** Source ranges that may use the environment; everyone when empty. */
  readonly allowFrom: readonly string[];
  /** Who may make an account. */
  readonly registration: Registration;
  /** Ports beside http and https; none when absent. */
  readonly extraPorts?: readonly ExtraPort[] | undefined;
  /** Sign-in page in front of every page; what connectors call stays open to Speckle's own tokens. */
  readonly gate?: Gate | undefined;
  readonly certificate: CertificateArgs;
  /** The zone that the program itself keeps the names in, at the cluster's cloud; made by hand when absent. */
  readonly zone?: Zone | undefined;
  readonly email?: EmailArgs | undefined;
  readonly emailPassword?: Input<string> | undefined;
  /** How people sign in. */
  readonly signIn: SignInArgs;
  /** Client secrets of the identity providers in use. */
  readonly signInSecrets?: SignInSecrets | undefined;
  /** PEM text of further certificate authorities that server, objects, webhooks and imports trust. */
  readonly authorities?: Input<string> | undefined;
  /** How often each generated secret has been rotated. */
  readonly rotate: Rotations;
  readonly extraValues: Record<string, unknown>;
}

/** One complete Speckle environment: cluster, stores, way in, and Speckle. */
export class SpeckleEnvironment extends ComponentResource {
  /** Address of the environment. */
  readonly url: string;
  readonly namespace: string;
  /** Kubeconfig of the cluster; secret. */
  readonly kubeconfig: Output<string>;
  /** Records to make where the zone is kept, as lines of its file; none where nothing outside leads here. */
  readonly names: Output<readonly string[]>;
  /** Chart and version of every part. */
  readonly versions: Record<string, string>;
  /** How to make the first administrator safely. */
  readonly firstAdministrator: string;
  /** Address at which whoever deploys may make an account; secret. None where accounts are not for the invited. */
  readonly registrationLink: Output<string> | undefined;

  constructor(name: string, args: SpeckleEnvironmentArgs, opts?: ComponentResourceOptions) {
    const { domain, namespace: namespaceName } = args;
    super("speckle-stacks:index:SpeckleEnvironment", name, { domain, namespace: namespaceName }, opts);
    const cluster = createCluster(`${name}-cluster`, args, this);
    const claim = claimOf(args);
    const using = this.#shareServices(name, cluster, claim);
    const namespaces = new Namespaces(
      `${name}-namespaces`,
      {
        cluster,
        domain,
        network: networkArgs(args, cluster),
        podSecurity: args.podSecurity,
        runtimeClass: args.runtimeClass,
        plan: {
          ...args,
          fixedEntry: cluster.entryMachines !== undefined,
          hostPorts:
            args.clusterServices === "shared" ? undefined : hostPorts(cluster.entry, args.extraPorts ?? []),
        },
        quota: args.quota,
        formerly: formerNamespaces(name, this),
        after: using,
      },
      { parent: this },
    );
    const common = { namespace: namespaceName, cluster, namespaces };
    const objectStoreHost = `s3.${domain}`;
    this.url = environmentUrl(args);
    const stores = createStores(name, args, {
      ...common,
      origin: this.url,
      objectStoreHost,
      rotations: args.rotate,
      acknowledged: args.acknowledged,
      parent: this,
    });
    const speckle = new Speckle(
      name,
      {
        ...common,
        domain,
        ...stores,
        rotations: args.rotate,
        authorities: args.authorities,
        emailPassword: args.emailPassword,
        signIn: args.signIn,
        signInSecrets: args.signInSecrets,
        workloads: args.workloads,
        runtimeClass: args.runtimeClass,
        pools: args.pools,
        priorityClasses: args.priorityClasses,
        ifcImport: args.ifcImport,
        telemetry: args.telemetry,
        email: args.email,
        extraValues: args.extraValues,
      },
      { parent: this },
    );
    const inCluster = args.objectStore.mode === "inCluster";
    const hosts = environmentHosts(domain, inCluster);
    const fixedEntry = createFixedEntry(`${name}-entry`, args, { ...common, parent: this });
    const edge = new Edge(
      `${name}-edge`,
      {
        ...common,
        domain,
        objectStoreHost: inCluster ? objectStoreHost : undefined,
        tlsSecret,
        allowFrom: args.allowFrom,
        registration: args.registration,
        gate: args.gate,
        extraPorts: args.extraPorts ?? [],
        address: fixedEntry?.address,
        traefik: args.clusterServices,
        replicas: args.traefikReplicas,
        rotations: args.rotate,
      },
      { parent: this },
    );
    this.registrationLink = edge.registrationLink;
    const records = this.#createRecords(name, args, hosts, cluster, edge);
    const namesMade = records.length > 0;
    const certificate = new Certificate(
      `${name}-certificate`,
      { ...common, hosts, source: args.certificate, after: namesMade ? [edge, ...records] : [] },
      { parent: this },
    );
    const ways = [...(fixedEntry ? [fixedEntry] : []), edge, certificate, ...records];
    const parts = [cluster, namespaces, ...Object.values(stores), speckle, ...ways];
    this.#offerServices(name, cluster, claim, parts);
    this.names = namesMade ? output([]) : edge.names;
    this.namespace = namespaceName;
    this.kubeconfig = output(cluster.kubeconfig);
    this.versions = Object.fromEntries(
      installedCharts(args).map((key) => [charts[key].name, charts[key].version]),
    );
    this.firstAdministrator = firstAdministrator(args, this.url);
    this.registerOutputs({ url: this.url, namespace: this.namespace, versions: this.versions });
  }

  /** Before everything else, and until everything else is gone. */
  #shareServices(name: string, cluster: Cluster, { shared: services, ...identity }: Claim): Resource[] {
    if (services.length === 0) return [];
    const args = { cluster, services, ...identity };
    return [new SharedServices(`${name}-shared-services`, args, { parent: this })];
  }

  #offerServices(name: string, cluster: Cluster, claim: Claim, parts: readonly object[]): void {
    if (claim.own.length === 0) return;
    const everything = parts.filter((part) => Resource.isInstance(part));
    new OwnServices(`${name}-services`, { cluster, ...claim, everything }, { parent: this });
  }

  #createRecords(
    name: string,
    { zone }: Pick<SpeckleEnvironmentArgs, "zone">,
    hosts: readonly string[],
    { nameRecord }: Cluster,
    { target }: Edge,
  ): Resource[] {
    if (!zone || !nameRecord) return [];
    const keys = ["name", "object-store-name"];
    return hosts.map((host, index) =>
      nameRecord(`${name}-${keys[index]}`, { zone, host, target }, { parent: this }),
    );
  }
}

/** What the network of an environment follows from. */
export function networkArgs(
  args: StoreChoices &
    Pick<
      SpeckleEnvironmentArgs,
      | "namespace"
      | "ifcImport"
      | "telemetry"
      | "outbound"
      | "email"
      | "signIn"
      | "certificate"
      | "gate"
      | "extraPorts"
      | "clusterServices"
    >,
  cluster: Pick<Cluster, "apiServerRanges" | "networkRanges" | "stores" | "prover" | "entryMachines">,
): NetworkArgs {
  const { namespace, ifcImport, telemetry, outbound, email, signIn, certificate, gate } = args;
  const shared = servicesOf(args, "shared");
  return {
    namespace,
    ifcImport,
    telemetry,
    outbound,
    ...storeLocations(args, cluster),
    backup: backupLocation(args, cluster),
    certManager: [...servicesOf(args, "create"), ...shared].includes("cert-manager"),
    ...(shared.length > 0 && { shared }),
    challenge: certificate.mode === "acme" ? certificate.challenge.type : undefined,
    podIdentity: Boolean(cluster.prover && zoneProvedByPods(certificate)),
    gate: gate && { labels: gate.podLabels, port: gate.podPort },
    entryMachine: cluster.entryMachines && { ranges: cluster.entryMachines.machineRanges },
    extraPorts: args.extraPorts?.map((extra) => ({
      name: extra.name,
      traefikPort: containerPort(extra),
      labels: extra.podLabels,
      port: extra.podPort,
    })),
    email: email && { port: email.port, ranges: email.ranges },
    signIn: signInReach(signIn),
    kubernetesApi: cluster.apiServerRanges,
    clusterRanges: cluster.networkRanges,
  };
}

/** Names browsers go to: the environment's own, and that of an object store in the cluster. */
export function environmentHosts(domain: string, objectStoreInCluster: boolean): string[] {
  return [domain, ...(objectStoreInCluster ? [`s3.${domain}`] : [])];
}

/** The charts an environment installs. */
export function installedCharts(
  args: StoreChoices &
    Pick<SpeckleEnvironmentArgs, "certificate" | "clusterServices"> & {
      readonly cluster: Pick<ClusterArgs, "type">;
    },
): ChartKey[] {
  const own = servicesOf(args, "create");
  const conditions: Partial<Record<ChartKey, boolean>> = {
    traefik: own.includes("traefik"),
    certManager: own.includes("cert-manager"),
    clusterAutoscaler: args.cluster.type === "aws",
    postgresOperator: own.includes("postgres-operator"),
    valkey: args.cache.mode === "inCluster",
    objectStore: args.objectStore.mode === "inCluster",
  };
  return (Object.keys(charts) as ChartKey[]).filter((key) => conditions[key] ?? true);
}

/** What an environment takes for its own in its cluster, and what it shares there. */
function claimOf(args: SpeckleEnvironmentArgs): Claim {
  const { namespace, domain } = args;
  return { namespace, domain, own: servicesOf(args, "create"), shared: servicesOf(args, "shared") };
}

/** Address of an environment. */
export function environmentUrl(args: Pick<SpeckleEnvironmentArgs, "domain">): string {
  return `https://${args.domain}`;
}

/** The machine in front, where the cluster was told to have one. */
function createFixedEntry(
  name: string,
  { extraPorts = [], rotate: rotations }: Pick<SpeckleEnvironmentArgs, "extraPorts" | "rotate">,
  { cluster, namespaces, parent }: { cluster: Cluster; namespaces: Resource; parent: ComponentResource },
): FixedEntry | undefined {
  const { entryMachines: machines, entry } = cluster;
  if (!machines) return undefined;
  const ports = forwardedPorts(entry, extraPorts);
  return new FixedEntry(name, { cluster, machines, namespaces, ports, rotations }, { parent });
}

function createCluster(name: string, args: SpeckleEnvironmentArgs, parent: ComponentResource): Cluster {
  const { cluster, pools } = args;
  switch (cluster.type) {
    case "kind": {
      const { name: clusterName, address } = cluster;
      return new KindCluster(name, { clusterName, address, pools }, { parent });
    }
    case "existing":
      return new ExistingCluster(name, { ...cluster, claim: claimOf(args) }, { parent });
    case "digitalocean":
      return cluster.create(name, { ...cluster, pools }, { parent });
    case "aws":
      return cluster.create(name, { ...cluster, pools }, { parent });
    default:
      return cluster satisfies never;
  }
}
