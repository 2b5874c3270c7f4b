import assert from "node:assert/strict";
import { nameInZone } from "../../../components/edge/name-service.ts";
import { ProblemsError } from "../../../components/problem.ts";
import { graphOf, type Registration, settingsOf } from "../../support/graph.ts";

const zone = { name: "example.com" };

describe("the names the program makes itself", () => {
  let graph: Registration[];
  before(async () => {
    graph = await graphOf(settingsOf("staging", { zone, objectStore: { mode: "inCluster" } }));
  });
  const named = (name: string) => graph.find((one) => one.name === name) ?? assert.fail(name);

  it("are records for both hosts in DigitalOcean's name service", () => {
    const records = graph.filter(({ type }) => type === "digitalocean:index/dnsRecord:DnsRecord");
    assert.deepEqual(
      records.map(({ name, inputs: { domain, name: record, type, ttl } }) => [
        name,
        domain,
        record,
        type,
        ttl,
      ]),
      [
        ["speckle-name", "example.com", "speckle-staging", "A", 300],
        ["speckle-object-store-name", "example.com", "s3.speckle-staging", "A", 300],
      ],
    );
    for (const { provider } of records) assert.equal(provider, "speckle-cluster-account");
  });

  it("are records in Route 53, which lead to a load balancer's name", async () => {
    const all = await graphOf(settingsOf("prod", { zone: { ...zone, id: "Z1" } }));
    const records = all.filter(({ type }) => type === "aws:route53/record:Record");
    assert.deepEqual(
      records.map(({ inputs: { zoneId, name, type } }) => [zoneId, name, type]),
      [["Z1", "speckle.example.com", "CNAME"]],
    );
  });

  it("come before any authority is asked, staging first (F62)", () => {
    const staging = named("speckle-certificate-certificate-speckle-proof");
    for (const before of ["speckle-name", "speckle-object-store-name"])
      assert.ok(staging.dependsOn.includes(before), staging.dependsOn.join());
    const production = named("speckle-certificate-issuer-speckle");
    assert.ok(production.dependsOn.includes(staging.name));
  });

  const cases: [host: string, name: string][] = [
    ["example.com", "@"],
    ["speckle.example.com", "speckle"],
    ["s3.speckle.example.com", "s3.speckle"],
  ];
  for (const [host, name] of cases)
    it(`say ${name} for ${host}`, () => {
      assert.equal(nameInZone(host, zone), name);
    });

  const wrong: [about: string, stack: string, change: object, path: string][] = [
    ["without a cloud", "dev", { zone }, "zone"],
    ["at the top of a zone of AWS", "prod", { zone: { name: "speckle.example.com", id: "Z1" } }, "domain"],
    ["in a zone of AWS without its identifier", "prod", { zone }, "zone.id"],
    ["in a zone of another name", "staging", { zone: { name: "example.org" } }, "zone.name"],
  ];
  for (const [about, stack, change, path] of wrong)
    it(`are refused ${about}`, () => {
      assert.throws(
        () => settingsOf(stack, { ...change }),
        (error) => error instanceof ProblemsError && error.problems.map((one) => one.path).join() === path,
      );
    });
});
