import assert from "node:assert/strict";
import { ProblemsError } from "../../components/problem.ts";
import { parseSettings } from "../../stacks/settings.ts";

const parse = (more: object, cluster: object = {}) =>
  parseSettings(
    {
      preset: "dev",
      domain: "speckle.example.com",
      cluster: { type: "existing", kubeconfig: "kubeconfig.yaml", context: "x", ...cluster },
      ...more,
    },
    () => "text of a kubeconfig",
  );

describe("the settings of the way in", () => {
  const entryOf = (exposure?: object) => {
    const { cluster } = parse({}, exposure && { exposure });
    return cluster.type === "existing" ? cluster.entry : undefined;
  };

  it("lead through a load balancer, told what it needs", () => {
    assert.deepEqual(entryOf(), { type: "LoadBalancer" });
    const annotations = { "service.beta.kubernetes.io/do-loadbalancer-type": "REGIONAL" };
    const balancer = { annotations, loadBalancerClass: "x", proxyFrom: ["10.0.0.0/8"] };
    assert.deepEqual(entryOf({ type: "loadBalancer", ...balancer }), { type: "LoadBalancer", ...balancer });
  });

  it("or through node ports", () => {
    const entry = { type: "NodePort", httpNodePort: 30080, httpsNodePort: 31443 };
    assert.deepEqual(entryOf({ type: "nodePort", https: 31443 }), entry);
  });

  it("put oauth2-proxy in front as its chart names it", () => {
    assert.deepEqual(parse({ gate: {} }).gate, {
      service: "oauth2-proxy",
      port: 80,
      podLabels: { "app.kubernetes.io/name": "oauth2-proxy" },
      podPort: 4180,
    });
  });

  const wrong: [about: string, more: object, exposure: object | undefined, path: string][] = [
    ["an unknown way", {}, { type: "tunnel" }, "cluster.exposure.type"],
    ["a port outside the nodes' own", {}, { type: "nodePort", https: 443 }, "cluster.exposure.https"],
    [
      "an address for a range",
      {},
      { type: "loadBalancer", proxyFrom: ["10.0.0.1"] },
      "cluster.exposure.proxyFrom.0",
    ],
    ["a sign-in page that is every pod", { gate: { podLabels: {} } }, undefined, "gate.podLabels"],
    ["a sign-in page that is an address", { gate: { service: "a.b" } }, undefined, "gate.service"],
  ];
  for (const [about, more, exposure, path] of wrong)
    it(`are refused: ${about}`, () => {
      assert.throws(
        () => parse(more, exposure && { exposure }),
        (error) => error instanceof ProblemsError && error.problems.map((one) => one.path).join() === path,
      );
    });
});
