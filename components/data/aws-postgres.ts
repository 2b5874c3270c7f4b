import { Instance } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { RandomString } from "@pulumi/random/randomString.js";
import { keptUntil } from "../secrets/generate.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import type { ManagedPostgresArgs } from "./args.ts";
import type { AwsPlace } from "./aws.ts";
import { createFirewall } from "./aws-firewall.ts";
import { databaseAuthorities, ports, postgresParameters, postgresPlan } from "./aws-plan.ts";
import type { PostgresConnection, SecretText } from "./connections.ts";
import { keeping, postgresDatabase, type Rotating } from "./managed.ts";

/** A managed PostgreSQL on AWS. */
export type AwsPostgresArgs = ManagedPostgresArgs & Rotating & { readonly place: AwsPlace };

/** PostgreSQL on RDS: in subnets of its own, encrypted, restorable to any moment when precious. */
export class AwsPostgres extends ComponentResource implements PostgresConnection {
  readonly url: SecretText;
  readonly tls = "verified";
  readonly authority: string;
  readonly ready: readonly Resource[];

  constructor(name: string, { place, rotations, ...args }: AwsPostgresArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsPostgres", name, { ...args }, opts);
    this.authority = databaseAuthorities(place.region);
    const password = new RandomPassword(
      `${name}-password`,
      { length: 40, special: false, ...keptUntil("postgres", rotations) },
      { parent: this },
    );
    const { group, rule } = createFirewall(name, { place, port: ports.postgres }, this);
    const subnets = new SubnetGroup(
      `${name}-subnets`,
      { subnetIds: place.network.subnetIds("stores") },
      // Subnets of another network are another group, so that the database cannot be moved there unseen.
      { parent: this, replaceOnChanges: ["subnetIds"] },
    );
    const parameters = new ParameterGroup(`${name}-parameters`, postgresParameters, { parent: this });
    const server = new Instance(
      `${name}-server`,
      {
        ...postgresPlan(place.name, args),
        region: place.region,
        password: password.result,
        dbSubnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        vpcSecurityGroupIds: [group.id],
        finalSnapshotIdentifier: this.#finalSnapshot(name, place),
      },
      { parent: this, ...keeping(args.data), replaceOnChanges: ["dbSubnetGroupName"] },
    );
    const text = secret(
      all([server.address, password.result]).apply(([host, plain]) =>
        connectionUrl({
          scheme: "postgresql",
          user: postgresDatabase,
          password: plain,
          host,
          port: ports.postgres,
          database: postgresDatabase,
          query: "sslmode=require",
        }),
      ),
    );
    this.url = { text };
    this.ready = [server, rule];
    this.registerOutputs({});
  }

  /** Another name for every database that ever was: AWS refuses a second snapshot of the same one. */
  #finalSnapshot(name: string, place: AwsPlace) {
    const suffix = new RandomString(
      `${name}-final-snapshot`,
      { length: 8, special: false, upper: false },
      { parent: this },
    );
    return interpolate`${place.name}-final-${suffix.result}`;
  }
}
