import assert from "node:assert/strict";
import { receiverPort } from "../../../components/entry/machine.ts";
import { reporterDeployment } from "../../../components/entry/reporter.ts";
import { podSecurityLabels } from "../../../components/security/namespace.ts";
import { graphOf, type Registration, settingsOf } from "../../support/graph.ts";

const tunnel = {
  name: "tunnel",
  port: 8443,
  nodePort: 30_500,
  service: "tunnel",
  podLabels: { app: "tunnel" },
};

function withEntry(stack: "staging" | "prod", change: object = {}) {
  const { cluster } = settingsOf(stack);
  const { exposure: _, machines: _machines, ...rest } = cluster as any;
  const exposure = { type: "fixedEntry" };
  return settingsOf(stack, { cluster: { ...rest, exposure }, extraPorts: [tunnel], ...change });
}

describe("the machine of a fixed entry", () => {
  let staging: Registration[];
  let prod: Registration[];
  before(async () => {
    staging = await graphOf(withEntry("staging", { zone: { name: "example.com" } }));
    prod = await graphOf(withEntry("prod", { zone: { name: "example.com", id: "Z1" } }));
  });
  const only = (graph: Registration[], type: string) => {
    const [found, ...others] = graph.filter((one) => one.type === type);
    assert.ok(found && others.length === 0, type);
    return found;
  };

  it("is open at 443, 80 and what was chosen, and to the cluster for reports, on DigitalOcean", () => {
    const { inboundRules, tags } = only(staging, "digitalocean:index/firewall:Firewall").inputs as any;
    assert.deepEqual(
      inboundRules.map(({ protocol, portRange, sourceAddresses }: any) => [
        protocol,
        portRange,
        ...sourceAddresses,
      ]),
      [
        ...["80", "443", "8443"].map((port) => ["tcp", port, "0.0.0.0/0", "::/0"]),
        ["tcp", String(receiverPort), "10.41.0.0/16"],
      ],
    );
    assert.deepEqual(inboundRules.at(-1).sourceKubernetesIds, ["speckle-cluster-control-plane-id"]);
    const { inputs, dependsOn } = only(staging, "digitalocean:index/droplet:Droplet");
    assert.deepEqual(inputs.tags, tags);
    assert.ok(dependsOn.includes("speckle-entry-machine-firewall"), "never without its firewall");
  });

  it("is open at 443, 80 and what was chosen, and to the cluster for reports, on AWS", () => {
    const rules = prod.filter(
      ({ type, parent }) =>
        type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" &&
        parent === "speckle-entry-machine",
    );
    const sides = (group: string) =>
      rules
        .filter(({ inputs }) => inputs.securityGroupId === group)
        .map(({ inputs: { fromPort, toPort, cidrIpv4, referencedSecurityGroupId } }) => {
          assert.equal(fromPort, toPort);
          return [fromPort, cidrIpv4 ?? referencedSecurityGroupId];
        })
        .sort(([a], [b]) => Number(a) - Number(b));
    assert.deepEqual(sides("speckle-entry-machine-firewall-id"), [
      [80, "0.0.0.0/0"],
      [443, "0.0.0.0/0"],
      [8443, "0.0.0.0/0"],
      [receiverPort, "sg-cluster"],
    ]);
    assert.deepEqual(
      sides("sg-cluster"),
      [30_080, 30_443, 30_500].map((port) => [port, "speckle-entry-machine-firewall-id"]),
    );
    const { metadataOptions } = only(prod, "aws:ec2/instance:Instance").inputs as any;
    assert.equal(metadataOptions.httpTokens, "required");
  });

  it("is told its secret as a secret, and keeps its address when it is made anew", () => {
    for (const [graph, type] of [
      [staging, "digitalocean:index/droplet:Droplet"],
      [prod, "aws:ec2/instance:Instance"],
    ] as const)
      assert.equal(only(graph, type).inputs.userData, "[secret]");
    assert.equal(
      only(staging, "digitalocean:index/reservedIp:ReservedIp").name,
      "speckle-entry-machine-address",
    );
    const { inputs } = prod.find(({ name }) => name === "speckle-entry-machine-address") ?? assert.fail();
    assert.equal(inputs.networkInterface, "speckle-entry-machine-interface-id");
  });

  it("is where the names lead, without a load balancer (D20, D26)", () => {
    const record = only(staging, "digitalocean:index/dnsRecord:DnsRecord").inputs;
    assert.deepEqual([record.type, record.value], ["A", "203.0.113.7"]);
    assert.equal(only(prod, "aws:route53/record:Record").inputs.type, "A");
    for (const graph of [staging, prod]) {
      const { values } = graph.find(({ name }) => name === "speckle-edge-traefik")?.inputs as any;
      assert.equal(values.service.spec.type, "NodePort");
      assert.deepEqual(
        ["web", "websecure", "tunnel"].map((port) => values.ports[port].nodePort),
        [30_080, 30_443, 30_500],
      );
    }
  });

  it("believes nobody outside the network about a client's address (F26)", () => {
    const ranges = { staging: ["10.40.0.0/20"], prod: ["10.50.0.0/16"] };
    for (const [name, graph] of Object.entries({ staging, prod })) {
      const { values } = graph.find(({ name }) => name === "speckle-edge-traefik")?.inputs as any;
      for (const port of ["web", "websecure", "tunnel"])
        assert.deepEqual(
          values.ports[port].proxyProtocol.trustedIPs,
          ranges[name as keyof typeof ranges],
          port,
        );
    }
  });

  it("has node ports that DigitalOcean opens to nobody outside the network (D14)", () => {
    const { values } = staging.find(({ name }) => name === "speckle-edge-traefik")?.inputs as any;
    assert.deepEqual(values.service.annotations, { "kubernetes.digitalocean.com/firewall-managed": "false" });
  });
});

describe("the reporter of a fixed entry", () => {
  const { spec } = reporterDeployment({
    namespace: "traefik",
    receiver: "http://10.40.0.7:8900/",
    ports: [{ listen: 443, node: 30_443 }],
    secretVersion: "x",
  });
  const pod = spec.template.spec;

  it("is restricted by itself, in a namespace that enforces it (F55)", () => {
    assert.equal(podSecurityLabels("restricted")["pod-security.kubernetes.io/enforce"], "restricted");
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.deepEqual(pod.containers[0]?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("runs an image that is pinned by its digest (F64)", () => {
    assert.match(pod.containers[0]?.image ?? "", /^docker\.io\/library\/python:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  it("is one pod, never two whose reports overtake each other", () => {
    assert.deepEqual([spec.replicas, spec.strategy.type], [1, "Recreate"]);
  });

  it("has the secret in a file, and none on its command line or in its environment", () => {
    assert.ok(pod.containers[0]?.command.includes("--secret=/speckle-entry/secret/secret"));
    assert.deepEqual(
      pod.containers[0]?.env.map(({ name }) => name),
      ["RECEIVER"],
    );
  });
});
