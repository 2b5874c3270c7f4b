import { type KubernetesObject, objectName, type PlannedObject } from "../plan/plan.ts";

/** One thing a NetworkPolicy allows, or the closing of a direction for some pods. */
export interface Edge {
  /** `allows`, or `closes` where a policy selects pods and so ends what no policy allows. */
  readonly says: "allows" | "closes";
  readonly direction: "ingress" | "egress";
  /** `namespace/pods with these labels`. */
  readonly pods: string;
  /** Other side; empty for `closes`. */
  readonly peer: string;
  /** Protocol and port; `every port` without one. */
  readonly port: string;
}

/** Edges that differ between two plans. */
export interface EdgeChanges {
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

/** Gives a plan's edges as sentences; another reading of the network can take the place of `policyEdges`. */
export type EdgesOf = (objects: readonly PlannedObject[]) => readonly string[];

/** How the edges of two plans differ; what is allowed only afterwards opens, and so does a direction nobody closes any more. */
export function edgeChanges(
  before: readonly PlannedObject[],
  after: readonly PlannedObject[],
  edgesOf: EdgesOf = policySentences,
): EdgeChanges {
  const [from, to] = [new Set(edgesOf(before)), new Set(edgesOf(after))];
  const gone = [...from].filter((edge) => !to.has(edge));
  const come = [...to].filter((edge) => !from.has(edge));
  const closes = (edge: string) => edge.startsWith(closing);
  return {
    opened: [
      ...come.filter((edge) => !closes(edge)),
      ...gone.filter(closes).map((edge) => `no longer: ${edge}`),
    ],
    closed: [...gone.filter((edge) => !closes(edge)), ...come.filter(closes)],
  };
}

const closing = "only what a policy allows:";

/** Every NetworkPolicy's edges as sentences. */
function policySentences(objects: readonly PlannedObject[]): string[] {
  return policyEdges(objects).map(({ says, direction, pods, peer, port }) => {
    if (says === "closes") return `${closing} ${direction} of ${pods}`;
    return direction === "ingress" ? `${peer} → ${pods}, ${port}` : `${pods} → ${peer}, ${port}`;
  });
}

/** What the NetworkPolicies among the objects allow and close. */
export function policyEdges(objects: readonly PlannedObject[]): Edge[] {
  return objects
    .map(({ object }) => object)
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap((policy) => directions(policy).flatMap((direction) => edgesOfDirection(policy, direction)));
}

function directions({ spec }: KubernetesObject): Edge["direction"][] {
  const types: string[] = spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
  return types.map((type) => type.toLowerCase() as Edge["direction"]);
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

function edgesOfDirection(policy: KubernetesObject, direction: Edge["direction"]): Edge[] {
  const { namespace = "" } = policy.metadata;
  const pods = `${namespace}/${selectorText(policy.spec?.podSelector)}`;
  const rules = (policy.spec?.[direction] ?? []) as Rule[];
  const closes: Edge = { says: "closes", direction, pods, peer: "", port: "" };
  const allows = rules.flatMap((rule) => {
    const peers = (direction === "ingress" ? rule.from : rule.to) ?? [];
    const names = peers.length > 0 ? peerTexts(peers, namespace) : ["anywhere"];
    const ports = rule.ports?.length ? rule.ports.map(portText) : ["every port"];
    return names.flatMap((peer) =>
      ports.map((port): Edge => ({ says: "allows", direction, pods, peer, port })),
    );
  });
  return [closes, ...allows];
}

/** Most address ranges of one rule that are named each; the complement of the private ranges has some sixty. */
const mostRanges = 4;

function peerTexts(peers: readonly Peer[], namespace: string): string[] {
  const ranges = peers.flatMap(({ ipBlock }) => (ipBlock && !ipBlock.except?.length ? [ipBlock.cidr] : []));
  if (ranges.length <= mostRanges) return peers.map((peer) => peerText(peer, namespace));
  const others = peers.filter(({ ipBlock }) => !ipBlock || ipBlock.except?.length);
  const addresses = ranges.reduce((sum, range) => sum + 2 ** (32 - Number(range.split("/")[1])), 0);
  const all = `${ranges.length} ranges from ${ranges[0]} to ${ranges.at(-1)} with ${addresses} addresses`;
  return [...others.map((peer) => peerText(peer, namespace)), all];
}

function peerText({ podSelector, namespaceSelector, ipBlock }: Peer, namespace: string): string {
  if (ipBlock)
    return ipBlock.except?.length ? `${ipBlock.cidr} except ${ipBlock.except.join(", ")}` : ipBlock.cidr;
  const named = namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"];
  const where = namespaceSelector
    ? (named ?? `namespaces with ${selectorText(namespaceSelector)}`)
    : namespace;
  return `${where}/${selectorText(podSelector)}`;
}

function selectorText({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(
    ({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(", ")})` : ""}`,
  );
  return [...labels, ...expressions].join(" and ") || "every one";
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

/** Names of the NetworkPolicies among the objects. */
export function policyNames(objects: readonly PlannedObject[]): string[] {
  return objects
    .filter(({ object }) => object.kind === "NetworkPolicy")
    .map(({ object }) => objectName(object));
}
