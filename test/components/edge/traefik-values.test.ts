import assert from "node:assert/strict";
import type { Entry } from "../../../components/cluster/contract.ts";
import { traefikValues } from "../../../components/edge/traefik-values.ts";
import { graphOf, settingsOf } from "../../support/graph.ts";

describe("a pod of Traefik that is to end", () => {
  const extraPorts = [
    { name: "tunnel", port: 8443, service: "tunnel", servicePort: 1, podLabels: {}, podPort: 1 },
  ];
  const table: [about: string, entry: Entry, sleepSeconds: number][] = [
    ["a load balancer, whose checks take 20 s", { type: "LoadBalancer" }, 30],
    ["node ports", { type: "NodePort", httpNodePort: 30080, httpsNodePort: 30443 }, 5],
  ];
  for (const [about, entry, sleepSeconds] of table)
    it(`goes on for ${sleepSeconds} s behind ${about}, and then has time for what is open`, () => {
      const { deployment, ports } = traefikValues({ entry, replicas: 2, extraPorts });
      assert.equal(deployment.lifecycle?.preStop.sleep.seconds, sleepSeconds);
      const limits = Object.values(ports).map((port: any) => port.transport.lifeCycle.graceTimeOut);
      assert.deepEqual(limits, [300, 300, 300]);
      assert.ok((deployment.terminationGracePeriodSeconds ?? 0) > sleepSeconds + 300);
    });

  it("makes room at once on a node's own ports, which the next one waits for", () => {
    const { deployment, ports } = traefikValues({ entry: { type: "HostPort" }, replicas: 1, extraPorts });
    assert.ok(!("lifecycle" in deployment));
    assert.ok(!JSON.stringify(ports).includes("graceTimeOut"));
  });
});

describe("the routes of an up", () => {
  it("come after everything they name", async () => {
    const all = (await graphOf(settingsOf("staging", {}))).filter(({ type }) => type.includes("traefik.io"));
    const routes = all.filter(({ inputs }) => inputs.kind === "IngressRoute");
    const link = "speckle-edge-ingressroute-speckle-registration-link";
    assert.ok(routes.some(({ name }) => name === link));
    for (const { name, dependsOn } of routes)
      for (const part of all.filter(({ inputs }) => inputs.kind !== "IngressRoute"))
        if (name === link || !part.name.endsWith("registration-pass"))
          assert.ok(dependsOn.includes(part.name), `${name} does not wait for ${part.name}`);
  });
});
