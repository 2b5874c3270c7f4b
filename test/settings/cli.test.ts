import assert from "node:assert/strict";
import { presets } from "../../stacks/presets.ts";
import { Checkout } from "../review/checkout.ts";
import { givenCertificate } from "../support/certificate.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("npm run settings", function () {
  this.timeout(120_000);
  let checkout: Checkout;
  before(() => {
    checkout = new Checkout();
  });
  afterEach(() => checkout.restore());

  const told = (...stacks: string[]) => {
    const { status, out, words } = checkout.run("settings", ...stacks, "--json");
    const { settings, problems } = JSON.parse(out);
    const found: [string, unknown[]][] = settings.map(({ path, values }: any) => [path, values]);
    return { status, words, problems, settings: new Map(found) };
  };

  it("tells every setting of a stack, also those of its preset", () => {
    const { status, settings } = told("staging");
    assert.equal(status, 0);
    assert.deepEqual(settings.get("preset"), ["small"]);
    assert.deepEqual(settings.get("telemetry"), [false]);
    const { requests } = presets.small.workloads.server;
    assert.deepEqual(settings.get("workloads.server.requests.memory"), [requests.memory]);
    assert.deepEqual(settings.get("pools.heavy.nodes"), [1]);
  });

  it("tells what two stacks have different, and nothing that is the same (B7)", () => {
    const [one, other, both] = [told("staging"), told("prod"), told("staging", "prod")];
    const paths = new Set([...one.settings.keys(), ...other.settings.keys()]);
    for (const path of paths) {
      const [[left], [right]] = [one.settings.get(path) ?? [], other.settings.get(path) ?? []];
      const differs = JSON.stringify(left) !== JSON.stringify(right);
      assert.equal(both.settings.has(path), differs, path);
    }
    const { status, out } = checkout.run("settings", "staging", "prod");
    assert.equal(status, 0);
    assert.match(out, /^\| workloads\.server\.replicas \| 1 \| 2 \|$/m);
    assert.match(out, /^\| cluster\.zones \| {2}\| \["a","b","c"\] \|$/m);
    assert.equal(out.match(/^\| /gm)?.length, both.settings.size + 2);
  });

  it("says so when two have the same", () => {
    checkout.write("Pulumi.twin.yaml", checkout.read("Pulumi.prod.yaml"));
    const { status, out } = checkout.run("settings", "prod", "twin");
    assert.deepEqual([status, out], [0, "prod and twin have the same settings.\n"]);
  });

  it("shows no secret, encrypted or not, and no text of a file, and needs no way into a cluster (F4)", () => {
    const more = [
      givenCertificate(temporaryFolder("given")),
      "speckle-stacks:email: { host: mail.example.com, port: 587, from: a@example.com, username: a }",
      "speckle-stacks:emailPassword: canary-in-plain-text",
      "speckle-stacks:extraValues: { server: { note: { secure: v1:canary-encrypted }, license: { apiKey: canary-key, url: 'https://a:canary-url@b' } } }",
    ];
    checkout.edit("Pulumi.dev.yaml", "preset: dev", more.join("\n  "));
    checkout.edit(
      "Pulumi.dev.yaml",
      "type: kind",
      "type: existing\n    kubeconfig: /nowhere/kubeconfig\n    context: there\n    exposure: { type: loadBalancer }",
    );
    const { status, out, words } = checkout.run("settings", "dev");
    assert.equal(status, 0, words);
    assert.match(out, /^\| emailPassword \| \(secret\) \|$/m);
    assert.match(out, /^\| extraValues\.server\.note \| \(secret\) \|$/m);
    assert.match(out, /^\| extraValues\.server\.license\.url \| https:\/\/a:\(secret\)@b \|$/m);
    assert.match(out, /^\| cluster\.kubeconfig \| \(secret\) \|$/m);
    assert.match(out, /^\| certificate\.privateKey \| \(secret\) \|$/m);
    assert.match(out, /^\| certificate\.certificate \| \(\d+ lines\) \|$/m);
    assert.doesNotMatch(out, /canary|concealed|BEGIN|placeholder/);
  });

  it("refuses wrong files, each problem with its stack, and what is no stack", () => {
    checkout.edit("Pulumi.prod.yaml", "preset: production", "preset: huge");
    const wrong = told("staging", "prod");
    assert.deepEqual([wrong.status, wrong.problems.map(({ path }: any) => path)], [2, ["prod: preset"]]);
    const { status, words, out } = checkout.run("settings", "staging", "nobody");
    assert.deepEqual([status, out], [2, ""]);
    assert.match(words, /^nobody: there is no file Pulumi\.nobody\.yaml\n.*staging/s);
    for (const args of [[], ["a", "b", "c"], ["../x"], ["dev", "--yaml"]])
      assert.equal(checkout.run("settings", ...args).status, 2, args.join(" "));
  });
});
