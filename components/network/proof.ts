import {
  type AddressRange,
  formatAddress,
  inRange,
  parseAddress,
  parseRange,
  specialRanges,
} from "./cidr.ts";
import {
  type AddressEndpoint,
  always,
  type Endpoint,
  evaluator,
  type PodEndpoint,
  type PolicySet,
  type Verdict,
  verdict,
} from "./evaluate.ts";
import { type Matrix, networkEdges } from "./matrix.ts";
import type { Protocol } from "./network-policy.ts";
import type { AddressPeer, Peer, PodPeer } from "./peers.ts";
import type { Port } from "./ports.ts";

/** A pod with the matrix's name for it; a pod without one is a stranger, and may do nothing in a governed namespace. */
export interface KnownPod {
  readonly peer?: string;
  readonly pod: PodEndpoint;
}

/** A connection that the policies of one of its ends and the matrix judge differently. */
export interface Difference extends Port {
  readonly side: "egress" | "ingress";
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly matrixAllows: boolean;
}

/**
 * A comparison of policies with a matrix: every connection the two judge differently, each end for itself, so that a
 * mistake at one end does not hide behind a denial at the other. It asks between all pods, and between pods and all
 * addresses where a range begins or ends, on every port of the matrix and the next one, by TCP and UDP. Lazy, since one
 * difference is enough to know that something is wrong.
 *
 * `pods` are the pods that are there; default: `samplePods` of the matrix.
 */
export function proof(
  matrix: Matrix,
  pods: readonly KnownPod[] = samplePods(matrix),
): (set: PolicySet) => Generator<Difference> {
  const judge = matrixJudge(matrix, pods);
  const expected = [...pairs(pods, matrix)].map(([from, to]) => ({ from, to, byMatrix: judge(from, to) }));
  const ports = knownPorts(matrix);
  return function* differences(set) {
    const policies = evaluator(set);
    for (const { from, to, byMatrix } of expected) {
      const byPolicies = policies(from, to);
      for (const side of ["egress", "ingress"] as const) {
        if (byMatrix[side] === always && byPolicies[side] === always) continue;
        for (const { protocol, port } of ports) {
          const matrixAllows = byMatrix[side](protocol, port);
          if (matrixAllows !== byPolicies[side](protocol, port)) {
            yield { side, from, to, protocol, port, matrixAllows };
          }
        }
      }
    }
  };
}

/**
 * Two pods of every peer of a matrix, and its near doubles, all strangers: without one of its labels, and with all of
 * them in a namespace that nobody governs.
 */
export function samplePods(matrix: Matrix): KnownPod[] {
  const pod = (peer: PodPeer, change: Partial<PodEndpoint>): PodEndpoint => ({
    kind: "pod",
    namespace: peer.namespace,
    name: peer.name,
    labels: peer.labels,
    ...change,
  });
  return podPeers(matrix).flatMap((peer) => [
    ...[0, 1].map((index) => ({ peer: peer.name, pod: pod(peer, { name: `${peer.name}-${index}` }) })),
    ...Object.keys(peer.labels).map((key) => {
      const { [key]: _, ...labels } = peer.labels;
      return { pod: pod(peer, { name: `${peer.name}-without-${key}`, labels }) };
    }),
    { pod: pod(peer, { namespace: "elsewhere" }) },
  ]);
}

/** Every pod peer that a matrix names. */
export function podPeers(matrix: Matrix): PodPeer[] {
  const peers = matrix.roles
    .flatMap(({ from, to }) => [...from, ...to])
    .filter(({ kind }) => kind === "pods");
  return [...new Map(peers.map((peer) => [peer.name, peer as PodPeer])).values()];
}

/** What the matrix itself says: an end that is governed needs an edge; a pod's own node always may. */
function matrixJudge(matrix: Matrix, pods: readonly KnownPod[]): (from: Endpoint, to: Endpoint) => Verdict {
  const covers = coverage(new Map(pods.map(({ peer, pod }) => [pod, peer])));
  const edges = networkEdges(matrix);
  const governs = (end: Endpoint) => end.kind === "pod" && matrix.namespaces.includes(end.namespace);
  return (from, to) => {
    if ([from, to].some((end) => end.kind === "address" && end.at === "ownNode"))
      return verdict(always, always);
    const open = edges.filter((edge) => covers(edge.from, from) && covers(edge.to, to));
    const judge = (end: "from" | "to") => (protocol: Protocol, port: number) =>
      open.some((edge) => edge[end].kind === "pods" && edge.protocol === protocol && edge.port === port);
    return verdict(governs(from) ? judge("from") : always, governs(to) ? judge("to") : always);
  };
}

