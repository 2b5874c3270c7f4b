import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { DatabaseDb } from "@pulumi/digitalocean/databaseDb.js";
import { DatabaseFirewall } from "@pulumi/digitalocean/databaseFirewall.js";
import { DatabaseValkeyConfig } from "@pulumi/digitalocean/databaseValkeyConfig.js";
import { getDatabaseCaOutput } from "@pulumi/digitalocean/getDatabaseCa.js";
import type { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster.js";
import type { Provider } from "@pulumi/digitalocean/provider.js";
import { SpacesBucket } from "@pulumi/digitalocean/spacesBucket.js";
import { SpacesBucketCorsConfiguration } from "@pulumi/digitalocean/spacesBucketCorsConfiguration.js";
import { SpacesKey } from "@pulumi/digitalocean/spacesKey.js";
import type { Vpc } from "@pulumi/digitalocean/vpc.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { bucketKeys } from "../secrets/generate.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import type { ManagedCacheArgs, ManagedObjectStoreArgs, ManagedPostgresArgs } from "./args.ts";
import type {
  CacheConnection,
  ObjectStoreConnection,
  PostgresConnection,
  SecretText,
} from "./connections.ts";
import {
  bucketPlan,
  cachePlan,
  cacheSettings,
  corsPlan,
  digitaloceanLocations,
  type NetworkRanges,
  postgresPlan,
  spacesEndpoint,
} from "./digitalocean-plan.ts";
import { type Acknowledging, keeping } from "./keeping.ts";
import {
  type ManagedStores,
  managedUrl,
  type PostgresClient,
  postgresDatabase,
  type Rotating,
} from "./managed.ts";

/** The cluster whose pods use the stores, and what they are made with. */
export interface DigitalOceanPlace {
  /** Beginning of the names of databases and keys. */
  readonly name: string;
  readonly region: string;
  readonly network: Vpc;
  readonly ranges: NetworkRanges;
  readonly cluster: KubernetesCluster;
  readonly account: Provider;
}

/** The stores DigitalOcean runs next to a cluster. */
export function digitaloceanStores(place: DigitalOceanPlace): ManagedStores {
  return {
    locations: digitaloceanLocations(place.ranges),
    // Passwords of its databases are DigitalOcean's own to make up.
    postgres: (name, { rotations: _, ...args }, opts) =>
      new DigitalOceanPostgres(name, { ...args, place }, opts),
    cache: (name, { rotations: _, ...args }, opts) => new DigitalOceanCache(name, { ...args, place }, opts),
    objectStore: (name, args, opts) => new DigitalOceanObjectStore(name, { ...args, place }, opts),
  };
}

type Placed<Args> = Args & { readonly place: DigitalOceanPlace };

class DigitalOceanPostgres extends ComponentResource implements PostgresConnection {
  readonly url: SecretText;
  readonly importQueueUrl: SecretText;
  readonly tls = "verified";
  readonly authority: Output<string>;
  readonly ready: readonly Resource[];

  constructor(
    name: string,
    { place, ...args }: Placed<ManagedPostgresArgs & Acknowledging>,
    opts?: ComponentResourceOptions,
  ) {
    super("speckle-stacks:index:DigitalOceanPostgres", name, { ...args }, opts);
    const { network, cluster, account } = place;
    const common = { parent: this, provider: account };
    const server = new DatabaseCluster(
      `${name}-server`,
      { ...postgresPlan(place, args), privateNetworkUuid: network.id },
      // Its name stays, so the old one goes before there can be another.
      { ...common, ...keeping(`${name}-server`, args).options, deleteBeforeReplace: true },
    );
    const database = new DatabaseDb(
      `${name}-database`,
      { clusterId: server.id, name: postgresDatabase },
      { ...common, ...keeping(`${name}-database`, args).options },
    );
    const firewall = trustCluster(name, server, cluster, common);
    this.authority = getDatabaseCaOutput({ clusterId: server.id }, common).certificate;
    // The administrator, since nobody else may make the extension that Speckle's migrations want in this schema.
    const url = (client: PostgresClient) => ({
      text: secret(
        all([server.user, server.password, server.privateHost, server.port]).apply(
          ([user, password, host, port]) => managedUrl(client, { user, password, host, port }),
        ),
      ),
    });
    this.url = url("services");
    this.importQueueUrl = url("importer");
    this.ready = [database, firewall];
    this.registerOutputs({});
  }
}

class DigitalOceanCache extends ComponentResource implements CacheConnection {
  readonly url: SecretText;
  readonly previewUrl: SecretText;
  readonly ready: readonly Resource[];

  constructor(name: string, { place, ...args }: Placed<ManagedCacheArgs>, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:DigitalOceanCache", name, { ...args }, opts);
    const { network, cluster, account } = place;
    const common = { parent: this, provider: account };
    const server = new DatabaseCluster(
      `${name}-server`,
      { ...cachePlan(place, args), privateNetworkUuid: network.id },
      common,
    );
    const settings = new DatabaseValkeyConfig(
      `${name}-settings`,
      { clusterId: server.id, ...cacheSettings },
      common,
    );
    const text = secret(
      all([server.user, server.password, server.privateHost, server.port]).apply(
        ([user, password, host, port]) => connectionUrl({ scheme: "rediss", user, password, host, port }),
      ),
    );
    this.url = { text };
    this.previewUrl = { text };
    this.ready = [settings, trustCluster(name, server, cluster, common)];
    this.registerOutputs({});
  }
}

type ObjectStoreArgs = ManagedObjectStoreArgs & Acknowledging & Rotating & { readonly origin: string };

class DigitalOceanObjectStore extends ComponentResource implements ObjectStoreConnection {
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly region: string;
  readonly bucket: Output<string>;
  readonly createsBucket = false;
  readonly accessKey: Output<string>;
  readonly secretKey: SecretText;
  readonly ready: readonly Resource[];

  constructor(
    name: string,
    { place, rotations, ...args }: Placed<ObjectStoreArgs>,
    opts?: ComponentResourceOptions,
  ) {
    super("speckle-stacks:index:DigitalOceanObjectStore", name, { ...args }, opts);
    const { region, account } = place;
    const common = { parent: this, provider: account };
    const kept = keeping(`${name}-bucket`, args);
    const bucket = new SpacesBucket(
      `${name}-bucket`,
      { ...bucketPlan(place, args), forceDestroy: !kept.locked },
      // The provider would call it an update, and leave every file in the bucket of the old name.
      { ...common, ...kept.options, replaceOnChanges: ["name"] },
    );
    const grants = [{ bucket: bucket.name, permission: "readwrite" }];
    const [key, ...former] = bucketKeys(
      rotations,
      (named) => new SpacesKey(named(`${name}-key`), { name: named(`${place.name}-files`), grants }, common),
    );
    const cors = new SpacesBucketCorsConfiguration(
      `${name}-cors`,
      { bucket: bucket.name, region, corsRules: corsPlan(args.origin) },
      common,
    );
    this.endpoint = spacesEndpoint(region);
    this.publicEndpoint = this.endpoint;
    this.region = region;
    this.bucket = bucket.name;
    this.accessKey = key.accessKey;
    this.secretKey = { text: key.secretKey };
    this.ready = [cors, key, ...former];
    this.registerOutputs({});
  }
}

/** Nothing but the cluster's pods may connect. */
function trustCluster(
  name: string,
  server: DatabaseCluster,
  cluster: KubernetesCluster,
  opts: ComponentResourceOptions,
): DatabaseFirewall {
  const rules = [{ type: "k8s", value: cluster.id }];
  return new DatabaseFirewall(`${name}-firewall`, { clusterId: server.id, rules }, opts);
}
