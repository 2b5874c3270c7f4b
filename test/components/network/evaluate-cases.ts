import type { Endpoint, Engine, PodEndpoint } from "../../../components/network/evaluate.ts";
import type { NetworkPolicy } from "../../../components/network/network-policy.ts";

/** A pod as policies see it. */
export const pod = (
  namespace: string,
  name: string,
  labels: Record<string, string>,
  ip?: string,
): PodEndpoint => ({
  kind: "pod",
  namespace,
  name,
  labels,
  ports: [
    { name: "http", port: name === "odd" ? 8081 : 8080, protocol: "TCP" },
    { name: "dns", port: 5353, protocol: "UDP" },
  ],
  ...(ip && { ip }),
});
const at = (ip: string, where: "outside" | "node" | "ownNode" = "outside"): Endpoint => ({
  kind: "address",
  ip,
  at: where,
});

/** Every end by its name. */
export const ends = {
  db: pod("default", "db", { role: "db" }, "10.244.0.5"),
  frontend: pod("default", "frontend", { role: "frontend" }, "10.244.0.6"),
  odd: pod("default", "odd", { role: "odd", tier: "back" }),
  client: pod("myproject", "client", { role: "client" }),
  other: pod("other", "other", { role: "client" }),
  inside: at("172.17.3.3"),
  excepted: at("172.17.1.1"),
  far: at("8.8.8.8"),
  node: at("172.17.9.9", "node"),
  ownNode: at("172.17.9.8", "ownNode"),
};
/** The name of an end. */
export type End = keyof typeof ends;

/** Labels of the namespaces. */
export const namespaces = { myproject: { project: "myproject" }, other: {}, default: {} };
/** A policy of that specification. */
export const policy = (spec: NetworkPolicy["spec"], name = "one", namespace = "default"): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec,
});

/** Policies, and connections as `from to port`, UDP and SCTP by name. */
export interface Case {
  readonly what: string;
  readonly policies: readonly NetworkPolicy[];
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  readonly engine?: Engine;
}

/** The example at the head of the Kubernetes documentation's page on network policies. */
const documented = policy({
  podSelector: { matchLabels: { role: "db" } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [
    {
      from: [
        { ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } },
        { namespaceSelector: { matchLabels: { project: "myproject" } } },
        { podSelector: { matchLabels: { role: "frontend" } } },
      ],
      ports: [{ protocol: "TCP", port: 6379 }],
    },
  ],
  egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ protocol: "TCP", port: 5978 }] }],
});

const everyone = ["frontend db 80", "client db 80", "far db 80", "db far 80", "db client 53 UDP"];
const dbIngress = (ingress: NonNullable<NetworkPolicy["spec"]["ingress"]>) =>
  policy({ podSelector: { matchLabels: { role: "db" } }, policyTypes: ["Ingress"], ingress });
const dbEgress = (egress: NonNullable<NetworkPolicy["spec"]["egress"]>) =>
  policy({ podSelector: { matchLabels: { role: "db" } }, policyTypes: ["Egress"], egress });
const chosen = (expression: {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}) => dbIngress([{ from: [{ podSelector: { matchExpressions: [expression] } }] }]);

