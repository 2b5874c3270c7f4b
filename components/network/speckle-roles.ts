import { traefikPorts } from "../edge/traefik-ports.ts";
import { importer, running, type WorkloadKey, workload } from "../speckle/workloads.ts";
import {
  certManagerPorts,
  type NetworkArgs,
  operatorWebhookPort,
  type Peer,
  type Peers,
  type PodPeer,
  postgresPorts,
  probePort,
  type StoreLocation,
  storePorts,
} from "./peers.ts";
import { tcp } from "./ports.ts";
import { apiPort, type Role } from "./role.ts";

/** Requests of browsers, on their way in. */
export function wayInRoles(args: NetworkArgs, peers: Peers): Role[] {
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
export function speckleRoles(
  args: NetworkArgs,
  { speckle, accounts, postgres, cache, objectStore }: Peers,
): Role[] {
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
      ...outside(args.postgres, "the database's own"),
    },
    ...(args.accounts
      ? [
          {
            name: "accounts-postgres",
            from: [accounts],
            to: [postgres],
            ports: tcp(ports.postgres),
            why: "The first administrator is made, and who may make an account is set",
            ...outside(args.postgres, "the database's own"),
          },
        ]
      : []),
    {
      name: "valkey-clients",
      from: the("server", "objects", "frontend_2", "preview_service"),
      to: [cache],
      ports: tcp(ports.cache),
      why: "Sessions, locks, messages between pods, and the queue of previews",
      ...outside(args.cache, "the cache's own"),
    },
    {
      name: "object-store-clients",
      from: the("server", "objects"),
      to: [objectStore],
      ports: tcp(ports.objectStore),
      why: "Uploaded files",
      ...outside(args.objectStore, "the object store's own"),
    },
  ];
}

function outside(store: StoreLocation, hosts: string): Pick<Role, "hosts"> {
  return store.at === "outside" ? { hosts } : {};
}

/** Probes: no policy is needed for them, since a pod's own node is always let through. */
export function probeRoles(args: NetworkArgs, peers: Peers): Role[] {
  const { node, speckle, traefik, postgres, postgresOperator, objectStore } = peers;
  const { certManager, certManagerWebhook } = peers;
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
  if (args.certManager) {
    probed.push([certManager, certManagerPorts.health], [certManagerWebhook, certManagerPorts.webhookHealth]);
  }
  return probed.flatMap(([peer, port]) =>
    peer.kind !== "pods" || port === undefined
      ? []
      : [{ name: `probe-${peer.name}`, from: [node], to: [peer], ports: tcp(port), why: "Probes" }],
  );
}
