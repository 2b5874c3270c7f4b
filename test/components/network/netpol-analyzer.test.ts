import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { inRange, parseAddress } from "../../../components/network/cidr.ts";
import {
  type AddressEndpoint,
  type Endpoint,
  evaluator,
  type PodEndpoint,
} from "../../../components/network/evaluate.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import type {
  LabelSelector,
  NetworkPolicy,
  PolicyPeer,
  PolicyPort,
  Protocol,
} from "../../../components/network/network-policy.ts";
import { networkPolicies } from "../../../components/network/policies.ts";
import { samplePods } from "../../../components/network/proof.ts";
import { cachedPath, thisMachine } from "../../../toolchain/binaries.ts";
import { itIsNotTried } from "../../support/missing.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { environments } from "./support.ts";

const analyzer = cachedPath("netpolicy", thisMachine());

interface Cluster {
  readonly namespaces: Record<string, Record<string, string>>;
  readonly pods: PodEndpoint[];
  readonly policies: NetworkPolicy[];
}

const namespaces = { blue: { team: "a" }, green: { team: "b", stage: "dev" }, grey: {} };
const namespaceName = fc.constantFrom(...(Object.keys(namespaces) as (keyof typeof namespaces)[]));
const keys = ["app", "tier", "team", "stage"];
const values = ["a", "b", "dev"];
const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 3 });
const portNumber = fc.constantFrom(1, 53, 80, 81, 90, 443, 8080, 65_535);
const protocol = fc.constantFrom<Protocol>("TCP", "UDP", "SCTP");
const addresses = [
  "0.0.0.0",
  "8.8.8.8",
  "9.0.0.0",
  "9.1.2.3",
  "9.1.255.255",
  "9.2.0.0",
  "10.0.0.1",
  "255.255.255.255",
];
const cidrs = ["0.0.0.0/0", "9.0.0.0/8", "9.1.0.0/16", "8.0.0.0/7", "10.0.0.1/32", "0.0.0.0/1"];

const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 2 }),
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key: fc.constantFrom(...keys),
          operator: fc.constantFrom("In" as const, "NotIn" as const),
          values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
        }),
        fc.record({
          key: fc.constantFrom(...keys),
          operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
        }),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const podsPeer: fc.Arbitrary<PolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
);
const addressPeer: fc.Arbitrary<PolicyPeer> = fc.oneof(
  fc.constantFrom(...cidrs).map((cidr) => ({ ipBlock: { cidr } })),
  fc.constant<PolicyPeer>({ ipBlock: { cidr: "9.0.0.0/8", except: ["9.1.0.0/16"] } }),
  fc.constant<PolicyPeer>({ ipBlock: { cidr: "0.0.0.0/0", except: ["9.0.0.0/8", "10.0.0.1/32"] } }),
);
const numberedPort: fc.Arbitrary<PolicyPort> = fc.oneof(
  fc.record({ protocol, port: portNumber }, { requiredKeys: ["port"] }),
  fc.record({ protocol, port: fc.constant(80), endPort: fc.constantFrom(80, 90, 500) }),
  fc.record({ protocol }),
);
const namedPort: fc.Arbitrary<PolicyPort> = fc.constantFrom(
  { port: "http" },
  { port: "names" },
  { port: "names", protocol: "UDP" as const },
);

const peers = fc.array(fc.oneof(podsPeer, addressPeer), { maxLength: 3 });
const ingressRule = fc.record(
  { from: peers, ports: fc.array(fc.oneof(numberedPort, namedPort), { maxLength: 3 }) },
  { requiredKeys: [] },
);
// The analyzer refuses a named port towards an address, so such rules name pods.
const egressRule = fc.oneof(
  fc.record({ to: peers, ports: fc.array(numberedPort, { maxLength: 3 }) }, { requiredKeys: [] }),
  fc.record({
    to: fc.array(podsPeer, { minLength: 1, maxLength: 2 }),
    ports: fc.array(namedPort, { minLength: 1, maxLength: 2 }),
  }),
);
const spec: fc.Arbitrary<NetworkPolicy["spec"]> = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.constantFrom<("Ingress" | "Egress")[]>(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
    ingress: fc.array(ingressRule, { maxLength: 2 }),
    egress: fc.array(egressRule, { maxLength: 2 }),
  },
  { requiredKeys: ["podSelector"] },
);

const cluster: fc.Arbitrary<Cluster> = fc.record({
  namespaces: fc.constant(namespaces),
  pods: fc
    .array(fc.tuple(namespaceName, labels, fc.constantFrom(80, 8080)), { minLength: 2, maxLength: 6 })
    .map((pods) =>
      pods.map(([namespace, podLabels, http], index) => ({
        kind: "pod" as const,
        namespace,
        name: `pod${index}`,
        labels: podLabels,
        ports: [
          { name: "http", port: http, protocol: "TCP" as const },
          { name: "names", port: 53, protocol: "UDP" as const },
        ],
      })),
    ),
  policies: fc
    .array(fc.tuple(namespaceName, spec), { minLength: 1, maxLength: 4 })
    .map((policies) =>
      policies.map(([namespace, each], index) => policyOf(`policy${index}`, namespace, each)),
    ),
});

