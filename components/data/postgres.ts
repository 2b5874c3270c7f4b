import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { createNamespace } from "../namespace.ts";
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
  /** Created before the database: its namespace. */
  readonly namespaceResource: Resource;
}

/** PostgreSQL 16 with its operator; the connection string is the operator's own Secret, never a copy. */
export class Postgres extends ComponentResource implements PostgresConnection {
  /** The operator's Secret with the connection string. */
  readonly url = { secret: { name: `${postgresName}-app`, key: "fqdn-uri" } };
  readonly tls = "unverified";
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaceResource, ...size } = args;
    super("speckle-stacks:index:Postgres", name, { namespace, ...size }, opts);
    const common = { parent: this, provider: cluster.provider };
    const operatorNamespace = createNamespace(
      `${name}-operator-namespace`,
      { namespace: postgresOperatorNamespace, podSecurity: "restricted" },
      common,
    );
    const operator = installRelease(
      `${name}-operator`,
      {
        chart: charts.postgresOperator,
        release: "cloudnative-pg",
        namespace: operatorNamespace.metadata.name,
        values: postgresOperatorValues,
      },
      { ...common, dependsOn: [operatorNamespace] },
    );
    const database = new CustomResource(
      `${name}-cluster`,
      postgresCluster({ namespace, storageClass: cluster.storageClass, ...size }),
      { ...common, dependsOn: [operator, namespaceResource] },
    );
    this.ready = [database];
    this.registerOutputs({});
  }
}