/** The semantics of policies, one by one. */
export const cases: Case[] = [
  { what: "without policies everything", policies: [], allowed: everyone, denied: [] },
  {
    what: "of the documentation's example what it says",
    policies: [documented],
    allowed: ["inside db 6379", "client db 6379", "frontend db 6379", "odd frontend 6379"],
    denied: [
      "excepted db 6379",
      "frontend db 6380",
      "frontend db 6379 UDP",
      "odd db 6379",
      "other db 6379",
      "far db 6379",
      "db far 5978",
      "db frontend 5978",
    ],
  },
  {
    what: "by `default deny all ingress` nothing in and everything out",
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress"] })],
    allowed: ["db far 80", "db client 80", "client other 80"],
    denied: ["far db 80", "client db 80", "frontend db 80"],
  },
  {
    what: "by `allow all ingress` everything, a denial beside it or not",
    policies: [
      policy({ podSelector: {}, policyTypes: ["Ingress"] }),
      policy({ podSelector: {}, ingress: [{}] }, "two"),
    ],
    allowed: everyone,
    denied: [],
  },
  {
    what: "by `default deny all egress` nothing out and everything in",
    policies: [policy({ podSelector: {}, policyTypes: ["Egress"] })],
    allowed: ["far db 80", "client db 80"],
    denied: ["db far 80", "db client 80", "frontend db 80", "db client 53 UDP"],
  },
  {
    what: "by `allow all egress` everything",
    policies: [policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{}] })],
    allowed: everyone,
    denied: [],
  },
  {
    what: "by `default deny all` nothing",
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })],
    allowed: ["client other 80"],
    denied: everyone,
  },
  {
    what: "of the documentation's port range its ports, ends included",
    policies: [
      dbEgress([
        {
          to: [{ ipBlock: { cidr: "8.8.8.0/24" } }],
          ports: [{ protocol: "TCP", port: 32000, endPort: 32768 }],
        },
      ]),
    ],
    allowed: ["db far 32000", "db far 32700", "db far 32768"],
    denied: ["db far 31999", "db far 32769", "db far 32000 UDP", "db inside 32000"],
  },
  {
    what: "of a namespace by its name its pods",
    policies: [
      dbIngress([
        { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "other" } } }] },
      ]),
    ],
    allowed: ["other db 1"],
    denied: ["client db 1", "frontend db 1"],
  },
  {
    what: "of several namespaces by an expression theirs",
    policies: [
      dbIngress([
        {
          from: [
            {
              namespaceSelector: {
                matchExpressions: [
                  { key: "kubernetes.io/metadata.name", operator: "In", values: ["other", "myproject"] },
                ],
              },
            },
          ],
        },
      ]),
    ],
    allowed: ["other db 1", "client db 1"],
    denied: ["frontend db 1"],
  },
  {
    what: "of one entry with both selectors the pods that both take",
    policies: [
      dbIngress([
        {
          from: [
            {
              namespaceSelector: { matchLabels: { project: "myproject" } },
              podSelector: { matchLabels: { role: "client" } },
            },
          ],
        },
      ]),
    ],
    allowed: ["client db 1"],
    denied: ["other db 1", "frontend db 1"],
  },
  {
    what: "of two entries with one selector each the pods that either takes",
    policies: [
      dbIngress([
        {
          from: [
            { namespaceSelector: { matchLabels: { project: "myproject" } } },
            { podSelector: { matchLabels: { role: "frontend" } } },
          ],
        },
      ]),
    ],
    allowed: ["client db 1", "frontend db 1"],
    denied: ["other db 1", "odd db 1"],
  },
  {
    what: "of an empty namespace selector every pod and no address",
    policies: [dbIngress([{ from: [{ namespaceSelector: {} }] }])],
    allowed: ["client db 1", "other db 1", "frontend db 1"],
    denied: ["far db 1", "node db 1"],
  },
  {
    what: "of an empty pod selector the namespace's own pods",
    policies: [dbIngress([{ from: [{ podSelector: {} }] }])],
    allowed: ["frontend db 1"],
    denied: ["client db 1", "far db 1"],
  },
  {
    what: "of a peer that says nothing nothing",
    policies: [dbIngress([{ from: [{}] }])],
    allowed: [],
    denied: ["frontend db 1", "far db 1"],
  },
  {
    what: "of empty lists of peers and ports everything",
    policies: [dbIngress([{ from: [], ports: [] }])],
    allowed: ["far db 1", "client db 9 SCTP", "node db 1"],
    denied: [],
  },
  {
    what: "of no rules nothing",
    policies: [dbIngress([])],
    allowed: ["db frontend 1"],
    denied: ["frontend db 1"],
  },
  {
    what: "without types what the rules are about: both ways",
    policies: [policy({ podSelector: {}, egress: [{ ports: [{ port: 1 }] }] })],
    allowed: ["db far 1"],
    denied: ["frontend db 1", "far db 1", "db far 2"],
  },
  {
    what: "without types and rules for what goes out: only what comes in is denied",
    policies: [policy({ podSelector: {}, ingress: [], egress: [] })],
    allowed: ["db far 1"],
    denied: ["far db 1"],
  },
  {
    what: "with the type Egress alone: rules about what comes in are inert",
    policies: [policy({ podSelector: {}, policyTypes: ["Egress"], ingress: [] })],
    allowed: ["far db 1"],
    denied: ["db far 1"],
  },
  {
    what: "with the type Ingress alone: rules about what goes out are inert",
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress"], egress: [{ ports: [{ port: 1 }] }] })],
    allowed: ["db far 2"],
    denied: ["far db 1"],
  },
  {
    what: "of a port without protocol TCP",
    policies: [dbIngress([{ ports: [{ port: 5 }] }])],
    allowed: ["far db 5"],
    denied: ["far db 5 UDP", "far db 5 SCTP"],
  },
  {
    what: "of a protocol without port all its ports",
    policies: [dbIngress([{ ports: [{ protocol: "UDP" }] }])],
    allowed: ["far db 5 UDP", "far db 65535 UDP"],
    denied: ["far db 5"],
  },
  {
    what: "of a named port the destination's own number, in its own protocol",
    policies: [
      policy({
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: "http" }, { port: "dns", protocol: "UDP" }, { port: "absent" }] }],
      }),
    ],
    allowed: ["far db 8080", "far odd 8081", "far db 5353 UDP"],
    denied: ["far db 8081", "far odd 8080", "far db 5353", "far db 8080 UDP"],
  },
  {
    what: "of a named port with another protocol than the destination's nothing",
    policies: [dbIngress([{ ports: [{ port: "dns" }] }])],
    allowed: [],
    denied: ["far db 5353", "far db 5353 UDP"],
  },
  {
    what: "of a named port on the way out the destination's too, and no address's",
    policies: [dbEgress([{ ports: [{ port: "http" }] }])],
    allowed: ["db odd 8081", "db frontend 8080"],
    denied: ["db odd 8080", "db far 8080"],
  },
  {
    what: "of In its values",
    policies: [chosen({ key: "role", operator: "In", values: ["odd"] })],
    allowed: ["odd db 1"],
    denied: ["frontend db 1"],
  },
  {
    what: "of NotIn the others, and those without the label",
    policies: [chosen({ key: "tier", operator: "NotIn", values: ["back"] })],
    allowed: ["frontend db 1"],
    denied: ["odd db 1"],
  },
  {
    what: "of Exists those with the label",
    policies: [chosen({ key: "tier", operator: "Exists" })],
    allowed: ["odd db 1"],
    denied: ["frontend db 1"],
  },
  {
    what: "of DoesNotExist those without it",
    policies: [chosen({ key: "tier", operator: "DoesNotExist" })],
    allowed: ["frontend db 1"],
    denied: ["odd db 1"],
  },
  {
    what: "what any policy allows, whichever others select the pod",
    policies: [
      dbIngress([{ ports: [{ port: 1 }] }]),
      dbIngress([{ ports: [{ port: 2 }] }]),
      policy({ podSelector: {} }, "deny"),
    ],
    allowed: ["far db 1", "far db 2"],
    denied: ["far db 3"],
  },
  {
    what: "only what both ends allow",
    policies: [
      dbIngress([{ ports: [{ port: 1 }] }]),
      policy({
        podSelector: { matchLabels: { role: "frontend" } },
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: 2 }] }],
      }),
    ],
    allowed: ["odd db 1", "frontend odd 2"],
    denied: ["frontend db 1", "frontend db 2"],
  },
  {
    what: "a pod itself and its own node, whatever is denied",
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })],
    allowed: ["db db 1", "ownNode db 1", "db ownNode 1"],
    denied: ["node db 1", "db node 1"],
  },
  {
    what: "of an address range a pod whose address lies in it",
    policies: [dbIngress([{ from: [{ ipBlock: { cidr: "10.244.0.0/16" } }] }])],
    allowed: ["frontend db 1"],
    denied: ["odd db 1", "far db 1"],
  },
  {
    what: "an exception too where the engine ignores exceptions",
    engine: "exceptIgnored",
    policies: [documented],
    allowed: ["excepted db 6379", "inside db 6379"],
    denied: ["far db 6379"],
  },
  {
    what: "neither pod nor node by address where the engine matches them by identity alone",
    engine: "ipBlockSkipsCluster",
    policies: [dbIngress([{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }])],
    allowed: ["far db 1", "inside db 1"],
    denied: ["frontend db 1", "node db 1"],
  },
  {
    what: "nodes by a rule without peers, by every engine",
    engine: "ipBlockSkipsCluster",
    policies: [dbIngress([{ ports: [{ port: 1 }] }])],
    allowed: ["node db 1", "frontend db 1"],
    denied: ["node db 2"],
  },
  {
    what: "no IPv4 address by a range of IPv6",
    policies: [dbIngress([{ from: [{ ipBlock: { cidr: "::/0" } }] }])],
    allowed: [],
    denied: ["far db 1"],
  },
];
