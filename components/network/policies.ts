import type { Matrix } from "./matrix.ts";
import type { LabelSelector, NetworkPolicy, PolicyPeer } from "./network-policy.ts";
import type { Peer, PodPeer } from "./peers.ts";
import type { Port } from "./ports.ts";
import type { Role } from "./role.ts";

/** The policies that allow what a matrix says and nothing else: a denial per namespace, and two halves of every role. */
export function networkPolicies(matrix: Matrix): NetworkPolicy[] {
  return [
    ...matrix.namespaces.map(defaultDeny),
    ...matrix.roles.flatMap((role) => [...egressPolicy(role, matrix), ...ingressPolicy(role, matrix)]),
  ];
}

function defaultDeny(namespace: string): NetworkPolicy {
  return policy(`${namespace}-default-deny`, namespace, {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
}

function egressPolicy({ name, from, to, ports }: Role, matrix: Matrix): NetworkPolicy[] {
  const sources = governed(from, matrix);
  if (sources.length === 0) return [];
  const namespace = namespaceOf(sources);
  return [
    policy(`${nameIn(namespace, matrix)}${name}-egress`, namespace, {
      podSelector: selectorOf(sources),
      policyTypes: ["Egress"],
      egress: [
        {
          ...(reachesEverything(to) ? {} : { to: to.flatMap((peer) => policyPeers(peer, namespace)) }),
          ports: policyPorts(ports),
        },
      ],
    }),
  ];
}

function ingressPolicy({ name, from, to, ports }: Role, matrix: Matrix): NetworkPolicy[] {
  const destinations = governed(to, matrix);
  if (destinations.length === 0 || from.every(({ kind }) => kind === "node")) return [];
  const namespace = namespaceOf(destinations);
  return [
    policy(`${nameIn(namespace, matrix)}${name}-ingress`, namespace, {
      podSelector: selectorOf(destinations),
      policyTypes: ["Ingress"],
      ingress: [
        {
          ...(reachesEverything(from) ? {} : { from: from.flatMap((peer) => policyPeers(peer, namespace)) }),
          ports: policyPorts(ports),
        },
      ],
    }),
  ];
}

function policy(name: string, namespace: string, spec: NetworkPolicy["spec"]): NetworkPolicy {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

/** The peers that policies can be attached to. */
function governed(peers: readonly Peer[], { namespaces, shared = [] }: Matrix): PodPeer[] {
  return peers
    .filter((peer) => peer.kind === "pods")
    .filter((peer) => [...namespaces, ...shared].includes(peer.namespace));
}

/** In another environment's namespace a policy says by its name whose it is, since that one's have the same names. */
function nameIn(namespace: string, { namespaces: [own], shared = [] }: Matrix): string {
  return shared.includes(namespace) ? `${own}-` : "";
}

function namespaceOf(peers: readonly PodPeer[]): string {
  const [namespace = "", ...others] = new Set(peers.map((peer) => peer.namespace));
  if (others.length > 0)
    throw new Error(`one role cannot govern pods of ${namespace} and ${others.join(", ")}`);
  return namespace;
}

/**
 * One selector for pods that differ in one label at most.
 * @throws Error when they differ in more, since no selector would take them and nothing else
 */
function selectorOf(peers: readonly PodPeer[]): LabelSelector {
  const keys = [...new Set(peers.flatMap(({ labels }) => Object.keys(labels)))];
  const valuesOf = (key: string) => [...new Set(peers.map(({ labels }) => labels[key]))];
  const [differing, ...others] = keys.filter((key) => valuesOf(key).length > 1);
  if (others.length > 0) {
    throw new Error(`no selector takes ${peers.map(({ name }) => name).join(", ")} and nothing else`);
  }
  const shared = keys.filter((key) => key !== differing).map((key) => [key, peers[0]?.labels[key] ?? ""]);
  return {
    matchLabels: Object.fromEntries(shared),
    ...(differing && {
      matchExpressions: [
        {
          key: differing,
          operator: "In",
          values: valuesOf(differing).filter((value) => value !== undefined),
        },
      ],
    }),
  };
}

/** Such a rule names no peers, which is the only form that every engine takes to mean nodes too. */
function reachesEverything(peers: readonly Peer[]): boolean {
  return peers.some((peer) => peer.kind === "addresses" && peer.ranges === "anywhere");
}

function policyPeers(peer: Peer, ownNamespace: string): PolicyPeer[] {
  if (peer.kind === "pods") {
    const podSelector = { matchLabels: { ...peer.labels } };
    if (peer.namespace === ownNamespace) return [{ podSelector }];
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } };
    return [{ namespaceSelector, podSelector }];
  }
  if (peer.kind === "node" || peer.ranges === "anywhere") return [];
  return peer.ranges.map((cidr) => ({ ipBlock: { cidr } }));
}

function policyPorts(ports: readonly Port[]) {
  return ports.map(({ protocol, port }) => ({ protocol, port }));
}
