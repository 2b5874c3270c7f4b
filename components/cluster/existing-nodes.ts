import type { Problem } from "../problem.ts";
import { heavyTaint, type PoolRole, workloadLabel } from "./pools.ts";

/**
 * Nodes for heavy work on a cluster that is already there: some are `present`, an autoscaler adds them when pods wait
 * (`autoscaled`, so that none can be looked for), or there are none and heavy work runs on general nodes.
 */
export type HeavyNodes = "present" | "autoscaled" | "none";

/** The parts of a Node that are looked at. */
interface NodeFacts {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
}

/**
 * Shell command that lists a cluster's nodes and namespaces as JSON, with the kubeconfig from its standard input and
 * the context from the variable CONTEXT. It needs `kubectl`; what it writes it removes.
 */
export const lookAround = [
  'file=$(mktemp) && trap \'rm -f "$file"\' EXIT && cat > "$file"',
  'kubectl --kubeconfig "$file" --context "$CONTEXT" get nodes,namespaces --output json',
].join(" && ");

/** What is missing among a cluster's nodes. @param list what `lookAround` prints */
export function nodeProblems(list: string, heavyNodes: HeavyNodes): Problem[] {
  const objects: readonly NodeFacts[] = JSON.parse(list).items;
  const nodes = objects.filter(({ kind }) => kind === "Node");
  const of = (role: PoolRole) => nodes.filter(({ metadata }) => metadata.labels?.[workloadLabel] === role);
  const heavy = of("heavy");
  return [
    ...(of("general").length > 0 ? [] : [missing("general", "give at least one node that label")]),
    ...(heavyNodes === "present" && heavy.length === 0 ? [missing("heavy", heavyFix)] : []),
    ...(heavyNodes === "none" ? [] : heavy.filter((node) => !isTainted(node)).map(untainted)),
  ];
}

/** The problem of a cluster that cannot be looked at. */
export function unseenCluster(context: string, cause: string): Problem {
  return {
    path: "cluster.context",
    reason: `the nodes and namespaces of context ${context} cannot be listed: ${cause}`,
    fix: "Install kubectl where the program runs, and try `kubectl get nodes,namespaces` with this kubeconfig and context. Nothing has been made.",
  };
}

const taint = `${heavyTaint.key}=${heavyTaint.value}:${heavyTaint.effect}`;
const heavyFix = `give at least one node that label and the taint ${taint}, or say with \`cluster.heavyNodes\` that there are none, or that an autoscaler adds them`;

function missing(role: PoolRole, fix: string): Problem {
  return {
    path: role === "heavy" ? "cluster.heavyNodes" : "cluster.context",
    reason: `no node of the cluster has the label ${workloadLabel}=${role}, which pods of that kind want`,
    fix: `With kubectl label and kubectl taint, ${fix}. Nothing has been made.`,
  };
}

function untainted({ metadata: { name } }: NodeFacts): Problem {
  return {
    path: "cluster.heavyNodes",
    reason: `node ${name} has the label ${workloadLabel}=heavy but not the taint ${taint}: everything else would run there too`,
    fix: `kubectl taint node ${name} ${taint}. Nothing has been made.`,
  };
}

function isTainted({ spec }: NodeFacts): boolean {
  return (spec?.taints ?? []).some(
    ({ key, value, effect }) =>
      key === heavyTaint.key && value === heavyTaint.value && effect === heavyTaint.effect,
  );
}
