import { type WorkloadKey, workload } from "../speckle/workloads.ts";
import { certManagerRoles } from "./cert-manager-roles.ts";
import type { Protocol } from "./network-policy.ts";
import {
  certManagerPorts,
  dnsPort,
  kubernetesApiPorts,
  type NetworkArgs,
  networkPeers,
  operatorWebhookPort,
  type Peer,
  type Peers,
  type PodPeer,
  postgresPorts,
  probePort,
  storePorts,
  traefikPorts,
} from "./peers.ts";
import { type Port, tcp, udp } from "./ports.ts";

/** One right, shared by all who need it: everyone in `from` may reach everyone in `to` on every port. */
export interface Role {
  /** Its identity: the names of its policies are built from it. */
  readonly name: string;
  /** Governed pods of one namespace that differ in one label, or peers that no policy is attached to. */
  readonly from: readonly Peer[];
  readonly to: readonly Peer[];
  readonly ports: readonly Port[];
  readonly why: string;
}

/** Everything that may talk in an environment; nothing else may. */
export interface Matrix {
  /** Namespaces whose pods are denied everything else, both ways. */
  readonly namespaces: readonly string[];
  readonly roles: readonly Role[];
}

/** One allowed edge. */
export interface Edge {
  readonly from: Peer;
  readonly to: Peer;
  readonly protocol: Protocol;
  readonly port: number;
  readonly why: string;
}

/** Port of server and of objects: two Deployments of one image. */
const apiPort = workload("server").port.number;

/** The matrix of an environment. */
export function networkMatrix(args: NetworkArgs): Matrix {
  const peers = networkPeers(args);
  const operated = args.postgres.at === "cluster";
  const roles = [
    ...doorRoles(args, peers),
    ...speckleRoles(args, peers),
    ...(operated ? operatorRoles(peers) : []),
    ...(args.certManager ? certManagerRoles(args, peers) : []),
    ...dnsRoles(args, peers),
    ...outsideRoles(args, peers),
    ...probeRoles(args, peers),
  ];
  return {
    namespaces: [
      args.namespace,
      peers.traefik.namespace,
      ...(operated ? [peers.postgresOperator.namespace] : []),
      ...(args.certManager ? [peers.certManager.namespace] : []),
    ],
    roles: roles.filter(({ to }) => !to.every(isNowhere)),
  };
}

/** Every allowed edge of a matrix, one by one. */
export function networkEdges(matrix: Matrix): Edge[] {
  return matrix.roles.flatMap(({ from, to, ports, why }) =>
    from.flatMap((source) =>
      to.flatMap((destination) => ports.map((port) => ({ from: source, to: destination, ...port, why }))),
    ),
  );
}

/** The Speckle workloads that run. */
function running(args: NetworkArgs): WorkloadKey[] {
  return [
    "server",
    "objects",
    "frontend_2",
    "preview_service",
    "webhook_service",
    importer(args),
    "monitoring",
  ];
}

/** Both importers would claim the same uploads, so one of them runs. */
function importer(args: NetworkArgs): "ifc_import_service" | "fileimport_service" {
  return args.ifcImport ? "ifc_import_service" : "fileimport_service";
}

function isNowhere(peer: Peer): boolean {
  return peer.kind === "addresses" && peer.ranges.length === 0;
}

/** Requests of browsers, on their way in. */
function doorRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { anywhere, traefik, speckle, objectStore, challengeSolver, gate } = peers;
  return [
    {
      name: "public",
      from: [anywhere],
      to: [traefik],
      ports: tcp(traefikPorts.web, traefikPorts.websecure),
      why: "The way in: clients, load balancers and nodes that forward for them; allowFrom is kept by Traefik",
    },
    {
      name: "routes-api",
      from: [traefik],
      to: [speckle.server, speckle.objects],
      ports: tcp(apiPort),
      why: "Routes of the API, of sign-in and of objects",
    },
    {
      name: "routes-frontend",
      from: [traefik],
      to: [speckle.frontend_2],
      ports: tcp(workload("frontend_2").port.number),
      why: "Routes of the web pages",
    },
    ...(args.objectStore.at === "cluster"
      ? [
          {
            name: "routes-object-store",
            from: [traefik],
            to: [objectStore],
            ports: tcp(storePorts(args).objectStore),
            why: "Browsers upload to presigned addresses of the store",
          },
        ]
      : []),
    ...(args.challenge === "http01"
      ? [
          {
            name: "routes-challenges",
            from: [traefik],
            to: [challengeSolver],
            ports: tcp(certManagerPorts.challenge),
            why: "An authority fetches the proof that the names are ours",
          },
        ]
      : []),
    ...(args.gate
      ? [
          {
            name: "routes-sign-in-proxy",
            from: [traefik],
            to: [gate],
            ports: tcp(args.gate.port),
            why: "Traefik asks about every page, and leads to the page to sign in at",
          },
        ]
      : []),
  ];
}

