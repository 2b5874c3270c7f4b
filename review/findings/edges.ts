import type { PlannedObject } from "../plan/plan.ts";
import { everyPod } from "./network-words.ts";
import { type Closed, type Direction, type End, type Half, policiesOf } from "./policies.ts";

/** Who may talk to whom, in the words of the matrix. */
export interface Edge {
  /** Pods as `namespace/name`, or addresses. */
  readonly from: readonly string[];
  readonly to: string;
  /** Protocols and ports. */
  readonly ports: readonly string[];
  /** Why, or the NetworkPolicy that alone knows. */
  readonly why: string;
  /** False when the policies of the other end do not let it through, so that it is closed in fact. */
  readonly whole: boolean;
}

/** How two plans differ in who may talk to whom. */
export interface EdgeChanges {
  readonly opened: readonly Edge[];
  readonly closed: readonly Edge[];
  /** Pods that nothing restricts any more in a direction. */
  readonly unrestricted: readonly string[];
  /** Pods that may do in a direction only what a policy allows, and could do everything before. */
  readonly restricted: readonly string[];
}

/**
 * How the edges of two plans differ. They are read out of the policies rather than out of the matrix that most are made
 * from: so a policy made by hand is seen, and a version of the program that has another matrix is understood.
 */
export function edgeChanges(before: readonly PlannedObject[], after: readonly PlannedObject[]): EdgeChanges {
  const [from, to] = [networkOf(before), networkOf(after)];
  return {
    opened: grouped(more(to, from)),
    closed: grouped(more(from, to)),
    unrestricted: from.closed.filter((one) => !isClosed(to, one)).map(closedText),
    restricted: to.closed.filter((one) => !isClosed(from, one)).map(closedText),
  };
}

/** How many edges between two ends the policies among the objects open. */
export function edgeCount(objects: readonly PlannedObject[]): number {
  return [...networkOf(objects).edges.values()].filter(({ whole }) => whole).length;
}

interface SingleEdge {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly why: string;
  readonly whole: boolean;
}

interface Network {
  readonly edges: ReadonlyMap<string, SingleEdge>;
  readonly closed: readonly Closed[];
  readonly known: ReadonlySet<string>;
}

function networkOf(objects: readonly PlannedObject[]): Network {
  const { closed, halves } = policiesOf(objects);
  const known = new Set(closed.map(closedText));
  const key = ({ from, to, port }: Half) => [endText(from), endText(to), port].join(" ");
  const edges = [...Map.groupBy(halves, key)].map(([edge, same]): [string, SingleEdge] => [
    edge,
    singleEdge(same, (one) => isClosed({ known }, one)),
  ]);
  return { edges: new Map(edges), closed: distinct(closed, closedText), known };
}

/** An edge from all that policies say of it, which is at least one thing. */
function singleEdge(halves: readonly Half[], isClosed: (one: Closed) => boolean): SingleEdge {
  const [{ from, to, port }] = halves as [Half];
  const open = (direction: Direction, pods: End) =>
    halves.some((half) => half.direction === direction) || !isClosed({ direction, pods });
  return {
    from: endText(from),
    to: endText(to),
    port,
    why: [...new Set(halves.map(({ why }) => why))].join("; "),
    whole: open("egress", from) && open("ingress", to),
  };
}

/** Edges of one network that are closed in the other, or open at one end alone. */
function more(these: Network, those: Network): SingleEdge[] {
  return [...these.edges].flatMap(([key, edge]) => {
    const other = those.edges.get(key);
    return !other || (edge.whole && !other.whole) ? [edge] : [];
  });
}

/** Edges that differ in their source or port alone, in one. */
function grouped(edges: readonly SingleEdge[]): Edge[] {
  const byEnds = Map.groupBy(edges, ({ port: _, ...rest }) => JSON.stringify(rest));
  const withPorts = [...byEnds.values()].map((same) => ({
    ...(same[0] as SingleEdge),
    ports: same.map(({ port }) => port),
  }));
  const byRest = Map.groupBy(withPorts, ({ to, why, whole, ports }) =>
    JSON.stringify([to, why, whole, ports]),
  );
  return [...byRest.values()].map((same) => {
    const { to, why, whole, ports } = same[0] as (typeof same)[number];
    return { from: same.map(({ from }) => from), to, ports, why, whole };
  });
}

function isClosed({ known }: Pick<Network, "known">, { direction, pods }: Closed): boolean {
  const all = { direction, pods: { ...pods, name: everyPod } };
  return known.has(closedText({ direction, pods })) || known.has(closedText(all));
}

function closedText({ direction, pods }: Closed): string {
  return `${direction} of ${endText(pods)}`;
}

function endText({ namespace, name }: End): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
