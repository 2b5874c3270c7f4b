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
import type { ManagedPostgresArgs } from "./args.ts";
import type { AwsPlace } from "./aws.ts";
import { createFirewall } from "./aws-firewall.ts";
import { databaseAuthorities, ports, postgresParameters, postgresPlan } from "./aws-plan.ts";
import type { PostgresConnection, SecretText } from "./connections.ts";
import { type Acknowledging, keeping } from "./keeping.ts";
import { managedUrl, type PostgresClient, postgresDatabase, type Rotating } from "./managed.ts";

/** A managed PostgreSQL on AWS. */
export type AwsPostgresArgs = ManagedPostgresArgs & Acknowledging & Rotating & { readonly place: AwsPlace };

/** PostgreSQL on RDS: in subnets of its own, encrypted, restorable to any moment when precious. */
export class AwsPostgres extends ComponentResource implements PostgresConnection {
  readonly url: SecretText;
  readonly importQueueUrl: SecretText;
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
      // Subnets of another network are another group, so that the database cannot be moved there unseen; and it goes
      // before there is another, so that the engine looks at the database's protection first.
      { parent: this, replaceOnChanges: ["subnetIds"], deleteBeforeReplace: true },
    );
    const parameters = new ParameterGroup(`${name}-parameters`, postgresParameters(args.version), {
      parent: this,
    });
    const kept = keeping(`${name}-server`, args);
    const server = new Instance(
      `${name}-server`,
      {
        ...postgresPlan(place.name, args),
        deletionProtection: kept.locked,
        region: place.region,
        password: password.result,
        dbSubnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        vpcSecurityGroupIds: [group.id],
        finalSnapshotIdentifier: this.#finalSnapshot(name, place, subnets),
      },
      // Its name stays, so the old one goes before there can be another.
      { parent: this, ...kept.options, replaceOnChanges: ["dbSubnetGroupName"], deleteBeforeReplace: true },
    );
    const url = (client: PostgresClient) => ({
      text: secret(
        all([server.address, password.result]).apply(([host, plain]) =>
          managedUrl(client, { user: postgresDatabase, password: plain, host, port: ports.postgres }),
        ),
      ),
    });
    this.url = url("services");
    this.importQueueUrl = url("importer");
    this.ready = [server, rule];
    this.registerOutputs({});
  }

  /** Another name for every database that ever was: AWS refuses a second snapshot of the same one. */
  #finalSnapshot(name: string, place: AwsPlace, subnets: SubnetGroup) {
    const suffix = new RandomString(
      `${name}-final-snapshot`,
      { length: 8, special: false, upper: false },
      { parent: this },
    );
    const life = subnets.id.apply((id) => id.slice(-7));
    return interpolate`${place.name}-final-${suffix.result}-${life}`;
  }
}
