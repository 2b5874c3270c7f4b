import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import type { PostgresConnection } from "./connections.ts";
import {
  type PostgresSize,
  postgresCluster,
  postgresName,
  postgresOperatorNamespace,
  postgresOperatorValues,
} from "./postgres-cluster.ts";

/** PostgreSQL in the cluster, run by the CloudNativePG operator. */
export interface PostgresArgs extends PostgresSize {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespaces of the database and its operator, and what governs pods there. */
  readonly namespaces: Resource;
}

/** PostgreSQL 16 with its operator; the connection string is the operator's own Secret, never a copy. */
export class Postgres extends ComponentResource implements PostgresConnection {
  /** The operator's Secret with the connection string. */
  readonly url = { secret: { name: `${postgresName}-app`, key: "fqdn-uri" } };
  readonly tls = "unverified";
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaces, ...size } = args;
    super("speckle-stacks:index:Postgres", name, { namespace, ...size }, opts);
    const common = { parent: this, provider: cluster.provider };
    const operator = installRelease(
      `${name}-operator`,
      {
        chart: charts.postgresOperator,
        release: "cloudnative-pg",
        namespace: postgresOperatorNamespace,
        values: postgresOperatorValues,
      },
      { ...common, dependsOn: [namespaces] },
    );
    const database = new CustomResource(
      `${name}-cluster`,
      postgresCluster({ namespace, storageClass: cluster.storageClass, ...size }),
      { ...common, dependsOn: [operator] },
    );
    this.ready = [database];
    this.registerOutputs({});
  }
}
