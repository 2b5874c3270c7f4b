import { type KubernetesObject, objectName, type PlannedObject } from "../plan/plan.ts";
import { everyPod, podName, whyAllowed } from "./network-words.ts";

/** A direction of traffic, as the pods see it that a policy is attached to. */
export type Direction = "ingress" | "egress";

/** One end of an edge, in words. */
export interface End {
  /** Namespace of pods; undefined for addresses and for pods of many namespaces. */
  readonly namespace?: string;
  readonly name: string;
}

/** What a NetworkPolicy allows at one end of an edge. */
export interface Half {
  readonly direction: Direction;
  readonly from: End;
  readonly to: End;
  /** Protocol and port. */
  readonly port: string;
  /** Why, as the matrix says; the policy's own name when the matrix does not know the edge. */
  readonly why: string;
}

/** Pods that may do in a direction only what a policy allows. */
export interface Closed {
  readonly direction: Direction;
  readonly pods: End;
}

/** The NetworkPolicies of a plan, taken apart. */
export interface Policies {
  readonly closed: readonly Closed[];
  readonly halves: readonly Half[];
}

/** The NetworkPolicies among the objects, whoever made them. */
export function policiesOf(objects: readonly PlannedObject[]): Policies {
  const policies = objects.map(({ object }) => object).filter(({ kind }) => kind === "NetworkPolicy");
  return {
    closed: policies.flatMap((policy) =>
      directions(policy).flatMap((direction) => selected(policy).map((pods) => ({ direction, pods }))),
    ),
    halves: policies.flatMap((policy) =>
      directions(policy).flatMap((direction) => halvesOf(policy, direction)),
    ),
  };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { protocol?: string; port?: number | string; endPort?: number }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

function directions({ spec }: KubernetesObject): Direction[] {
  const types: string[] = spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
  return types.map((type) => type.toLowerCase() as Direction);
}

function selected({ metadata: { namespace = "" }, spec }: KubernetesObject): End[] {
  return podNames(spec?.podSelector).map((name) => ({ namespace, name }));
}

function halvesOf(policy: KubernetesObject, direction: Direction): Half[] {
  const rules = (policy.spec?.[direction] ?? []) as Rule[];
  const half = (pods: End, peer: End, port: string): Half => ({
    direction,
    ...(direction === "egress" ? { from: pods, to: peer } : { from: peer, to: pods }),
    port,
    why: whyAllowed(policy.metadata.name, [pods, peer].map(podsName), port) ?? objectName(policy),
  });
  return rules.flatMap((rule) => {
    const peers = peerEnds((direction === "ingress" ? rule.from : rule.to) ?? [], policy);
    const ports = rule.ports?.length ? rule.ports.map(portText) : ["every port"];
    return selected(policy).flatMap((pods) =>
      peers.flatMap((peer) => ports.map((port) => half(pods, peer, port))),
    );
  });
}

function podsName({ namespace, name }: End): string | undefined {
  return namespace === undefined ? undefined : name;
}

/** Most address ranges of one rule that are named each; the complement of the private ranges has some seventy. */
const mostRanges = 4;
/** So many addresses can only be the internet's. */
const internet = 2 ** 31;

function peerEnds(peers: readonly Peer[], { metadata: { namespace = "" } }: KubernetesObject): End[] {
  if (peers.length === 0) return [{ name: "anywhere" }];
  const ranges = peers.flatMap(({ ipBlock }) => (ipBlock && !ipBlock.except?.length ? [ipBlock.cidr] : []));
  if (ranges.length <= mostRanges) return peers.flatMap((peer) => ends(peer, namespace));
  const others = peers.filter(({ ipBlock }) => !ipBlock || ipBlock.except?.length);
  const addresses = ranges.reduce((sum, range) => sum + 2 ** (32 - Number(range.split("/")[1])), 0);
  const all = `${ranges.length} ranges from ${ranges[0]} to ${ranges.at(-1)} with ${addresses} addresses`;
  return [
    ...others.flatMap((peer) => ends(peer, namespace)),
    { name: addresses > internet ? `internet (${all})` : all },
  ];
}

function ends({ podSelector, namespaceSelector, ipBlock }: Peer, own: string): End[] {
  if (ipBlock) {
    const { cidr, except } = ipBlock;
    return [{ name: except?.length ? `${cidr} except ${except.join(", ")}` : cidr }];
  }
  const pods = podNames(podSelector);
  if (!namespaceSelector) return pods.map((name) => ({ namespace: own, name }));
  const namespace = namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"];
  if (namespace) return pods.map((name) => ({ namespace, name }));
  const where = podNames(namespaceSelector).join(" or ").replace(everyPod, "any name");
  return pods.map((name) => ({ name: `${name} in namespaces with ${where}` }));
}

/** Names of the pods a selector takes, one by one where it lists them. */
function podNames({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string[] {
  const lists = matchExpressions.filter(({ operator }) => operator === "In");
  const rest = matchExpressions
    .filter(({ operator }) => operator !== "In")
    .map(({ key, operator, values }) => ` and ${key} ${operator}${values ? ` (${values.join(", ")})` : ""}`);
  const combinations = lists.reduce<Record<string, string>[]>(
    (found, { key, values = [] }) =>
      found.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [matchLabels],
  );
  return combinations.map((labels) => `${podName(labels)}${rest.join("")}`);
}

function portText({
  protocol = "TCP",
  port,
  endPort,
}: {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}): string {
  if (port === undefined) return `every ${protocol} port`;
  return `${protocol} ${port}${endPort ? `-${endPort}` : ""}`;
}
