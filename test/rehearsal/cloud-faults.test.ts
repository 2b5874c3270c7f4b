import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { type Fault, Faults, parseFault } from "../../rehearsal/providers/cloud/faults.ts";
import { digitaloceanProvider } from "../../rehearsal/providers/digitalocean/provider.ts";
import { cloudBench } from "../support/cloud.ts";

const vpc = "digitalocean:index/vpc:Vpc";
const inputs = { name: "network", region: "fra1", ipRange: "10.1.0.0/16" };

describe("faults on demand", () => {
  const notations: [text: string, fault: Fault][] = [
    ["quota=KubernetesNodePool", { kind: "quota", type: "KubernetesNodePool" }],
    ["error=Vpc", { kind: "error", type: "Vpc", times: 2 }],
    ["error=Vpc:9", { kind: "error", type: "Vpc", times: 9 }],
    ["slow=DatabaseCluster:3", { kind: "slow", type: "DatabaseCluster", seconds: 3 }],
    ["expired-token", { kind: "expired-token" }],
    ["filled-buckets", { kind: "filled-buckets" }],
    ["other-account", { kind: "other-account" }],
  ];
  for (const [text, fault] of notations) it(`reads ${text}`, () => assert.deepEqual(parseFault(text), fault));

  for (const text of [
    "",
    "quota",
    "quota=",
    "flood=Vpc",
    "expired-token=Vpc",
    "quota=Vpc:3",
    "error=Vpc:x",
  ]) {
    it(`refuses "${text}" and says what there is`, () =>
      assert.throws(() => parseFault(text), /no fault the rehearsal knows\n {2}use one of quota=TYPE/));
  }

  it("gets over two errors of the cloud by trying again, and gives up after five", async () => {
    const twice = new Faults([parseFault("error=Vpc")], 1);
    await twice.request(vpc);
    await twice.request(vpc);
    const always = new Faults([parseFault("error=Vpc:99")], 1);
    await assert.rejects(always.request(vpc), /Vpc: the cloud answered 5 times with 500/);
    await always.request("digitalocean:index/domain:Domain");
  });

  it("takes its time when it is slow", async () => {
    const before = performance.now();
    await new Faults([{ kind: "slow", type: "Vpc", seconds: 0.05 }]).creation(vpc);
    assert.ok(performance.now() - before >= 45);
  });

  it("makes nothing beyond the quota, and everything once that is raised", async () => {
    const poor = cloudBench(digitaloceanProvider, { faults: [parseFault("quota=Vpc")] });
    await assert.rejects(poor.make(vpc, "network", inputs), /quota is exceeded/);
    assert.deepEqual(poor.provider.leftovers(), []);
    const rich = cloudBench(digitaloceanProvider, { state: poor.state });
    await rich.make(vpc, "network", inputs);
  });

  it("takes away what a killed run made and the engine never learnt of, once (F13)", async () => {
    const bench = cloudBench(digitaloceanProvider);
    const names = () => bench.provider.leftovers().map(({ name }) => name);
    const { id } = await bench.make(vpc, "known", { ...inputs, name: "known" });
    await bench.make(vpc, "unknown", { name: "unknown", region: "fra1", ipRange: "10.2.0.0/16" });
    await bench.provider.settle(new Set([`urn:pulumi:s::p::${vpc}::known ${id}`]));
    assert.deepEqual(names(), ["known"]);
    await bench.provider.settle(new Set());
    assert.deepEqual(names(), ["known"], "what leaves the state later stays, as on a real cloud");
  });

  it("begins again with what a crash left half-way, and not with what is there", async () => {
    const bench = cloudBench(digitaloceanProvider);
    await bench.make(vpc, "network", inputs);
    await assert.rejects(bench.make(vpc, "network", inputs), /already exists: import it/);
    const contents = JSON.parse(readFileSync(bench.state, "utf8"));
    contents.records[0].creating = true;
    writeFileSync(bench.state, JSON.stringify(contents));
    await bench.make(vpc, "network", inputs);
    assert.equal(bench.provider.leftovers().length, 1);
    writeFileSync(bench.state, "{");
    await assert.rejects(bench.make(vpc, "network", inputs), /is damaged: remove the rehearsal/);
  });
});
