import type { Toleration } from "../findings/pods.ts";

/** A node as a scheduler sees it; cores and bytes. */
export interface Node {
  readonly name: string;
  readonly pool: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  readonly cpu: number;
  readonly memory: number;
}

/** A pod as a scheduler sees it; cores and bytes. */
export interface Pod {
  readonly name: string;
  readonly group: string;
  readonly cpu: number;
  readonly memory: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** No two of its group on one node. */
  readonly apart: boolean;
  /** The one node it belongs to. */
  readonly only?: string;
}

/** A node with its pods. */
export interface Placed {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

/**
 * Puts pods on nodes, the largest first, each on the emptiest node that takes it, as the scheduler's default scoring
 * prefers. What waits may still find room in a luckier order; what fits, fits.
 */
export function pack(nodes: readonly Node[], pods: readonly Pod[]): { nodes: Placed[]; waiting: string[] } {
  const placed = nodes.map((node) => ({ node, pods: [] as Pod[] }));
  const largest = (pod: Pod) =>
    Math.max(...nodes.map(({ cpu, memory }) => Math.max(pod.cpu / cpu, pod.memory / memory)), 0);
  const waiting: string[] = [];
  for (const pod of pods.toSorted((a, b) => largest(b) - largest(a))) {
    const [best] = placed.filter((at) => takes(at, pod)).sort((a, b) => used(a) - used(b));
    if (best) best.pods.push(pod);
    else if (pod.only === undefined || !isTainted(nodes, pod)) waiting.push(pod.name);
  }
  return { nodes: placed, waiting };
}

/** A pod for every node simply is not made where a taint keeps it away. */
function isTainted(nodes: readonly Node[], pod: Pod): boolean {
  const node = nodes.find(({ name }) => name === pod.only);
  return node !== undefined && !(isSelected(node, pod) && isTolerated(node, pod));
}

function takes({ node, pods }: Placed, pod: Pod): boolean {
  const free = (resource: "cpu" | "memory") =>
    node[resource] - pods.reduce((sum, other) => sum + other[resource], 0);
  return (
    (pod.only === undefined || pod.only === node.name) &&
    isSelected(node, pod) &&
    isTolerated(node, pod) &&
    // Sums of fractions of cores are not exact.
    free("cpu") + 1e-9 >= pod.cpu &&
    free("memory") >= pod.memory &&
    !(pod.apart && pods.some(({ group }) => group === pod.group))
  );
}

function used({ node, pods }: Placed): number {
  const share = (resource: "cpu" | "memory") =>
    pods.reduce((sum, pod) => sum + pod[resource], 0) / node[resource];
  return share("cpu") + share("memory");
}

function isSelected({ labels }: Node, { nodeSelector }: Pod): boolean {
  return Object.entries(nodeSelector).every(
    // Labels every node of these clusters has, whatever its pool.
    ([key, value]) => key === "kubernetes.io/os" || labels[key] === value,
  );
}

function isTolerated({ taints }: Node, { tolerations }: Pod): boolean {
  return taints.every((taint) =>
    tolerations.some(
      ({ key, operator = "Equal", value = "", effect = "" }) =>
        (key === undefined || key === taint.key) &&
        (operator === "Exists" || value === taint.value) &&
        (effect === "" || effect === taint.effect),
    ),
  );
}
