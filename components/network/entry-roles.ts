import { receiverPort } from "../entry/machine.ts";
import {
  type ExtraPortEdge,
  kubernetesApiPorts,
  type NetworkArgs,
  type Peers,
  type PodPeer,
} from "./peers.ts";
import { tcp } from "./ports.ts";
import type { Role } from "./role.ts";

/** What the reporter of a fixed entry may reach. */
export function reporterRoles({ entryReporter, entryMachine, kubernetesApi }: Peers): Role[] {
  return [
    {
      name: "entry-api",
      from: [entryReporter],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "The reporter lists the nodes",
    },
    {
      name: "entry-reports",
      from: [entryReporter],
      to: [entryMachine],
      ports: tcp(receiverPort),
      why: "The reporter tells the machine of the fixed entry which nodes there are",
      hosts: "the machine of the fixed entry, in the cluster's own network",
    },
  ];
}

/** The extra ports: from everywhere to Traefik, and on to the pods behind it. */
export function extraPortRoles(
  { namespace, extraPorts = [] }: NetworkArgs,
  { anywhere, traefik }: Peers,
): Role[] {
  return extraPorts.flatMap((edge) => [
    {
      name: `public-${edge.name}`,
      from: [anywhere],
      to: [traefik],
      ports: tcp(edge.traefikPort),
      why: `The extra port ${edge.name}; allowFrom is kept by Traefik`,
    },
    {
      name: `routes-${edge.name}`,
      from: [traefik],
      to: [behind(edge, namespace)],
      ports: tcp(edge.port),
      why: `Traefik passes the extra port ${edge.name} on`,
    },
  ]);
}

function behind({ name, labels }: ExtraPortEdge, namespace: string): PodPeer {
  return { kind: "pods", name: `extra-port-${name}`, namespace, labels };
}
