import { randomInt, randomUUID } from "node:crypto";
import { isCidr, isWithin, overlaps } from "../cloud/cidr.ts";
import { type Cloud, type CloudResource, type Invoke, recordsOf } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { refuseRegion } from "./regions.ts";

/** Type tokens of what others refer to. */
export const dropletType = "digitalocean:index/droplet:Droplet";
export const vpcType = "digitalocean:index/vpc:Vpc";
const domainType = "digitalocean:index/domain:Domain";
const projectType = "digitalocean:index/project:Project";
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** DigitalOcean's networks, addresses, names and projects. */
export const networkResources: Record<string, CloudResource> = {
  [vpcType]: {
    autoname: "name",
    unique: ["name"],
    replaces: ["region", "ipRange"],
    held: true,
    id: () => randomUUID(),
    outputs: ({ id, inputs, prior, sequence }) => ({
      ipRange: inputs.ipRange ?? prior.ipRange ?? `10.${100 + (sequence % 100)}.0.0/20`,
      vpcUrn: `do:vpc:${id}`,
      default: false,
      createdAt: prior.createdAt ?? new Date().toISOString(),
    }),
    refuse: (inputs, cloud, olds) =>
      refuseRegion(inputs.region) ?? (olds ? undefined : refuseRange(inputs, cloud)),
  },
  "digitalocean:index/reservedIp:ReservedIp": {
    replaces: ["region"],
    refers: { dropletId: dropletType },
    id: ({ sequence }) => `203.0.113.${sequence % 256}`,
    outputs: ({ id }) => ({ ipAddress: id, reservedIpUrn: `do:reservedip:${id}` }),
    refuse: ({ region }) => refuseRegion(region),
  },
  [domainType]: {
    unique: ["name"],
    replaces: ["name", "ipAddress"],
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ id }) => ({ domainUrn: `do:domain:${id}`, ttl: 1800 }),
  },
  "digitalocean:index/dnsRecord:DnsRecord": {
    replaces: ["type", "domain"],
    oneOf: {
      type: ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "TXT", "SRV"],
      tag: ["issue", "issuewild", "iodef"],
    },
    id: () => String(randomInt(1e8, 1e9)),
    outputs: ({ inputs }) => ({
      ttl: inputs.ttl ?? 1800,
      fqdn: inputs.name === "@" ? inputs.domain : `${inputs.name}.${inputs.domain}`,
    }),
  },
  [projectType]: {
    autoname: "name",
    unique: ["name"],
    oneOf: { environment: ["development", "staging", "production", "Development", "Staging", "Production"] },
    id: () => randomUUID(),
    outputs: ({ prior }) => ({
      ownerId: 1,
      ownerUuid: prior.ownerUuid ?? randomUUID(),
      createdAt: prior.createdAt ?? new Date().toISOString(),
      updatedAt: new Date().toISOString(),
    }),
  },
  "digitalocean:index/projectResources:ProjectResources": {
    replaces: ["project"],
    refers: { project: projectType },
    id: ({ inputs }) => String(inputs.project),
  },
};

/** DigitalOcean's functions about projects: the team has the one a stack names, unless it is to be another team. */
export const projectInvokes: Record<string, Invoke> = {
  "digitalocean:index/getProject:getProject": ({ id }, cloud) => {
    if (cloud.suffers("other-account")) throw new Error(`project ${id} not found (404)`);
    return { id, name: "rehearsal", ownerUuid: "rehearsal", isDefault: true, resources: [] };
  },
};

function refuseRange({ ipRange }: Properties, cloud: Cloud): string | undefined {
  if (ipRange === undefined) return undefined;
  const size = Number(String(ipRange).split("/")[1]);
  const usable = isCidr(ipRange) && privateRanges.some((range) => isWithin(ipRange, range));
  if (!usable || size < 16 || size > 28)
    return `ipRange ${ipRange} is no private range from /16 to /28 (422)`;
  const other = recordsOf(cloud, vpcType).find((vpc) => overlaps(ipRange, vpc.outputs.ipRange));
  return (
    other &&
    `ipRange ${ipRange} overlaps with VPC ${other.inputs.name}, which has ${other.outputs.ipRange} (422)`
  );
}
