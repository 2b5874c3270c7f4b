import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { postgresPorts } from "../network/peers.ts";
import { installRelease } from "../release.ts";
import { generateSecret } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import type { InClusterPostgresArgs } from "./args.ts";
import type { ObjectStoreConnection, PostgresConnection, SecretText } from "./connections.ts";
import { type Acknowledging, keeping } from "./keeping.ts";
import { type Archiving, archiving, backupKeys, backupSecret, scheduledBackup } from "./postgres-backup.ts";
import {
  postgresCluster,
  postgresDatabase,
  postgresName,
  postgresOperatorNamespace,
  postgresOperatorValues,
  postgresOwnerSecret,
} from "./postgres-cluster.ts";

/** PostgreSQL in the cluster, run by the CloudNativePG operator. */
export interface PostgresArgs extends Omit<InClusterPostgresArgs, "mode">, Acknowledging {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the database and its operator, and what governs pods there. */
  readonly namespaces: Resource;
  readonly rotations?: Rotations | undefined;
  /** The bucket backups go to; needed with `backup`. */
  readonly backupStore?: BackupStore | undefined;
}

/** A bucket outside the cluster. */
export type BackupStore = Pick<
  ObjectStoreConnection,
  "endpoint" | "region" | "bucket" | "accessKey" | "secretKey" | "ready"
>;

/** PostgreSQL with its operator, backed up when it is told where to. */
export class Postgres extends ComponentResource implements PostgresConnection {
  readonly url: SecretText;
  readonly tls = "unverified";
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaces, rotations, operator = "create", ...rest } = args;
    const { data, acknowledged, backupStore: _store, backup: _backup, restore: _restore, ...size } = rest;
    super("speckle-stacks:index:Postgres", name, { namespace, ...size }, opts);
    const common = { parent: this, provider: cluster.provider };
    const made = operator === "create" ? [this.#createOperator(name, args)] : [];
    const password = generateSecret(`${name}-owner`, "postgres", rotations, { parent: this });
    const owner = new Secret(
      `${name}-owner-secret`,
      {
        metadata: { name: postgresOwnerSecret.name, namespace, labels: { "cnpg.io/reload": "true" } },
        type: "kubernetes.io/basic-auth",
        stringData: { username: postgresDatabase.user, [postgresOwnerSecret.key]: password },
      },
      { ...common, dependsOn: [namespaces] },
    );
    const archive = this.#createArchive(name, args);
    const database = new CustomResource(
      `${name}-cluster`,
      postgresCluster({ ...size, namespace, storageClass: cluster.storageClass, archiving: archive?.spec }),
      {
        ...common,
        ...keeping([`${name}-cluster`, `Cluster ${namespace}/${postgresName}`], { data, acknowledged })
          .options,
        dependsOn: [...made, owner, ...(archive?.ready ?? [])],
      },
    );
    if (archive)
      new CustomResource(`${name}-backup`, scheduledBackup(namespace), { ...common, dependsOn: [database] });
    const host = `${postgresName}-rw.${namespace}.svc.cluster.local`;
    const { postgres: port } = postgresPorts;
    const text = password.apply((own) =>
      connectionUrl({ scheme: "postgresql", ...postgresDatabase, password: own, host, port }),
    );
    this.url = { text };
    this.ready = [database];
    this.registerOutputs({});
  }

  #createOperator(name: string, { cluster, namespaces }: PostgresArgs): Release {
    return installRelease(
      `${name}-operator`,
      {
        chart: charts.postgresOperator,
        release: "cloudnative-pg",
        namespace: postgresOperatorNamespace,
        values: postgresOperatorValues,
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces] },
    );
  }

  #createArchive(name: string, args: PostgresArgs): { spec: Archiving; ready: Resource[] } | undefined {
    const { namespace, namespaces, cluster, backup, restore, backupStore } = args;
    if (!backup || !backupStore) return undefined;
    const { endpoint, bucket, region, accessKey, secretKey, ready } = backupStore;
    const { accessKey: id, secretKey: half, region: place } = backupKeys;
    const keys = new Secret(
      `${name}-backup-secret`,
      {
        metadata: { name: backupSecret, namespace, labels: { "cnpg.io/reload": "true" } },
        stringData: {
          [id]: accessKey,
          [place]: region,
          ...("text" in secretKey && { [half]: secretKey.text }),
        },
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces] },
    );
    const ref = "secret" in secretKey ? secretKey.secret : { name: backupSecret, key: half };
    return {
      spec: archiving({ endpoint, bucket, secretKey: ref }, backup, restore),
      ready: [keys, ...ready],
    };
  }
}
