import { formatAddress, parseRange } from "../../components/network/cidr.ts";
import type { NetworkPolicy } from "../../components/network/network-policy.ts";

/** The same policies with one of them changed. */
export interface Mistake {
  readonly what: string;
  readonly policies: readonly NetworkPolicy[];
}

/** Every mistake that can be made in one place of some policies so that they say something else, by its kind. */
export function mistakes(policies: readonly NetworkPolicy[]): Record<string, Mistake[]> {
  const gone = policies.map((policy, index) => ({
    what: policy.metadata.name,
    policies: without(policies, index),
  }));
  const changed = Object.entries(changes).map(([kind, change]) => [
    kind,
    policies.flatMap((policy, index) =>
      change(policy).map(([what, spec]) => ({
        what: `${policy.metadata.name}: ${what}`,
        policies: policies.with(index, { ...policy, spec }),
      })),
    ),
  ]);
  return { "a policy is gone": gone, ...Object.fromEntries(changed) };
}

type Rule = NonNullable<NetworkPolicy["spec"]["ingress"]>[number] &
  NonNullable<NetworkPolicy["spec"]["egress"]>[number];
type Changes<T> = [what: string, changed: T][];
type Spec = NetworkPolicy["spec"];

const rulesOf = ({ spec }: NetworkPolicy) => (spec.ingress ?? spec.egress ?? []) as Rule[];
const withRules = ({ spec }: NetworkPolicy, rules: Rule[]): Spec =>
  spec.ingress ? { ...spec, ingress: rules } : { ...spec, egress: rules };
const ofRules = (change: (rule: Rule) => Changes<Rule>) => (policy: NetworkPolicy) =>
  rulesOf(policy).flatMap((rule, index) =>
    change(rule).map(([what, changed]): [string, Spec] => [
      what,
      withRules(policy, rulesOf(policy).with(index, changed)),
    ]),
  );
const peersOf = (rule: Rule) => rule.from ?? rule.to ?? [];
const withPeers = (rule: Rule, peers: ReturnType<typeof peersOf>): Rule =>
  rule.from ? { ...rule, from: peers } : { ...rule, to: peers };
const without = <T>(list: readonly T[], index: number) => list.filter((_, at) => at !== index);

/** The range beside one in the range that is twice as large. */
function otherHalf(address: string, bits: string): string {
  const { first, last } = parseRange(`${address}/${bits}`);
  const size = last - first + 1;
  return `${formatAddress((first / size) % 2 === 0 ? last + 1 : first - size)}/${bits}`;
}

/** What one policy says instead, by the kind of mistake. */
const changes: Record<string, (policy: NetworkPolicy) => Changes<Spec>> = {
  "a rule is gone": (policy) =>
    rulesOf(policy).map((_, index) => [`rule ${index}`, withRules(policy, without(rulesOf(policy), index))]),
  "a peer is gone": ofRules((rule) =>
    peersOf(rule).length < 2
      ? []
      : peersOf(rule).map((peer, index) => [
          JSON.stringify(peer),
          withPeers(rule, without(peersOf(rule), index)),
        ]),
  ),
  "a rule takes all peers": ofRules((rule) =>
    peersOf(rule).length > 0 ? [["all", withPeers(rule, [])]] : [],
  ),
  "a port is gone": ofRules((rule) => {
    const ports = rule.ports ?? [];
    return ports.length < 2
      ? []
      : ports.map((port, index) => [JSON.stringify(port), { ...rule, ports: without(ports, index) }]);
  }),
  "a rule takes all ports": ofRules((rule) => [["all", { ...rule, ports: [] }]]),
  "a port has become a range": ofRules(({ ports = [], ...rule }) =>
    ports.map((port, index) => [
      JSON.stringify(port),
      { ...rule, ports: ports.with(index, { ...port, endPort: Number(port.port) + 1 }) },
    ]),
  ),
  "a port has another protocol": ofRules(({ ports = [], ...rule }) =>
    ports.length > 1
      ? []
      : [[JSON.stringify(ports), { ...rule, ports: ports.map((port) => ({ ...port, protocol: "UDP" })) }]],
  ),
  "an address range is twice as large": ofRules((rule) =>
    peersOf(rule).flatMap((peer, index): Changes<Rule> => {
      const [address, bits] = peer.ipBlock?.cidr.split("/") ?? [];
      if (!address || !bits || bits === "0") return [];
      if (peersOf(rule).some(({ ipBlock }) => ipBlock?.cidr === otherHalf(address, bits))) return [];
      const wider = { ipBlock: { cidr: `${address}/${Number(bits) - 1}` } };
      return [[`${address}/${bits}`, withPeers(rule, peersOf(rule).with(index, wider))]];
    }),
  ),
  "a peer's selector has lost a label": ofRules((rule) =>
    peersOf(rule).flatMap(
      (peer, index): Changes<Rule> =>
        Object.keys(peer.podSelector?.matchLabels ?? {}).map((key) => {
          const { [key]: _, ...matchLabels } = peer.podSelector?.matchLabels ?? {};
          const wider = { ...peer, podSelector: { matchLabels } };
          return [key, withPeers(rule, peersOf(rule).with(index, wider))];
        }),
    ),
  ),
  "a peer may be in any namespace": ofRules((rule) =>
    peersOf(rule).flatMap(
      (peer, index): Changes<Rule> =>
        peer.podSelector
          ? [["any", withPeers(rule, peersOf(rule).with(index, { ...peer, namespaceSelector: {} }))]]
          : [],
    ),
  ),
  "a policy's own selector has lost a label": ({ spec }) =>
    Object.keys(spec.podSelector.matchLabels ?? {}).map((key) => {
      const { [key]: _, ...matchLabels } = spec.podSelector.matchLabels ?? {};
      return [key, { ...spec, podSelector: { ...spec.podSelector, matchLabels } }];
    }),
  "a policy's own selector has lost a value": ({ spec }) =>
    (spec.podSelector.matchExpressions ?? []).flatMap(({ values = [], ...expression }) =>
      values.map((value, index): [string, Spec] => [
        value,
        {
          ...spec,
          podSelector: {
            ...spec.podSelector,
            matchExpressions: [{ ...expression, values: without(values, index) }],
          },
        },
      ]),
    ),
  "a policy's own selector takes every value": ({ spec }) =>
    spec.podSelector.matchExpressions
      ? [["every", { ...spec, podSelector: { matchLabels: spec.podSelector.matchLabels ?? {} } }]]
      : [],
  "a policy says nothing of its direction": ({ spec }) => [["none", { ...spec, policyTypes: [] }]],
};
