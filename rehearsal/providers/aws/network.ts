import { addressIn, isCidr, isWithin, overlaps } from "../cloud/cidr.ts";
import { type Cloud, type CloudResource, findRecord, recordsOf } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { accountId, hexId, regional, regionOf, zonesOf } from "./account.ts";
import { securityGroups, types } from "./types.ts";

/** What a rule of a security group may name as its other side; exactly one of them. */
const ruleSides = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

const securityGroupRule = regional("ec2", (id) => `security-group-rule/${id}`, {
  replaces: ["securityGroupId"],
  refers: { securityGroupId: securityGroups, referencedSecurityGroupId: securityGroups },
  id: hexId("sgr"),
  outputs: ({ id }) => ({ securityGroupRuleId: id }),
  refuse: (inputs) =>
    ruleSides.filter((side) => inputs[side] !== undefined).length === 1
      ? undefined
      : `a rule has exactly one of ${ruleSides.join(", ")} (InvalidParameterCombination)`,
});

/** AWS's networks. Ranges of two VPCs may overlap there; those of subnets may not. */
export const networkResources: Record<string, CloudResource> = {
  [types.vpc]: regional("ec2", (id) => `vpc/${id}`, {
    replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "instanceTenancy"],
    oneOf: { instanceTenancy: ["default", "dedicated"] },
    held: true,
    id: hexId("vpc"),
    outputs: ({ id, inputs }) => ({
      cidrBlock: inputs.cidrBlock,
      enableDnsSupport: inputs.enableDnsSupport ?? true,
      enableDnsHostnames: inputs.enableDnsHostnames ?? false,
      defaultSecurityGroupId: id.replace("vpc", "sg"),
      mainRouteTableId: id.replace("vpc", "rtb"),
      defaultRouteTableId: id.replace("vpc", "rtb"),
      ownerId: accountId,
    }),
    refuse: ({ cidrBlock }) => refuseRange(cidrBlock),
  }),
  [types.subnet]: regional("ec2", (id) => `subnet/${id}`, {
    replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
    refers: { vpcId: types.vpc },
    held: true,
    id: hexId("subnet"),
    outputs: ({ inputs, cloud }) => ({
      availabilityZone: inputs.availabilityZone ?? zonesOf(regionOf(cloud, inputs))[0],
      mapPublicIpOnLaunch: inputs.mapPublicIpOnLaunch ?? false,
      ownerId: accountId,
    }),
    refuse: (inputs, cloud, olds) => (olds ? undefined : refuseSubnet(inputs, cloud)),
  }),
  [types.internetGateway]: regional("ec2", (id) => `internet-gateway/${id}`, {
    refers: { vpcId: types.vpc },
    held: true,
    id: hexId("igw"),
    outputs: () => ({ ownerId: accountId }),
  }),
  [types.natGateway]: {
    replaces: ["allocationId", "subnetId", "connectivityType", "privateIp"],
    oneOf: { connectivityType: ["private", "public"] },
    refers: { allocationId: types.eip, subnetId: types.subnet },
    held: true,
    id: hexId("nat"),
    outputs: ({ id, inputs, cloud, sequence }) => ({
      networkInterfaceId: id.replace("nat", "eni"),
      publicIp: findRecord(cloud, types.eip, inputs.allocationId)?.outputs.publicIp,
      privateIp: addressIn(
        String(findRecord(cloud, types.subnet, inputs.subnetId)?.inputs.cidrBlock),
        4 + sequence,
      ),
    }),
    refuse: ({ connectivityType, allocationId }) =>
      connectivityType !== "private" && allocationId === undefined
        ? "a public NAT gateway needs an allocationId (MissingParameter)"
        : undefined,
  },
  [types.eip]: regional("ec2", (id) => `elastic-ip/${id}`, {
    replaces: ["domain", "address", "publicIpv4Pool", "networkBorderGroup"],
    oneOf: { domain: ["vpc"] },
    refers: { networkInterface: types.networkInterface, instance: types.instance },
    held: true,
    id: hexId("eipalloc"),
    outputs: ({ id, sequence }) => ({ allocationId: id, publicIp: `198.51.100.${sequence % 256}` }),
  }),
  [types.routeTable]: regional("ec2", (id) => `route-table/${id}`, {
    replaces: ["vpcId"],
    refers: {
      vpcId: types.vpc,
      "routes[].gatewayId": types.internetGateway,
      "routes[].natGatewayId": types.natGateway,
    },
    held: true,
    id: hexId("rtb"),
    outputs: () => ({ ownerId: accountId }),
  }),
  "aws:ec2/route:Route": {
    replaces: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
    unique: ["routeTableId", "destinationCidrBlock"],
    refers: {
      routeTableId: types.routeTable,
      gatewayId: types.internetGateway,
      natGatewayId: types.natGateway,
    },
    id: hexId("r"),
    outputs: () => ({ state: "active", origin: "CreateRoute" }),
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    replaces: ["subnetId", "gatewayId"],
    unique: ["subnetId"],
    refers: { subnetId: types.subnet, routeTableId: types.routeTable },
    id: hexId("rtbassoc"),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": regional("ec2", (id) => `vpc-endpoint/${id}`, {
    replaces: ["vpcId", "serviceName", "vpcEndpointType"],
    oneOf: { vpcEndpointType: ["Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"] },
    refers: {
      vpcId: types.vpc,
      "routeTableIds[]": types.routeTable,
      "subnetIds[]": types.subnet,
      "securityGroupIds[]": securityGroups,
    },
    id: hexId("vpce"),
    outputs: ({ id }) => ({ state: "available", prefixListId: id.replace("vpce", "pl"), ownerId: accountId }),
    refuse: (inputs, cloud) =>
      String(inputs.serviceName).startsWith(`com.amazonaws.${regionOf(cloud, inputs)}.`)
        ? undefined
        : `service ${inputs.serviceName} is none of this region (InvalidServiceName)`,
  }),
  [types.securityGroup]: regional("ec2", (id) => `security-group/${id}`, {
    autoname: "name",
    unique: ["vpcId", "name"],
    replaces: ["name", "namePrefix", "description", "vpcId"],
    refers: { vpcId: types.vpc },
    held: true,
    id: hexId("sg"),
    outputs: ({ inputs }) => ({ description: inputs.description ?? "Managed by Pulumi", ownerId: accountId }),
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
  [types.launchTemplate]: regional("ec2", (id) => `launch-template/${id}`, {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "namePrefix"],
    oneOf: {
      "metadataOptions.httpEndpoint": ["enabled", "disabled"],
      "metadataOptions.httpTokens": ["optional", "required"],
    },
    held: true,
    id: hexId("lt"),
    outputs: ({ prior }) => ({
      latestVersion: Number(prior.latestVersion ?? 0) + 1,
      defaultVersion: Number(prior.defaultVersion ?? 1),
    }),
  }),
};