/** Speckle's workloads among themselves, and their stores. */
function speckleRoles(args: NetworkArgs, { speckle, postgres, cache, objectStore }: Peers): Role[] {
  const ports = storePorts(args);
  const the = (...keys: WorkloadKey[]) => keys.map((key) => speckle[key]);
  return [
    {
      name: "server-rendering",
      from: the("frontend_2"),
      to: the("server"),
      ports: tcp(apiPort),
      why: "Pages are rendered with the server's answers",
    },
    {
      name: "objects-clients",
      from: the("preview_service", importer(args)),
      to: the("objects"),
      ports: tcp(apiPort),
      why: "They load uploads and models there and send back what they made of them",
    },
    {
      name: "postgres-clients",
      from: the("server", "objects", "webhook_service", importer(args), "monitoring"),
      to: [postgres],
      ports: tcp(ports.postgres),
      why: "The database: everything but files, and the queues of webhooks and imports",
    },
    {
      name: "valkey-clients",
      from: the("server", "objects", "frontend_2", "preview_service"),
      to: [cache],
      ports: tcp(ports.cache),
      why: "Sessions, locks, messages between pods, and the queue of previews",
    },
    {
      name: "object-store-clients",
      from: the("server", "objects"),
      to: [objectStore],
      ports: tcp(ports.objectStore),
      why: "Uploaded files",
    },
  ];
}

/** CloudNativePG and its instances. */
function operatorRoles({ anywhere, postgresOperator, postgres, kubernetesApi }: Peers): Role[] {
  return [
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
function dnsRoles(args: NetworkArgs, peers: Peers): Role[] {
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
    ...(args.gate ? [dns("sign-in-proxy", [gate], "Identity providers are found by name")] : []),
    ...(args.postgres.at === "cluster"
      ? [
          dns("postgres", [postgres], "Standbys find the primary by name"),
          dns("operator", [postgresOperator], "Plugins of the operator are Services"),
        ]
      : []),
  ];
}

/** Everything that leaves the cluster, but for stores. */
function outsideRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { speckle, traefik, gate, internet, mail, identityProviders, kubernetesApi } = peers;
  const servers = [speckle.server, speckle.objects];
  return [
    {
      name: "traefik-api",
      from: [traefik],
      to: [kubernetesApi],
      ports: tcp(...kubernetesApiPorts),
      why: "Traefik watches its routes and the endpoints behind them",
    },
    {
      name: "webhooks",
      from: [speckle.webhook_service],
      to: [internet],
      ports: tcp(80, 443),
      why: "Webhooks go to addresses that users choose: public ones alone, never the cluster or the metadata service",
    },
    ...(args.email
      ? [
          {
            name: "mail",
            from: servers,
            to: [mail],
            ports: tcp(args.email.port),
            why: "Invitations and passwords by mail; the server tries the mail server when it starts",
          },
        ]
      : []),
    ...(args.signIn
      ? [
          {
            name: "sign-in",
            from: servers,
            to: [identityProviders],
            ports: tcp(args.signIn.port),
            why: "Sign-in with identity providers, which the server looks up when it starts",
          },
        ]
      : []),
    ...(args.gate
      ? [
          {
            name: "sign-in-proxy-outbound",
            from: [gate],
            to: [internet],
            ports: tcp(443),
            why: "The proxy asks the identity provider who somebody is",
          },
        ]
      : []),
    ...(args.telemetry
      ? [
          {
            name: "telemetry",
            from: servers,
            to: [internet],
            ports: tcp(443),
            why: "Figures of use for analytics.speckle.systems",
          },
        ]
      : []),
    ...(args.outbound === "all"
      ? [
          {
            name: "server-outbound",
            from: servers,
            to: [internet],
            ports: tcp(443),
            why: "Whatever else the server may call: onboarding projects, integrations",
          },
        ]
      : []),
  ];
}

/** Probes: no policy is needed for them, since a pod's own node is always let through. */
function probeRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { node, speckle, traefik, postgres, postgresOperator, objectStore } = peers;
  const probed: [Peer, number | undefined][] = [
    ...running(args).map((key): [PodPeer, number | undefined] => [speckle[key], probePort(key)]),
    [traefik, traefikPorts.ping],
    [objectStore, storePorts(args).objectStore],
    ...(args.postgres.at === "cluster"
      ? [
          [postgres, postgresPorts.status] as [Peer, number],
          [postgresOperator, operatorWebhookPort] as [Peer, number],
        ]
      : []),
  ];
  return probed.flatMap(([peer, port]) =>
    peer.kind !== "pods" || port === undefined
      ? []
      : [{ name: `probe-${peer.name}`, from: [node], to: [peer], ports: tcp(port), why: "Probes" }],
  );
}