function coverage(names: ReadonlyMap<Endpoint, string | undefined>): (peer: Peer, end: Endpoint) => boolean {
  const parsed = new Map<AddressPeer, AddressRange[]>();
  const rangesOf = (peer: AddressPeer) => {
    const ranges = parsed.get(peer) ?? (peer.ranges === "anywhere" ? [] : peer.ranges.map(parseRange));
    parsed.set(peer, ranges);
    return ranges;
  };
  return (peer, end) => {
    switch (peer.kind) {
      case "pods":
        return names.get(end) === peer.name;
      case "addresses":
        return peer.ranges === "anywhere" || (end.kind === "address" && isInAny(rangesOf(peer), end.ip));
      case "node":
        return end.kind === "address" && end.at === "ownNode";
      default:
        return peer satisfies never;
    }
  };
}

function isInAny(ranges: readonly AddressRange[], ip: string): boolean {
  const address = parseAddress(ip);
  return ranges.some((range) => inRange(range, address));
}

/** Known pods with everything, in both directions; strangers with known pods and with one address of each kind. */
function* pairs(pods: readonly KnownPod[], matrix: Matrix): Generator<[Endpoint, Endpoint]> {
  const known = pods.flatMap(({ peer, pod }) => (peer ? [pod] : []));
  const strangers = pods.flatMap(({ peer, pod }) => (peer ? [] : [pod]));
  const others = [...strangers, ...borderAddresses(matrix)];
  for (const pod of known) {
    for (const other of known) if (other !== pod) yield [pod, other];
    for (const other of others) yield* bothWays(pod, other);
  }
  for (const pod of strangers) for (const address of landmarks(matrix)) yield* bothWays(pod, address);
}

function* bothWays(a: Endpoint, b: Endpoint): Generator<[Endpoint, Endpoint]> {
  yield [a, b];
  yield [b, a];
}

function addressRanges(matrix: Matrix): (readonly string[])[] {
  const peers = matrix.roles.flatMap(({ from, to }) => [...from, ...to]);
  const addresses = peers.filter((peer): peer is AddressPeer => peer.kind === "addresses");
  return addresses.flatMap(({ ranges }) => (ranges === "anywhere" ? [] : [ranges]));
}

/** One address of each peer, the clouds' metadata service, a node, and a pod's own node. */
function landmarks(matrix: Matrix): AddressEndpoint[] {
  const firsts = addressRanges(matrix).flatMap(([range]) =>
    range ? [formatAddress(parseRange(range).first)] : [],
  );
  return [
    ...[...new Set([...firsts, "169.254.169.254"])].map(outside),
    { kind: "address", ip: "10.255.255.254", at: "node" },
    { kind: "address", ip: "10.255.255.253", at: "ownNode" },
  ];
}

/** The landmarks, and the first and last address of every range with their neighbours. */
function borderAddresses(matrix: Matrix): AddressEndpoint[] {
  const ranges = [...addressRanges(matrix).flat(), ...specialRanges.map(({ range }) => range)].map(
    parseRange,
  );
  const borders = ranges.flatMap(({ first, last }) => [first - 1, first, last, last + 1]);
  const valid = borders.filter((address) => address >= 0 && address < 2 ** 32);
  return [...landmarks(matrix), ...[...new Set(valid)].map((address) => outside(formatAddress(address)))];
}

function outside(ip: string): AddressEndpoint {
  return { kind: "address", ip, at: "outside" };
}

/** Every port of a matrix and the next one, by TCP and UDP. */
export function knownPorts(matrix: Matrix): Port[] {
  const numbers = new Set(matrix.roles.flatMap(({ ports }) => ports.flatMap(({ port }) => [port, port + 1])));
  return [...numbers].flatMap((port): Port[] => [
    { protocol: "TCP", port },
    { protocol: "UDP", port },
  ]);
}
