import { code, table } from "../markdown.ts";
import { choices, plain } from "./choices.ts";
import { specialRanges } from "./cidr.ts";
import { type Edge, networkEdges, networkMatrix } from "./matrix.ts";
import type { Peer } from "./peers.ts";
import { portWords } from "./ports.ts";
import type { Role } from "./role.ts";

/** The page `docs/network.md`: who may talk to whom, and why. */
export function networkPage(): string {
  const matrix = networkMatrix(plain);
  return [
    "# Network",
    "",
    "Generated from `components/network/matrix.ts` by `npm run docs`. From the same matrix come the NetworkPolicies of an",
    "environment, and the proof that they allow these edges and no others.",
    "",
    `Nothing may talk in the namespaces ${matrix.namespaces.map(code).join(", ")}, in either direction, but along these edges. Ports are`,
    "those of containers. An edge is open only when both ends have a policy for it; Kubernetes itself lets through what a",
    "pod exchanges with the node it runs on, probes above all.",
    "",
    "## Edges",
    "With every store in the cluster and nothing optional:",
    "",
    ...table(["from", "to", "ports", "why"], matrix.roles.map(roleRow)),
    "",
    "## Choices",
    ...choices.flatMap(choiceSection),
    "## Addresses",
    "- `anywhere`: every pod and every address. Policies for it name no peer, the only form that every engine takes to mean",
    "  nodes and load balancers too.",
    "- `internet`: every IPv4 address but the cluster's own ranges and these. They are left out by naming all others, since",
    "  some engines ignore the exceptions of a range:",
    "",
    ...table(
      ["range", "what it is"],
      specialRanges.map(({ range, why }) => [code(range), why]),
    ),
    "",
    "- `kubernetes-api`: the ranges of the API server where they are known, anywhere on its ports where not. Engines differ",
    "  in whether they see the port of its Service or that of the server.",
    "- `node-local-dns-address`: 169.254.20.10, where a node's own copy of DNS answers.",
    "- A mail server or identity provider without given ranges is looked for on the internet; with `outbound: none` it needs",
    "  given ranges. There are no rules for IPv6: nothing leaves over it.",
    "",
    "## Rules of your own",
    "Policies only ever add up: a NetworkPolicy of yours in one of these namespaces opens one more edge, and the program",
    "leaves it alone. What the settings know of (`ranges`, `email`, `gate`, `outbound`) belongs there, since it is proved.",
    "",
    "## Engines",
    "The proof is run for policies read as written, for engines that ignore `except` (AWS), and for engines where an address",
    "range contains neither pods nor nodes (Cilium, so DigitalOcean). Pods are therefore only ever named by labels.",
    "",
  ].join("\n");
}

function roleRow({ from, to, ports, why }: Role): string[] {
  return [names(from), names(to), portWords(ports), why];
}

function names(peers: readonly Peer[]): string {
  return peers.map(({ name }) => code(name)).join(", ");
}

function choiceSection({ what, change }: (typeof choices)[number]): string[] {
  const before = networkEdges(networkMatrix(plain));
  const after = networkEdges(networkMatrix({ ...plain, ...change }));
  return [
    `### With ${what}`,
    ...edgeList("opens", difference(after, before)),
    ...edgeList("closes", difference(before, after)),
    "",
  ];
}

function difference(some: readonly Edge[], others: readonly Edge[]): Edge[] {
  const key = ({ from, to, protocol, port }: Edge) => [from.name, to.name, protocol, port].join(" ");
  const known = new Set(others.map(key));
  return some.filter((edge) => !known.has(key(edge)));
}

/** One line per source and destination. */
function edgeList(verb: string, edges: readonly Edge[]): string[] {
  const lines = Map.groupBy(edges, ({ from, to }) => `${code(from.name)} to ${code(to.name)}`);
  const line = ([ends, same]: [string, Edge[]]) => `- ${verb} ${ends}, ${portWords(same)}`;
  return [...lines].map(line);
}
