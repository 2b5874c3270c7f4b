import { code, table } from "../markdown.ts";
import { specialRanges } from "./cidr.ts";
import { type Edge, networkEdges, networkMatrix } from "./matrix.ts";
import type { NetworkArgs, Peer } from "./peers.ts";
import type { Port } from "./ports.ts";
import type { Role } from "./role.ts";

/** The environment of the page's main table: every store in the cluster, nothing optional. */
const plain: NetworkArgs = {
  namespace: "speckle",
  ifcImport: false,
  telemetry: false,
  outbound: "required",
  postgres: { at: "cluster" },
  cache: { at: "cluster" },
  objectStore: { at: "cluster" },
  kubernetesApi: "anywhere",
  clusterRanges: [],
};

/** What an engineer may choose, each as a change of the plain environment. */
const choices: readonly { readonly what: string; readonly change: Partial<NetworkArgs> }[] = [
  { what: "IFC import", change: { ifcImport: true } },
  { what: "telemetry", change: { telemetry: true } },
  { what: "a mail server, here on port 587", change: { email: { port: 587, ranges: ["192.0.2.25/32"] } } },
  { what: "identity providers", change: { signIn: { port: 443, ranges: ["192.0.2.64/26"] } } },
  { what: "a cert-manager of its own", change: { certManager: true } },
  { what: "certificates proved over HTTP", change: { certManager: true, challenge: "http01" } },
  { what: "certificates proved by records", change: { certManager: true, challenge: "dns01" } },
  {
    what: "a sign-in page in front, here oauth2-proxy",
    change: { gate: { labels: { "app.kubernetes.io/name": "oauth2-proxy" }, port: 4180 } },
  },
  { what: "outbound: none", change: { outbound: "none" } },
  { what: "outbound: all", change: { outbound: "all" } },
  {
    what: "a managed PostgreSQL, here on port 25060",
    change: { postgres: { at: "outside", ranges: ["192.0.2.0/28"], port: 25060 } },
  },
  {
    what: "a managed cache, here on port 25061",
    change: { cache: { at: "outside", ranges: ["192.0.2.16/28"], port: 25061 } },
  },
  {
    what: "an object store outside the cluster, here on port 443",
    change: { objectStore: { at: "outside", ranges: ["192.0.2.32/28"], port: 443 } },
  },
];

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

function portWords(ports: readonly Port[]): string {
  return ports.map(({ protocol, port }) => `${protocol} ${port}`).join(", ");
}
