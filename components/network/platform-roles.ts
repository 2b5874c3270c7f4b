import { running } from "../speckle/workloads.ts";
import {
  dnsPort,
  kubernetesApiPorts,
  type NetworkArgs,
  operatorWebhookPort,
  type Peer,
  type Peers,
  postgresPorts,
} from "./peers.ts";
import { tcp, udp } from "./ports.ts";
import type { Role } from "./role.ts";

/** CloudNativePG and its instances. */
export function operatorRoles({ backup: location }: NetworkArgs, peers: Peers): Role[] {
  const { anywhere, backup, postgresOperator, postgres, kubernetesApi } = peers;
  return [
    ...(location?.at === "outside"
      ? [
          {
            name: "postgres-backup",
            from: [postgres],
            to: [backup],
            ports: tcp(location.port),
            why: "Every change is written to the backup's bucket, and read from there to begin with",
            hosts: "the bucket of `postgres.backup`",
          },
        ]
      : []),
    {
      name: "operator-instances",
      from: [postgresOperator],
      to: [postgres],
      ports: tcp(postgresPorts.postgres, postgresPorts.status),
      why: "The operator asks instances how they are, and changes over between them",
    },
    {
      name: "postgres-replication",
      from: [postgres],
      to: [postgres],
      ports: tcp(postgresPorts.postgres, postgresPorts.status),
      why: "Standbys follow the primary and copy it when they are made; a primary asks whether it is cut off",
    },
    {
      name: "operator-admission",
      from: [anywhere],
      to: [postgresOperator],
      ports: tcp(operatorWebhookPort),
      why: "The API server asks about every change of a Cluster, from addresses that differ between clouds",
    },
    {
      name: "operator-api",
      from: [postgresOperator],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "The operator watches Clusters and makes pods",
    },
    {
      name: "postgres-api",
      from: [postgres],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "An instance reads its own Cluster and reports on itself",
    },
  ];
}

/** Names, over UDP and TCP, from CoreDNS and from the copy on each node, by its pods or its address. */
export function dnsRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { speckle, gate, postgres, postgresOperator, clusterDns, nodeLocalDns, nodeLocalDnsAddress } = peers;
  const dns = (name: string, from: readonly Peer[], why: string): Role => ({
    name: `${name}-dns`,
    from,
    to: [clusterDns, nodeLocalDns, nodeLocalDnsAddress],
    ports: [...udp(dnsPort), ...tcp(dnsPort)],
    why,
  });
  return [
    dns(
      "speckle",
      running(args).map((key) => speckle[key]),
      "Stores and services are found by name; long answers come over TCP",
    ),
    ...(args.certManager && args.challenge
      ? [dns("cert-manager", [peers.certManager], "The authority and the zone's servers are found by name")]
      : []),
    ...(args.accounts ? [dns("accounts", [peers.accounts], "The database is found by name")] : []),
    ...(args.gate ? [dns("sign-in-proxy", [gate], "Identity providers are found by name")] : []),
    ...(args.postgres.at === "cluster"
      ? [
          dns(
            "postgres",
            [postgres],
            "Standbys find the primary by name, and all of them the bucket of backups",
          ),
          dns("operator", [postgresOperator], "Plugins of the operator are Services"),
        ]
      : []),
  ];
}
