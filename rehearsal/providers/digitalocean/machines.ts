import { randomInt } from "node:crypto";
import { addressIn } from "../cloud/cidr.ts";
import { type CloudResource, findRecord } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { clusterType } from "./kubernetes.ts";
import { dropletType, vpcType } from "./network.ts";
import { refuseRegion } from "./regions.ts";

const tagType = "digitalocean:index/tag:Tag";

/** Largest user data in bytes. */
const userDataBytes = 64 * 1024;

const protocols = ["tcp", "udp", "icmp"];

/** DigitalOcean's single machines, their tags and their firewalls. */
export const machineResources: Record<string, CloudResource> = {
  [tagType]: {
    unique: ["name"],
    replaces: ["name"],
    id: ({ inputs }) => String(inputs.name),
    outputs: () => ({ databasesCount: 0, dropletsCount: 0, imagesCount: 0, totalResourceCount: 0 }),
    refuse: ({ name }) =>
      /^[\w:-]{1,255}$/.test(String(name)) ? undefined : `tag "${name}" has characters no tag has (422)`,
  },
  [dropletType]: {
    autoname: "name",
    replaces: [
      ...["image", "region", "vpcUuid", "userData", "sshKeys"],
      ...["dropletAgent", "monitoring", "publicNetworking"],
    ],
    refers: { vpcUuid: vpcType },
    id: () => String(randomInt(1e8, 1e9)),
    outputs: ({ id, inputs, prior, sequence, cloud }) => ({
      dropletUrn: `do:droplet:${id}`,
      status: "active",
      ipv4Address: `192.0.2.${sequence % 256}`,
      ipv4AddressPrivate: addressIn(
        String(findRecord(cloud, vpcType, inputs.vpcUuid)?.outputs.ipRange),
        2 + (sequence % 200),
      ),
      createdAt: prior.createdAt ?? new Date().toISOString(),
    }),
    refuse: ({ region, userData }) =>
      refuseRegion(region) ??
      (String(userData ?? "").length > userDataBytes ? "user data is longer than 64 KiB (422)" : undefined),
  },
  "digitalocean:index/firewall:Firewall": {
    autoname: "name",
    unique: ["name"],
    oneOf: { "inboundRules[].protocol": protocols, "outboundRules[].protocol": protocols },
    refers: {
      "tags[]": tagType,
      "dropletIds[]": dropletType,
      "inboundRules[].sourceKubernetesIds[]": clusterType,
      "outboundRules[].destinationKubernetesIds[]": clusterType,
    },
    id: ({ sequence }) => `00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}`,
    outputs: ({ prior }) => ({
      status: "succeeded",
      pendingChanges: [],
      createdAt: prior.createdAt ?? new Date().toISOString(),
    }),
    refuse: refuseRules,
  },
};

function refuseRules({ inboundRules = [], outboundRules = [] }: Properties): string | undefined {
  const rules = [...(inboundRules as Properties[]), ...(outboundRules as Properties[])];
  if (rules.length === 0) return "a firewall has at least one rule (422)";
  const portless = rules.find(({ protocol, portRange }) => protocol !== "icmp" && !portRange);
  if (portless) return `a rule for ${portless.protocol} names its ports (422)`;
  const open = rules.find((rule) => !Object.keys(rule).some((key) => /^(source|destination)/.test(key)));
  return open && `the rule for ${open.protocol} ${open.portRange} names no other side (422)`;
}
