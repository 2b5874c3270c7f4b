import assert from "node:assert/strict";
import { proofPolicy } from "../../../components/edge/names-aws.ts";
import { graphOf, settingsOf } from "../../support/graph.ts";

const challenge = { type: "dns01", provider: "route53", region: "eu-central-1", hostedZoneId: "Z0123" };
const graph = (stack: string, change: object) =>
  graphOf(settingsOf(stack, { certificate: { mode: "acme", challenge: { ...challenge, ...change } } }));

describe("proofs in a zone of Route 53", () => {
  it("are written by cert-manager's pods on AWS, once they have their rights", async () => {
    const all = await graph("prod", {});
    const named = (name: string) => all.find((one) => one.name === name) ?? assert.fail(name);
    const { inputs, provider } = named("speckle-certificate-prover-identity");
    assert.deepEqual([inputs.namespace, inputs.serviceAccount], ["cert-manager", "cert-manager"]);
    assert.equal(provider, "speckle-cluster-account");
    assert.equal(named("speckle-certificate-prover-rights").inputs.policy, proofPolicy("Z0123"));
    const release = named("speckle-certificate-cert-manager");
    for (const name of ["identity", "rights"])
      assert.ok(release.dependsOn.includes(`speckle-certificate-prover-${name}`));
    // Pods that run already learn of their rights when they start anew.
    assert.match(
      JSON.stringify(release.inputs.values),
      /"podAnnotations":{"speckle.systems\/zone-rights":"Z0123"}/,
    );
    const policies = all.filter(({ type }) => type.endsWith(":NetworkPolicy"));
    const toAgent = policies.filter(({ inputs }) => JSON.stringify(inputs).includes("169.254.170.23/32"));
    assert.equal(toAgent.length, 1);
    assert.equal((toAgent[0]?.inputs.metadata as { namespace: string }).namespace, "cert-manager");
  });

  for (const [stack, change] of [
    ["prod", { accessKey: "AKIA1" }],
    ["staging", { accessKey: "AKIA1" }],
  ] as const) {
    it(`are written with a given key on ${stack}, where pods get no rights and reach no agent`, async () => {
      const certificate = { mode: "acme", challenge: { ...challenge, ...change } };
      const all = await graphOf(settingsOf(stack, { certificate, dnsToken: "canary-key" }));
      assert.ok(!all.some(({ name }) => name.includes("-prover-")));
      assert.doesNotMatch(JSON.stringify(all), /169\.254\.170\.23|canary-key/);
    });
  }

  it("take texts of the one zone, and nothing else that could be changed", () => {
    const statements = JSON.parse(proofPolicy("Z0123")).Statement;
    const changing = statements.filter(({ Action }: { Action: string }) => /:Change/.test(Action));
    assert.deepEqual(
      changing.map(({ Resource }: { Resource: string }) => Resource),
      ["arn:aws:route53:::hostedzone/Z0123"],
    );
    assert.match(JSON.stringify(changing[0].Condition), /\["TXT"\]/);
  });
});
