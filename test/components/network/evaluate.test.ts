import assert from "node:assert/strict";
import { type Engine, evaluator } from "../../../components/network/evaluate.ts";
import type { NetworkPolicy, Protocol } from "../../../components/network/network-policy.ts";
import { cases, type End, ends, namespaces, pod, policy } from "./evaluate-cases.ts";

/** Who reaches whom by which port: `from to port`, UDP and SCTP by name. */
function allowed(
  policies: readonly NetworkPolicy[],
  connection: string,
  engine: Engine = "standard",
): boolean {
  const [from, to, port, protocol = "TCP"] = connection.split(" ") as [End, End, string, Protocol?];
  return evaluator({ policies, namespaces, engine })(ends[from], ends[to]).both(protocol, Number(port));
}

describe("the evaluator of policies lets through", () => {
  for (const { what, policies, engine, ...expected } of cases) {
    it(what, () => {
      for (const connection of expected.allowed)
        assert.ok(allowed(policies, connection, engine), `${connection} is allowed`);
      for (const connection of expected.denied)
        assert.ok(!allowed(policies, connection, engine), `${connection} is denied`);
    });
  }

  it("between 200 workloads what their own pairs allow", () => {
    const many = [...Array(200).keys()].map((index) => pod("many", `w${index}`, { app: `w${index}` }));
    const next = (index: number) => `w${(index + 1) % many.length}`;
    const policies = [
      policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "deny", "many"),
      ...many.flatMap(({ name }, index) => [
        policy(
          {
            podSelector: { matchLabels: { app: name } },
            policyTypes: ["Egress"],
            egress: [{ to: [{ podSelector: { matchLabels: { app: next(index) } } }], ports: [{ port: 80 }] }],
          },
          `out-${name}`,
          "many",
        ),
        policy(
          {
            podSelector: { matchLabels: { app: next(index) } },
            policyTypes: ["Ingress"],
            ingress: [{ from: [{ podSelector: { matchLabels: { app: name } } }], ports: [{ port: 80 }] }],
          },
          `in-${name}`,
          "many",
        ),
      ]),
    ];
    const judge = evaluator({ policies });
    for (const [index, from] of many.entries()) {
      for (const to of many) {
        const reaches = judge(from, to);
        for (const port of [80, 81]) {
          assert.equal(reaches.both("TCP", port), to === from || (to.name === next(index) && port === 80));
        }
      }
    }
  });
});
