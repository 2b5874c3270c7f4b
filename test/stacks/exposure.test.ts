import assert from "node:assert/strict";
import { containerPort } from "../../components/edge/traefik-ports.ts";
import { ProblemsError } from "../../components/problem.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { settingsOf } from "../support/graph.ts";

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

  it("or through ports 80 and 443 of nodes themselves (D18)", () => {
    assert.deepEqual(entryOf({ type: "hostPort" }), { type: "HostPort" });
    const nodeLabels = { "speckle.example.com/edge": "yes" };
    assert.deepEqual(entryOf({ type: "hostPort", nodeLabels }), { type: "HostPort", nodeLabels });
  });

  it("name the reason where a way in is none for the cluster (F69)", () => {
    const reasonOf = (stack: string, exposure: object) => {
      const { cluster } = settingsOf(stack);
      const { exposure: _, machines: _machines, ...rest } = cluster as any;
      try {
        settingsOf(stack, { cluster: { ...rest, exposure } });
      } catch (error) {
        if (error instanceof ProblemsError) return error.problems.map(({ reason }) => reason).join();
      }
      return assert.fail("it is taken");
    };
    assert.match(reasonOf("staging", { type: "hostPort" }), /come and go with their addresses/);
    assert.match(reasonOf("prod", { type: "nodePort" }), /come and go with their addresses/);
    assert.match(reasonOf("dev", { type: "loadBalancer" }), /no such setting here/);
  });

  it("put oauth2-proxy in front as its chart names it", () => {
    assert.deepEqual(parse({ gate: {} }).gate, {
      service: "oauth2-proxy",
      port: 80,
      podLabels: { "app.kubernetes.io/name": "oauth2-proxy" },
      podPort: 4180,
    });
  });

  const tunnel = { name: "tunnel", port: 7000, service: "tunnel", podLabels: { app: "tunnel" } };
  it("lead extra ports to the same port of the Service and of its pods, unless told otherwise", () => {
    const extraPorts = [tunnel, { ...tunnel, name: "other", port: 8443, servicePort: 80, podPort: 8000 }];
    assert.deepEqual(parse({ extraPorts }).extraPorts, [
      { ...tunnel, servicePort: 7000, podPort: 7000 },
      { ...tunnel, name: "other", port: 8443, servicePort: 80, podPort: 8000 },
    ]);
    assert.deepEqual(parse({ extraPorts }).extraPorts?.map(containerPort), [7000, 18_443]);
  });

  const nodePorts = { type: "nodePort" };
  const wrong: [about: string, more: object, exposure: object | undefined, path: string][] = [
    ["an unknown way", {}, { type: "tunnel" }, "cluster.exposure.type"],
    ["a port outside the nodes' own", {}, { type: "nodePort", https: 443 }, "cluster.exposure.https"],
    [
      "an address for a range",
      {},
      { type: "loadBalancer", proxyFrom: ["10.0.0.1"] },
      "cluster.exposure.proxyFrom.0",
    ],
    [
      "a machine of its own in front of somebody else's cluster",
      {},
      { type: "fixedEntry" },
      "cluster.exposure.type",
    ],
    ["a new key for a machine that is not there", { rotate: { entry: 1 } }, undefined, "rotate.entry"],
    ["http as an extra port", { extraPorts: [{ ...tunnel, port: 80 }] }, undefined, "extraPorts.0.port"],
    [
      "an extra port of Traefik's name",
      { extraPorts: [{ ...tunnel, name: "web" }] },
      undefined,
      "extraPorts.0.name",
    ],
    [
      "one name for two extra ports",
      { extraPorts: [tunnel, { ...tunnel, port: 7001 }] },
      undefined,
      "extraPorts",
    ],
    ["one port twice", { extraPorts: [tunnel, { ...tunnel, name: "other" }] }, undefined, "extraPorts"],
    ["an extra port without one of the nodes'", { extraPorts: [tunnel] }, nodePorts, "extraPorts.0.nodePort"],
    [
      "an extra port at the nodes' port of https",
      { extraPorts: [{ ...tunnel, nodePort: 30_443 }] },
      nodePorts,
      "extraPorts.0.nodePort",
    ],
    [
      "an extra port to every pod",
      { extraPorts: [{ ...tunnel, podLabels: {} }] },
      undefined,
      "extraPorts.0.podLabels",
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