function policyOf(name: string, namespace: string, each: NetworkPolicy["spec"]): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: each,
  };
}

describe("the evaluator agrees with np-guard's netpol-analyzer", function () {
  if (!existsSync(analyzer))
    return itIsNotTried("the analyzer is not built", "see the first lines of `npm test` for the reason");
  this.timeout(240_000);
  const folder = temporaryFolder("netpol");

  /** Everything the analyzer finds allowed: by source and destination, what it says of ports. */
  function analyzed({ namespaces: all, pods, policies }: Cluster): Map<string, string> {
    const items = [
      ...Object.entries(all).map(([name, own]) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: own },
      })),
      ...pods.map(({ namespace, name, labels: own, ports = [] }) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, labels: own },
        spec: {
          containers: [
            {
              name: "main",
              image: "none",
              ports: ports.map(({ port, ...rest }) => ({ ...rest, containerPort: port })),
            },
          ],
        },
      })),
      ...policies,
    ];
    writeFileSync(join(folder, "cluster.yaml"), JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const { stdout, stderr, status } = spawnSync(
      analyzer,
      ["list", "--dirpath", folder, "-o", "json", "-q"],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    const found: { src: string; dst: string; conn: string }[] =
      JSON.parse(stdout || "null") ?? assert.fail(stderr);
    return new Map(found.map(({ src, dst, conn }) => [`${src} ${dst}`, conn]));
  }

  function agrees(generated: Cluster): void {
    const found = analyzed(generated);
    const judge = evaluator(generated);
    const outside = addresses.map((ip): AddressEndpoint => ({ kind: "address", ip, at: "outside" }));
    const ends: Endpoint[] = [...generated.pods, ...outside];
    for (const from of ends) {
      for (const to of ends) {
        if (from === to || (from.kind === "address" && to.kind === "address")) continue;
        const theirs = [...found].flatMap(([pair, ports]) => (isPair(pair, from, to) ? [ports] : []));
        const ours = judge(from, to).both;
        for (const each of ["TCP", "UDP", "SCTP"] as const) {
          for (const port of [1, 2, 53, 79, 80, 81, 90, 91, 443, 500, 501, 8080, 65_535]) {
            const expected = theirs.some((ports) => includesPort(ports, each, port));
            assert.equal(ours(each, port), expected, `${nameOf(from)} to ${nameOf(to)} ${each} ${port}`);
          }
        }
      }
    }
  }

  it("on generated clusters", () => {
    fc.assert(fc.property(cluster, agrees), { numRuns: 150 });
  });

  it("on an environment's own policies", () => {
    for (const what of ["IFC import", "managed stores in private subnets"]) {
      const args = environments[what] ?? assert.fail(what);
      const matrix = networkMatrix(args);
      const pods = samplePods(matrix).map(({ pod }) => pod);
      const all = Object.fromEntries(
        pods.map(({ namespace }) => [namespace, { "kubernetes.io/metadata.name": namespace }]),
      );
      agrees({
        namespaces: all,
        pods: pods.filter(({ name }) => !name.includes("without")),
        policies: networkPolicies(matrix),
      });
    }
  });
});

function nameOf(end: Endpoint): string {
  return end.kind === "pod" ? `${end.namespace}/${end.name}[Pod]` : end.ip;
}

function isPair(pair: string, from: Endpoint, to: Endpoint): boolean {
  const [source = "", destination = ""] = pair.split(" ");
  return isEnd(source, from) && isEnd(destination, to);
}

/** The analyzer writes a pod by its name, and addresses as a range of them. */
function isEnd(text: string, end: Endpoint): boolean {
  if (end.kind === "pod") return text === nameOf(end);
  const [first = "", last = ""] = text.split("-");
  if (!/^[\d.]+-[\d.]+$/.test(text)) return false;
  return inRange({ first: parseAddress(first), last: parseAddress(last) }, parseAddress(end.ip));
}

/** `TCP 1,7-9,UDP 53`: a protocol stands before the first of its ports. */
function includesPort(ports: string, wanted: Protocol, port: number): boolean {
  if (ports === "All Connections") return true;
  let current = "";
  return ports.split(",").some((part) => {
    const [, named, range = ""] = /^(?:(TCP|UDP|SCTP) )?([\d-]+)$/.exec(part) ?? assert.fail(ports);
    current = named ?? current;
    const [first, last = first] = range.split("-").map(Number);
    return current === wanted && Number(first) <= port && port <= Number(last);
  });
}
