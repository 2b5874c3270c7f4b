import {
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  output,
  Resource,
} from "@pulumi/pulumi";
import { Accounts } from "./accounts/accounts.ts";
import { charts } from "./charts.ts";
import type { Cluster } from "./cluster/contract.ts";
import { ExistingCluster } from "./cluster/existing.ts";
import { KindCluster } from "./cluster/kind.ts";
import { createStores } from "./data/stores.ts";
import { firstAdministrator } from "./edge/administrator.ts";
import { Certificate } from "./edge/certificate.ts";
import { tlsSecret } from "./edge/certificate-objects.ts";
import { Edge } from "./edge/traefik.ts";
import { forwardedPorts, hostPorts } from "./edge/traefik-ports.ts";
import { FixedEntry } from "./entry/fixed-entry.ts";
import type { SpeckleEnvironmentArgs } from "./environment-args.ts";
import {
  claimOf,
  environmentHosts,
  environmentUrl,
  installedCharts,
  networkArgs,
} from "./environment-plan.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { formerNamespaces } from "./security/former-names.ts";
import { Namespaces } from "./security/namespaces.ts";
import type { Claim } from "./sharing/claim.ts";
import { OwnServices, SharedServices } from "./sharing/component.ts";
import { Speckle } from "./speckle/speckle.ts";
import { serverImage } from "./speckle/values.ts";
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
  /** First password of the administrator; secret. None where the program makes no administrator. */
  readonly administratorPassword: Output<string> | undefined;

  constructor(name: string, args: SpeckleEnvironmentArgs, opts?: ComponentResourceOptions) {
    const { domain, namespace: namespaceName } = args;
    super("speckle-stacks:index:SpeckleEnvironment", name, { domain, namespace: namespaceName }, opts);
    const cluster = createCluster(`${name}-cluster`, args, this);
    const claim = claimOf(args);
    const using = this.#shareServices(name, cluster, claim);
    const network = networkArgs(args, cluster);
    const namespaces = new Namespaces(
      `${name}-namespaces`,
      {
        cluster,
        domain,
        network,
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
        connectionsPerPool: args.connectionsPerPool,
        runtimeClass: args.runtimeClass,
        pools: args.pools,
        priorityClasses: args.priorityClasses,
        ifcImport: args.ifcImport,
        telemetry: args.telemetry,
        email: args.email,
        uploads: args.uploads,
        extraValues: args.extraValues,
      },
      { parent: this },
    );
    const accounts = createAccounts(`${name}-accounts`, args, { cluster, speckle, parent: this });
    this.administratorPassword = accounts?.password;
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
        trustedProxies: args.trustedProxies,
        // Nobody comes in before who may have an account is settled.
        after: accounts ? [accounts] : [],
        link: !accounts,
        gate: args.gate,
        uploads: args.uploads,
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
    const watch = args.monitoring
      ? [new Monitoring(`${name}-monitoring`, { ...common, ...args.monitoring, network }, { parent: this })]
      : [];
    const settled = accounts ? [speckle, accounts] : [speckle];
    const parts = [cluster, namespaces, ...Object.values(stores), ...settled, ...ways, ...watch];
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

/** The Job that makes the first administrator, where one is named. */
function createAccounts(
  name: string,
  { administrator, registration, namespace, extraValues }: SpeckleEnvironmentArgs,
  { cluster, speckle, parent }: { cluster: Cluster; speckle: Speckle; parent: ComponentResource },
): Accounts | undefined {
  if (administrator === undefined) return undefined;
  const { database } = speckle;
  const inviteOnly = registration === "invited";
  const image = serverImage(extraValues);
  const args = { cluster, namespace, administrator, inviteOnly, ...database, image, after: speckle };
  return new Accounts(name, args, { parent });
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
