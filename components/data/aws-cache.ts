import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup.js";
import { all, ComponentResource, type ComponentResourceOptions, type Resource, secret } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { keptUntil } from "../secrets/generate.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import type { ManagedCacheArgs } from "./args.ts";
import type { AwsPlace } from "./aws.ts";
import { createFirewall } from "./aws-firewall.ts";
import { cacheParameters, cachePlan, ports } from "./aws-plan.ts";
import type { CacheConnection, SecretText } from "./connections.ts";
import type { Rotating } from "./managed.ts";

/** A managed Valkey on AWS. */
export type AwsCacheArgs = ManagedCacheArgs & Rotating & { readonly place: AwsPlace };

/** Valkey on ElastiCache: one primary with its standbys, encrypted, with a password. */
export class AwsCache extends ComponentResource implements CacheConnection {
  readonly url: SecretText;
  readonly previewUrl: SecretText;
  readonly ready: readonly Resource[];

  constructor(name: string, { place, rotations, ...args }: AwsCacheArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsCache", name, { ...args }, opts);
    const password = new RandomPassword(
      `${name}-password`,
      { length: 64, special: false, ...keptUntil("cache", rotations) },
      { parent: this },
    );
    const { group, rule } = createFirewall(name, { place, port: ports.cache }, this);
    const subnets = new SubnetGroup(
      `${name}-subnets`,
      { subnetIds: place.network.subnetIds("stores") },
      { parent: this },
    );
    const parameters = new ParameterGroup(`${name}-parameters`, cacheParameters, { parent: this });
    const server = new ReplicationGroup(
      `${name}-server`,
      {
        ...cachePlan(place.name, args),
        region: place.region,
        authToken: password.result,
        subnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        securityGroupIds: [group.id],
      },
      { parent: this },
    );
    const text = secret(
      all([server.primaryEndpointAddress, password.result]).apply(([host, plain]) =>
        // No user: the token belongs to the default one, and clients send it alone.
        connectionUrl({ scheme: "rediss", user: "", password: plain, host, port: ports.cache }),
      ),
    );
    this.url = { text };
    this.previewUrl = { text };
    this.ready = [server, rule];
    this.registerOutputs({});
  }
}
