import { Droplet } from "@pulumi/digitalocean/droplet.js";
import { Firewall } from "@pulumi/digitalocean/firewall.js";
import type { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster.js";
import type { Provider } from "@pulumi/digitalocean/provider.js";
import { ReservedIp } from "@pulumi/digitalocean/reservedIp.js";
import { Tag } from "@pulumi/digitalocean/tag.js";
import type { Vpc } from "@pulumi/digitalocean/vpc.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { EntryMachine, EntryMachineArgs, EntryMachineMaker } from "../entry/contract.ts";
import { debian, outward, receiverPort } from "../entry/machine.ts";
import type { DigitalOceanArgs } from "./digitalocean-plan.ts";

/** What the machine stands in. */
interface Place extends Pick<DigitalOceanArgs, "name" | "region" | "ranges"> {
  readonly size: string;
  readonly network: Vpc;
  readonly cluster: KubernetesCluster;
  readonly account: Provider;
}

const everywhere = ["0.0.0.0/0", "::/0"];

/** Makes the machine of a fixed entry on DigitalOcean. */
export function digitaloceanEntry(place: Place): EntryMachineMaker {
  const { ranges, account } = place;
  return {
    create: (name, args, opts) =>
      new DigitalOceanEntry(name, { ...args, place }, { ...opts, providers: { digitalocean: account } }),
    nodeRanges: [ranges.network],
    machineRanges: [ranges.network],
  };
}

/** A droplet with a reserved address, behind a firewall that is there before it. */
class DigitalOceanEntry extends ComponentResource implements EntryMachine {
  readonly address: Output<string>;
  readonly privateAddress: Output<string>;

  constructor(
    name: string,
    args: EntryMachineArgs & { readonly place: Place },
    opts: ComponentResourceOptions,
  ) {
    const { place, userData } = args;
    const { region, size, network } = place;
    super("speckle-stacks:index:DigitalOceanEntry", name, { region, size }, opts);
    const common = { parent: this };
    const tag = new Tag(`${name}-tag`, { name: `${place.name}-entry` }, common);
    const firewall = new Firewall(`${name}-firewall`, { ...firewallArgs(args), tags: [tag.name] }, common);
    const machine = new Droplet(
      `${name}-machine`,
      {
        name: `${place.name}-entry`,
        region,
        size,
        image: `debian-${debian}-x64`,
        vpcUuid: network.id,
        tags: [tag.name],
        dropletAgent: false,
        userData,
      },
      { ...common, dependsOn: [firewall] },
    );
    // Moved to a new machine in place: the address itself never changes.
    const reserved = new ReservedIp(
      `${name}-address`,
      { region, dropletId: machine.id.apply(Number) },
      common,
    );
    this.address = reserved.ipAddress;
    this.privateAddress = machine.ipv4AddressPrivate;
    this.registerOutputs({});
  }
}

function firewallArgs({ ports, place }: EntryMachineArgs & { readonly place: Place }) {
  const { name, ranges, cluster } = place;
  const tcp = (port: number) => ({ protocol: "tcp", portRange: String(port) });
  return {
    name: `${name}-entry`,
    inboundRules: [
      ...ports.map(({ listen }) => ({ ...tcp(listen), sourceAddresses: everywhere })),
      { ...tcp(receiverPort), sourceKubernetesIds: [cluster.id], sourceAddresses: [ranges.pods] },
    ],
    outboundRules: [
      ...ports.map(({ node }) => ({ ...tcp(node), destinationAddresses: [ranges.network] })),
      ...outward.map(({ protocol, port }) => ({
        protocol,
        portRange: String(port),
        destinationAddresses: everywhere,
      })),
    ],
  };
}
