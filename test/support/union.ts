import type { Matrix } from "../../components/network/matrix.ts";
import type { Peer } from "../../components/network/peers.ts";
import type { KnownPod } from "../../components/network/proof.ts";

/** The matrices of environments in one cluster as one; a pod's name there begins with its namespace. */
export function union(matrices: readonly Matrix[]): Matrix {
  return {
    namespaces: matrices.flatMap(({ namespaces }) => namespaces),
    roles: matrices.flatMap(({ roles }) =>
      roles.map((role) => ({ ...role, from: role.from.map(qualified), to: role.to.map(qualified) })),
    ),
  };
}

/** A pod under its name in a union. */
export function qualifiedPod({ peer, pod }: KnownPod): KnownPod {
  return { pod, ...(peer && { peer: `${pod.namespace}/${peer}` }) };
}

function qualified(peer: Peer): Peer {
  return peer.kind === "pods" ? { ...peer, name: `${peer.namespace}/${peer.name}` } : peer;
}
