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
import type { ServiceOwner } from "../sharing/services.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import type { PostgresConnection, SecretText } from "./connections.ts";
import {
  type PostgresSize,
  postgresCluster,
  postgresDatabase,
  postgresName,
  postgresOperatorNamespace,
  postgresOperatorValues,
  postgresOwnerSecret,
} from "./postgres-cluster.ts";

/** PostgreSQL in the cluster, run by the CloudNativePG operator. */
export interface PostgresArgs extends PostgresSize {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the database and its operator, and what governs pods there. */
  readonly namespaces: Resource;
  readonly rotations?: Rotations | undefined;
  /** Who makes the cluster's operator; default: this component. */
  readonly operator?: ServiceOwner | undefined;
}

/** PostgreSQL 16 with its operator. */
export class Postgres extends ComponentResource implements PostgresConnection {
  readonly url: SecretText;
  readonly tls = "unverified";
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaces, rotations, operator = "create", ...size } = args;
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
    const database = new CustomResource(
      `${name}-cluster`,
      postgresCluster({ namespace, storageClass: cluster.storageClass, ...size }),
      { ...common, dependsOn: [...made, owner] },
    );
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
}
