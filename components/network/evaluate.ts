import { type AddressRange, inRange, parseAddress, parseRange } from "./cidr.ts";
import type {
  EgressRule,
  IngressRule,
  LabelSelector,
  NetworkPolicy,
  PolicyPeer,
  PolicyPort,
  Protocol,
} from "./network-policy.ts";

/** A pod as policies see it. */
export interface PodEndpoint {
  readonly kind: "pod";
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Without one, no range of addresses contains the pod. */
  readonly ip?: string;
  /** Named container ports. */
  readonly ports?: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[];
}

/** An address that is not a pod's: somewhere outside, a node of the cluster, or the node the other side runs on. */
export interface AddressEndpoint {
  readonly kind: "address";
  readonly ip: string;
  readonly at: "outside" | "node" | "ownNode";
}

/** One end of a connection. */
export type Endpoint = PodEndpoint | AddressEndpoint;

/** A connection somebody tries to make. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  /** Port on the destination. */
  readonly port: number;
}

/**
 * How an engine reads a policy. `standard`: as written. `exceptIgnored`: an exception of an address range is not kept
 * (AWS). `ipBlockSkipsCluster`: an address range contains neither pods nor nodes (Cilium).
 */
export type Engine = "standard" | "exceptIgnored" | "ipBlockSkipsCluster";

/** What a cluster's policies are evaluated with. */
export interface PolicySet {
  readonly policies: readonly NetworkPolicy[];
  /** Labels of the namespaces by name; the label with the name itself is always there. */
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Default: `standard`. */
  readonly engine?: Engine;
}

type Matches = (endpoint: Endpoint) => boolean;
/** Whether a rule takes a connection with this peer, to this destination and port. */
type Rule = (peer: Endpoint, connection: Connection) => boolean;
interface CompiledPolicy {
  readonly namespace: string;
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean;
  /** Undefined where the policy says nothing about the direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** A judge of connections: allowed when both the source's and the destination's policies let it through. */
export function evaluator(set: PolicySet): (connection: Connection) => boolean {
  const compiled = set.policies.map((policy) => compile(policy, set));
  const known = new Map<PodEndpoint, CompiledPolicy[]>();
  const policiesOf = (pod: PodEndpoint) => {
    const found = known.get(pod) ?? compiled.filter((policy) => selectsPod(policy, pod));
    known.set(pod, found);
    return found;
  };
  const lets = (pod: Endpoint, direction: "ingress" | "egress", peer: Endpoint, connection: Connection) => {
    if (pod.kind !== "pod") return true;
    const sets = policiesOf(pod).flatMap((policy) => (policy[direction] ? [policy[direction]] : []));
    return sets.length === 0 || sets.some((rules) => rules.some((rule) => rule(peer, connection)));
  };
  return (connection) => {
    const { from, to } = connection;
    if (isAlwaysAllowed(from, to)) return true;
    return lets(from, "egress", to, connection) && lets(to, "ingress", from, connection);
  };
}

/** A pod always reaches itself, and always exchanges with its own node. */
function isAlwaysAllowed(from: Endpoint, to: Endpoint): boolean {
  if (from.kind === "pod" && to.kind === "pod") {
    return from.namespace === to.namespace && from.name === to.name;
  }
  return [from, to].some((end) => end.kind === "address" && end.at === "ownNode");
}

function selectsPod(policy: CompiledPolicy, pod: PodEndpoint): boolean {
  return policy.namespace === pod.namespace && policy.selects(pod.labels);
}

function compile({ metadata, spec }: NetworkPolicy, set: PolicySet): CompiledPolicy {
  const { namespace } = metadata;
  // Without types a policy is about what comes in, and about what goes out only if it says something of it.
  const types = spec.policyTypes ?? ["Ingress", ...(spec.egress?.length ? ["Egress"] : [])];
  const rule = (peers: readonly PolicyPeer[] | undefined, ports: readonly PolicyPort[] | undefined) =>
    compileRule(peers, ports, namespace, set);
  const ingress = (spec.ingress ?? []).map(({ from, ports }: IngressRule) => rule(from, ports));
  const egress = (spec.egress ?? []).map(({ to, ports }: EgressRule) => rule(to, ports));
  return {
    namespace,
    selects: compileSelector(spec.podSelector ?? {}),
    ingress: types.includes("Ingress") ? ingress : undefined,
    egress: types.includes("Egress") ? egress : undefined,
  };
}

/** An absent or empty list of peers, or of ports, means all of them. */
function compileRule(
  peers: readonly PolicyPeer[] | undefined,
  ports: readonly PolicyPort[] | undefined,
  namespace: string,
  set: PolicySet,
): Rule {
  const peerMatches = (peers ?? []).map((peer) => compilePeer(peer, namespace, set));
  const portMatches = (ports ?? []).map(compilePort);
  return (peer, connection) =>
    (portMatches.length === 0 || portMatches.some((matches) => matches(connection))) &&
    (peerMatches.length === 0 || peerMatches.some((matches) => matches(peer)));
}

function compilePeer(peer: PolicyPeer, namespace: string, set: PolicySet): Matches {
  if (peer.ipBlock) return compileIpBlock(peer.ipBlock, set.engine ?? "standard");
  const { podSelector, namespaceSelector } = peer;
  if (!podSelector && !namespaceSelector) return () => false;
  const selectsLabels = compileSelector(podSelector ?? {});
  const selectsNamespace = namespaceSelector
    ? compileNamespaceSelector(namespaceSelector, set)
    : (name: string) => name === namespace;
  return (endpoint) =>
    endpoint.kind === "pod" && selectsNamespace(endpoint.namespace) && selectsLabels(endpoint.labels);
}

function compileNamespaceSelector(selector: LabelSelector, set: PolicySet): (name: string) => boolean {
  const selects = compileSelector(selector);
  return (name) => selects({ ...set.namespaces?.[name], "kubernetes.io/metadata.name": name });
}

function compileIpBlock({ cidr, except }: NonNullable<PolicyPeer["ipBlock"]>, engine: Engine): Matches {
  // Ranges of IPv6 contain no IPv4 address, and no other is judged here.
  if (cidr.includes(":")) return () => false;
  const range = parseRange(cidr);
  const exceptions = engine === "exceptIgnored" ? [] : (except ?? []).map(parseRange);
  return (endpoint) => {
    if (engine === "ipBlockSkipsCluster" && !(endpoint.kind === "address" && endpoint.at === "outside")) {
      return false;
    }
    return endpoint.ip !== undefined && isIn(parseAddress(endpoint.ip), range, exceptions);
  };
}

function isIn(address: number, range: AddressRange, exceptions: readonly AddressRange[]): boolean {
  return inRange(range, address) && !exceptions.some((exception) => inRange(exception, address));
}

/** A named port is looked up on the destination: an address has none. */
function compilePort({ protocol = "TCP", port, endPort }: PolicyPort): (connection: Connection) => boolean {
  return (connection) => {
    if (connection.protocol !== protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return port <= connection.port && connection.port <= (endPort ?? port);
    const { to } = connection;
    return (
      to.kind === "pod" &&
      (to.ports ?? []).some(
        (named) => named.name === port && named.protocol === protocol && named.port === connection.port,
      )
    );
  };
}

function compileSelector(selector: LabelSelector): (labels: Readonly<Record<string, string>>) => boolean {
  const equal = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  return (labels) =>
    equal.every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return operator satisfies never;
      }
    });
}
