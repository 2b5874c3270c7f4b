import { Eip } from "@pulumi/aws/ec2/eip.js";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { NetworkInterface } from "@pulumi/aws/ec2/networkInterface.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import type { Cluster } from "@pulumi/aws/eks/cluster.js";
import type { Provider } from "@pulumi/aws/provider.js";
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { EntryMachine, EntryMachineArgs, EntryMachineMaker } from "../entry/contract.ts";
import { debian, outward, receiverPort } from "../entry/machine.ts";
import type { AwsNetwork } from "./aws-network.ts";

/** What the machine stands in. */
interface Place {
  readonly name: string;
  readonly machine: string;
  readonly network: AwsNetwork;
  readonly cluster: Cluster;
  readonly account: Provider;
}

const everywhere = { cidrIpv4: "0.0.0.0/0" };
const port = (number: number, ipProtocol = "tcp") => ({ ipProtocol, fromPort: number, toPort: number });

/** Makes the machine of a fixed entry on AWS. */
export function awsEntry(place: Place): EntryMachineMaker {
  const { network, account } = place;
  return {
    create: (name, args, opts) =>
      new AwsEntry(name, { ...args, place }, { ...opts, providers: { aws: account } }),
    nodeRanges: network.ranges("nodes"),
    machineRanges: network.ranges("public").slice(0, 1),
  };
}

/** An instance behind a network interface that keeps both addresses when the instance is made anew. */
class AwsEntry extends ComponentResource implements EntryMachine {
  readonly address: Output<string>;
  readonly privateAddress: Output<string>;
  readonly #group: SecurityGroup;

  constructor(
    name: string,
    args: EntryMachineArgs & { readonly place: Place },
    opts: ComponentResourceOptions,
  ) {
    const { place, ports, userData } = args;
    super("speckle-stacks:index:AwsEntry", name, { machine: place.machine }, opts);
    const { network } = place;
    const common = { parent: this };
    const tags = { Name: `${place.name}-entry` };
    this.#group = new SecurityGroup(
      `${name}-firewall`,
      { vpcId: network.vpc.id, description: "The way in, and the reports of the cluster", tags },
      common,
    );
    const rules = this.#createRules(name, ports, place.cluster);
    const [subnetId] = network.subnetIds("public");
    if (!subnetId) throw new Error("the network has no public subnet");
    const plug = new NetworkInterface(
      `${name}-interface`,
      { subnetId, securityGroups: [this.#group.id], tags },
      common,
    );
    const address = new Eip(
      `${name}-address`,
      { domain: "vpc", networkInterface: plug.id, tags },
      { ...common, dependsOn: [...network.routes] },
    );
    new Instance(
      `${name}-machine`,
      {
        ami: debianImage(this),
        instanceType: place.machine,
        primaryNetworkInterface: { networkInterfaceId: plug.id },
        userData,
        userDataReplaceOnChange: true,
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        rootBlockDevice: { volumeType: "gp3", volumeSize: 8, encrypted: true },
        tags,
      },
      // Only one machine at a time can have the interface. A newer image of Debian makes no new machine by itself.
      { ...common, deleteBeforeReplace: true, ignoreChanges: ["ami"], dependsOn: [address, ...rules] },
    );
    this.address = address.publicIp;
    this.privateAddress = plug.privateIp;
    this.registerOutputs({});
  }

  #createRules(name: string, ports: EntryMachineArgs["ports"], cluster: Cluster) {
    const common = { parent: this };
    const own = this.#group.id;
    const nodes = cluster.vpcConfig.clusterSecurityGroupId;
    const inward = (key: string, rule: ReturnType<typeof port>, from: object) =>
      new SecurityGroupIngressRule(`${name}-in-${key}`, { securityGroupId: own, ...rule, ...from }, common);
    const out = (key: string, rule: ReturnType<typeof port>, to: object) =>
      new SecurityGroupEgressRule(`${name}-out-${key}`, { securityGroupId: own, ...rule, ...to }, common);
    return [
      ...ports.flatMap(({ listen, node }) => [
        inward(`${listen}`, port(listen), everywhere),
        out(`node-${listen}`, port(node), { referencedSecurityGroupId: nodes }),
        new SecurityGroupIngressRule(
          `${name}-node-${listen}`,
          { securityGroupId: nodes, ...port(node), referencedSecurityGroupId: own },
          common,
        ),
      ]),
      inward("reports", port(receiverPort), { referencedSecurityGroupId: nodes }),
      ...outward.map(({ protocol, port: number }) =>
        out(`${protocol}-${number}`, port(number, protocol), everywhere),
      ),
    ];
  }
}

/** Debian's own newest image of the release. */
function debianImage(parent: ComponentResource): Output<string> {
  const name = `/aws/service/debian/release/${debian}/latest/amd64`;
  return getParameterOutput({ name }, { parent }).insecureValue;
}
