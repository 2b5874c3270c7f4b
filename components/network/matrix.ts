import { serviceNamespaces } from "../sharing/services.ts";
import { certManagerRoles } from "./cert-manager-roles.ts";
import { extraPortRoles, reporterRoles } from "./entry-roles.ts";
import { metricsRoles } from "./metrics-roles.ts";
import type { Protocol } from "./network-policy.ts";
import { outsideRoles } from "./outside-roles.ts";
import { type NetworkArgs, networkPeers, type Peer, type Peers } from "./peers.ts";
import { dnsRoles, operatorRoles } from "./platform-roles.ts";
import type { Role } from "./role.ts";
import { probeRoles, speckleRoles, wayInRoles } from "./speckle-roles.ts";

/** Everything that may talk in an environment; nothing else may. */
export interface Matrix {
  /** Namespaces whose pods are denied everything else, both ways. */
  readonly namespaces: readonly string[];
  /** Namespaces of another environment, which denies everything there: only rights of this one's are added. */
  readonly shared?: readonly string[];
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

/** The matrix of an environment. */
export function networkMatrix(args: NetworkArgs): Matrix {
  const peers = networkPeers(args);
  const operated = args.postgres.at === "cluster";
  const shared = (args.shared ?? []).map((service): string => serviceNamespaces[service]);
  const namespaces = [
    args.namespace,
    peers.traefik.namespace,
    ...(operated ? [peers.postgresOperator.namespace] : []),
    ...(args.certManager ? [peers.certManager.namespace] : []),
  ];
  const own = namespaces.filter((namespace) => !shared.includes(namespace));
  const roles = [
    ...wayInRoles(args, peers),
    ...speckleRoles(args, peers),
    ...(operated ? operatorRoles(args, peers) : []),
    ...(args.certManager ? certManagerRoles(args, peers) : []),
    ...(args.entryMachine ? reporterRoles(peers) : []),
    ...extraPortRoles(args, peers),
    ...(args.monitoring ? metricsRoles(args, peers) : []),
    ...dnsRoles(args, peers),
    ...outsideRoles(args, peers),
    ...probeRoles(args, peers),
  ];
  return {
    namespaces: own,
    ...(shared.length > 0 && { shared }),
    roles: roles.filter((role) => !role.to.every(isNowhere) && concerns(role, own, peers)),
  };
}

/**
 * Rights of this environment's own pods, and cert-manager's for its certificates: those that a service needs for itself
 * are its owner's to give.
 */
function concerns({ from, to }: Role, namespaces: readonly string[], { certManager }: Peers): boolean {
  const isOwn = (peer: Peer) => peer.kind === "pods" && namespaces.includes(peer.namespace);
  return [...from, ...to].some(isOwn) || (from.length === 1 && from[0] === certManager);
}

/** Every allowed edge of a matrix, one by one. */
export function networkEdges(matrix: Matrix): Edge[] {
  return matrix.roles.flatMap(({ from, to, ports, why }) =>
    from.flatMap((source) =>
      to.flatMap((destination) => ports.map((port) => ({ from: source, to: destination, ...port, why }))),
    ),
  );
}

function isNowhere(peer: Peer): boolean {
  return peer.kind === "addresses" && peer.ranges.length === 0;
}