function refuseRange(cidr: unknown): string | undefined {
  const size = Number(String(cidr).split("/")[1]);
  if (cidr === undefined || (isCidr(cidr) && size >= 16 && size <= 28)) return undefined;
  return `range ${cidr} is none from /16 to /28 (InvalidVpc.Range)`;
}

function refuseSubnet(inputs: Properties, cloud: Cloud): string | undefined {
  const { vpcId, cidrBlock, availabilityZone } = inputs;
  const zones = zonesOf(regionOf(cloud, inputs));
  if (availabilityZone !== undefined && !zones.includes(String(availabilityZone))) {
    return `zone ${availabilityZone} does not exist (InvalidParameterValue); there are ${zones.join(", ")}`;
  }
  const range = findRecord(cloud, types.vpc, vpcId)?.inputs.cidrBlock;
  if (!isCidr(cidrBlock) || !isWithin(cidrBlock, range)) {
    return `range ${cidrBlock} is not within the VPC's ${range} (InvalidSubnet.Range)`;
  }
  const other = recordsOf(cloud, types.subnet).find(
    (subnet) => subnet.inputs.vpcId === vpcId && overlaps(subnet.inputs.cidrBlock, cidrBlock),
  );
  return (
    other &&
    `range ${cidrBlock} overlaps with ${other.id}, which has ${other.inputs.cidrBlock} (InvalidSubnet.Conflict)`
  );
}
