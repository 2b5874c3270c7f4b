import { type AddressRange, inRange, parseAddress, parseRange } from "./cidr.ts";
import type { LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort, Protocol } from "./network-policy.ts";

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

/** Whether a port may be reached. */
export type PortJudge = (protocol: Protocol, port: number) => boolean;

/** Whether a port may be reached, as the source's policies say, as the destination's say, and so in fact. */
export interface Verdict {
  readonly egress: PortJudge;
  readonly ingress: PortJudge;
  readonly both: PortJudge;
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
type PortMatches = (protocol: Protocol, port: number, destination: Endpoint) => boolean;
/** A rule, taken apart into whom and what it matches. */
interface CompiledRule {
  readonly peer: Matches;
  readonly port: PortMatches;
}
interface CompiledPolicy {
  readonly selects: Matches;
  /** Undefined where the policy says nothing about the direction. */
  readonly ingress: readonly CompiledRule[] | undefined;
  readonly egress: readonly CompiledRule[] | undefined;
}

/**
 * A judge of connections: first of whom to whom, then by which port, so that many ports of a pair are judged quickly.
 * Allowed is what both the source's and the destination's policies let through. Addresses are IPv4.
 */
export function evaluator(set: PolicySet): (from: Endpoint, to: Endpoint) => Verdict {
  const compiled = set.policies.map((policy) => compile(policy, set));
  const known = new Map<Endpoint, CompiledPolicy[]>();
  const policiesOf = (endpoint: Endpoint) => {
    const found = known.get(endpoint) ?? compiled.filter(({ selects }) => selects(endpoint));
    known.set(endpoint, found);
    return found;
  };
  /** The rules that let a peer through; undefined where nothing is denied. */
  const rulesFor = (direction: "ingress" | "egress", endpoint: Endpoint, peer: Endpoint) => {
    const isolating = policiesOf(endpoint).flatMap((policy) =>
      policy[direction] ? [policy[direction]] : [],
    );
    return isolating.length === 0 ? undefined : isolating.flat().filter((rule) => rule.peer(peer));
  };
  return (from, to) => {
    if (isAlwaysAllowed(from, to)) return verdict(always, always);
    return verdict(portJudge(rulesFor("egress", from, to), to), portJudge(rulesFor("ingress", to, from), to));
  };
}

/** The verdict of two sides: a connection needs both. */
export function verdict(egress: PortJudge, ingress: PortJudge): Verdict {
  return { egress, ingress, both: (protocol, port) => egress(protocol, port) && ingress(protocol, port) };
}

/** Of a side that denies nothing. */
export const always: PortJudge = () => true;

function portJudge(rules: readonly CompiledRule[] | undefined, destination: Endpoint): PortJudge {
  if (!rules) return always;
  return (protocol, port) => rules.some((rule) => rule.port(protocol, port, destination));
}

/** A pod always reaches itself, and always exchanges with its own node. */
function isAlwaysAllowed(from: Endpoint, to: Endpoint): boolean {
  if (from.kind === "pod" && to.kind === "pod") {
    return from.namespace === to.namespace && from.name === to.name;
  }
  return [from, to].some((end) => end.kind === "address" && end.at === "ownNode");
}

function compile({ metadata, spec }: NetworkPolicy, set: PolicySet): CompiledPolicy {
  const { namespace } = metadata;
  // Without types a policy is about what comes in, and about what goes out only if it says something of it.
  const types = spec.policyTypes ?? ["Ingress", ...(spec.egress?.length ? ["Egress"] : [])];
  const rule = (peers: readonly PolicyPeer[] | undefined, ports: readonly PolicyPort[] | undefined) =>
    compileRule(peers, ports, namespace, set);
  const ingress = (spec.ingress ?? []).map(({ from, ports }) => rule(from, ports));
  const egress = (spec.egress ?? []).map(({ to, ports }) => rule(to, ports));
  return {
    selects: compilePeer({ podSelector: spec.podSelector }, namespace, set),
    ingress: types.includes("Ingress") ? ingress : undefined,
    egress: types.includes("Egress") ? egress : undefined,
  };
}

/** An absent or empty list of peers, or of ports, means all of them. */
function compileRule(
  peers: readonly PolicyPeer[] = [],
  ports: readonly PolicyPort[] = [],
  namespace: string,
  set: PolicySet,
): CompiledRule {
  const peerMatches = peers.map((peer) => compilePeer(peer, namespace, set));
  const portMatches = ports.map(compilePort);
  return {
    peer: (peer) => peers.length === 0 || peerMatches.some((matches) => matches(peer)),
    port: (...port) => ports.length === 0 || portMatches.some((matches) => matches(...port)),
  };
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
function compilePort({ protocol: wanted = "TCP", port: first, endPort }: PolicyPort): PortMatches {
  return (protocol, port, destination) => {
    if (protocol !== wanted) return false;
    if (first === undefined) return true;
    if (typeof first === "number") return first <= port && port <= (endPort ?? first);
    const named = destination.kind === "pod" ? (destination.ports ?? []) : [];
    return named.some((own) => own.name === first && own.protocol === protocol && own.port === port);
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
