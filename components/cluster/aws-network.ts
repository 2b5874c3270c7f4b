import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { ComponentResource, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { gatewayZones, type SubnetPlan, type SubnetRole, subnets, subnetTags } from "./aws-network-plan.ts";
import type { AwsArgs } from "./aws-plan.ts";

/** What a network follows from. */
export type AwsNetworkArgs = Pick<AwsArgs, "name" | "region" | "zones" | "ranges" | "highAvailability">;

const everywhere = "0.0.0.0/0";

/** A network over three zones: load balancers face the internet, nodes reach out through gateways, stores do neither. */
export class AwsNetwork extends ComponentResource {
  readonly vpc: Vpc;
  /** Ways out of the network: pods need them until the very end. */
  readonly routes: readonly Resource[];
  readonly #subnets: ReadonlyMap<SubnetPlan, Subnet>;
  readonly #args: AwsNetworkArgs;

  constructor(name: string, args: AwsNetworkArgs, opts?: ComponentResourceOptions) {
    super("speckle-stacks:index:AwsNetwork", name, { range: args.ranges.network }, opts);
    this.#args = args;
    const tags = { Name: args.name };
    this.vpc = new Vpc(
      `${name}-vpc`,
      // Said on what everything else stands in: another region is another network, never a change of the same.
      {
        region: args.region,
        cidrBlock: args.ranges.network,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags,
      },
      { parent: this },
    );
    this.#subnets = new Map(
      subnets(args.ranges.network, args.zones).map((plan) => [plan, this.#createSubnet(name, plan)]),
    );
    const internet = new InternetGateway(`${name}-internet`, { vpcId: this.vpc.id, tags }, { parent: this });
    const open = this.#createPublicRoutes(name, internet);
    const outward = this.#createNodeRoutes(name, open);
    this.routes = [...open, ...outward];
    this.registerOutputs({});
  }

  /** Ranges of the subnets of a role, by zone. */
  ranges(role: SubnetRole): string[] {
    return [...this.#subnets.keys()].filter((plan) => plan.role === role).map(({ range }) => range);
  }

  /** Ids of the subnets of a role, by zone. */
  subnetIds(role: SubnetRole): Output<string>[] {
    return [...this.#subnets].filter(([plan]) => plan.role === role).map(([, subnet]) => subnet.id);
  }

  #createSubnet(name: string, plan: SubnetPlan): Subnet {
    const { region } = this.#args;
    return new Subnet(
      `${name}-${plan.key}`,
      {
        vpcId: this.vpc.id,
        cidrBlock: plan.range,
        availabilityZone: `${region}${plan.zone}`,
        tags: subnetTags(this.#args.name, plan),
      },
      { parent: this },
    );
  }

  #createPublicRoutes(name: string, internet: InternetGateway): Resource[] {
    const table = this.#createTable(`${name}-public`);
    const route = new Route(
      `${name}-public-out`,
      { routeTableId: table.id, destinationCidrBlock: everywhere, gatewayId: internet.id },
      { parent: this },
    );
    return [route, ...this.#associate(name, "public", () => table)];
  }

  #createNodeRoutes(name: string, open: readonly Resource[]): Resource[] {
    const { zones, highAvailability } = this.#args;
    const tables = new Map<string, RouteTable>();
    const routes = gatewayZones(zones, highAvailability).map((zone) => {
      const table = this.#createTable(`${name}-nodes-${zone}`);
      tables.set(zone, table);
      const natGatewayId = this.#createGateway(`${name}-gateway-${zone}`, zone, open).id;
      return new Route(
        `${name}-nodes-${zone}-out`,
        { routeTableId: table.id, destinationCidrBlock: everywhere, natGatewayId },
        { parent: this },
      );
    });
    const [first] = tables.values();
    if (!first) throw new Error("a network needs a zone");
    const endpoint = this.#createStorageEndpoint(
      name,
      [...tables.values()].map(({ id }) => id),
    );
    return [...routes, endpoint, ...this.#associate(name, "nodes", (zone) => tables.get(zone) ?? first)];
  }

  #createTable(name: string): RouteTable {
    return new RouteTable(name, { vpcId: this.vpc.id, tags: { Name: name } }, { parent: this });
  }

  #createGateway(name: string, zone: string, open: readonly Resource[]): NatGateway {
    const address = new Eip(`${name}-address`, { domain: "vpc" }, { parent: this });
    const subnet = [...this.#subnets].find(([plan]) => plan.role === "public" && plan.zone === zone)?.[1];
    if (!subnet) throw new Error(`zone ${zone} has no public subnet`);
    return new NatGateway(
      name,
      { allocationId: address.id, subnetId: subnet.id, tags: { Name: name } },
      { parent: this, dependsOn: [...open] },
    );
  }

  /** Free of charge, and keeps every file off the gateways, which cost by the gigabyte. */
  #createStorageEndpoint(name: string, routeTableIds: Output<string>[]): VpcEndpoint {
    return new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: this.vpc.id,
        serviceName: `com.amazonaws.${this.#args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds,
      },
      { parent: this },
    );
  }

  #associate(name: string, role: SubnetRole, tableOf: (zone: string) => RouteTable): Resource[] {
    return [...this.#subnets]
      .filter(([plan]) => plan.role === role)
      .map(
        ([plan, subnet]) =>
          new RouteTableAssociation(
            `${name}-${plan.key}-routes`,
            { subnetId: subnet.id, routeTableId: tableOf(plan.zone).id },
            { parent: this },
          ),
      );
  }
}
