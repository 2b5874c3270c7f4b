import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@pulumi/command/local/command.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass.js";
import { secret } from "@pulumi/pulumi";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { RandomString } from "@pulumi/random/randomString.js";
import fc from "fast-check";
import { kindConfig } from "../../components/cluster/kind-config.ts";
import { clusterProvider } from "../../components/cluster/provider.ts";
import { createNamespace } from "../../components/security/namespace.ts";
import { commandProvider, kindNodes } from "../../rehearsal/providers/command.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { fromStruct, reveal, secretValue, toStruct } from "../../rehearsal/providers/marshal.ts";
import { randomProvider } from "../../rehearsal/providers/random.ts";
import { type EngineBench, startEngineBench } from "../support/engine.ts";
import { filesBelow } from "../support/files.ts";
import { settingsOf } from "../support/graph.ts";

describe("the stand-in providers under the real engine", function () {
  this.timeout(240_000);
  const { pools } = settingsOf("dev");
  let bench: EngineBench;
  let stack: Stack;
  let chart = "";
  let length = 24;
  let priority = 100;

  const program: PulumiFn = async () => {
    const password = new RandomPassword("password", { length, special: false });
    new RandomString("string", { length: 8, keepers: { of: "x" } });
    const cluster = new Command("cluster", {
      create: "kind create cluster --name rehearsed --config -",
      delete: "kind delete cluster --name rehearsed",
      stdin: JSON.stringify(kindConfig({ clusterName: "rehearsed", pools, address: "127.0.0.1" })),
    });
    const provider = clusterProvider("kubernetes", {
      kubeconfig: secret(cluster.stdout),
      identifier: "kind/rehearsed",
    });
    const namespace = createNamespace(
      "namespace",
      { namespace: "design", podSecurity: "restricted" },
      { provider },
    );
    new Secret(
      "secret",
      { metadata: { name: "keys", namespace: "design" }, stringData: { password: password.result } },
      { provider, dependsOn: namespace },
    );
    new PriorityClass("class", { metadata: { name: "high-priority" }, value: priority }, { provider });
    new Release(
      "release",
      { chart, name: "greeting", namespace: "design", values: { word: password.result }, timeout: 20 },
      { provider, dependsOn: namespace },
    );
    return { password: password.result };
  };

  before(async () => {
    bench = await startEngineBench();
    chart = join(bench.home.root, "greeting");
    writeChart(chart);
    stack = await bench.stack(
      "dev",
      (helm) => ({
        random: randomProvider(),
        command: commandProvider(bench.home),
        kubernetes: kubernetesProvider({ helm, report: () => {} }),
      }),
      program,
    );
  });
  after(() => bench?.end());

  /** A chart of one Deployment whose pod meets the namespace's restricted standard. */
  function writeChart(at: string): void {
    mkdirSync(join(at, "templates"), { recursive: true });
    writeFileSync(
      join(at, "Chart.yaml"),
      "apiVersion: v2\nname: greeting\nversion: 1.0.0\nappVersion: '1'\n",
    );
    const labels = { app: "greeting" };
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    };
    const env = [{ name: "LENGTH", value: "{{ len .Values.word }}" }];
    const containers = [{ name: "main", image: "x", env, securityContext }];
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "greeting", namespace: "{{ .Release.Namespace }}" },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    };
    writeFileSync(join(at, "templates", "deployment.yaml"), JSON.stringify(deployment));
  }

  const nodeNames = async () => {
    const nodes = await bench.client.list("v1", "Node");
    return nodes.map(({ metadata }) => metadata.name).sort();
  };
  const stored = async (kind: string, name: string, namespace?: string) => {
    const apiVersion = { PriorityClass: "scheduling.k8s.io/v1", Deployment: "apps/v1" }[kind] ?? "v1";
    return bench.client.get({ apiVersion, kind, name, namespace });
  };
  const changes = (summary: { resourceChanges?: Record<string, number> }) => summary.resourceChanges ?? {};

  it("create nothing in a preview", async () => {
    const { changeSummary } = await stack.preview();
    assert.ok((changeSummary.create ?? 0) >= 4);
    assert.deepEqual(await nodeNames(), []);
  });

  it("make the kind cluster's nodes and keep a secret password", async () => {
    const { outputs } = await stack.up();
    assert.deepEqual(await nodeNames(), ["rehearsed-control-plane", "rehearsed-worker", "rehearsed-worker2"]);
    assert.equal(outputs.password?.secret, true);
    assert.match(outputs.password?.value, /^[A-Za-z0-9]{24}$/);
  });

  it("change nothing when nothing has changed (F8)", async () => {
    const { summary } = await stack.up();
    assert.deepEqual(Object.keys(changes(summary)), ["same"]);
  });

  it("keep every secret out of the state's plain text (F4)", async () => {
    const { password } = await stack.outputs();
    const key = /client-key-data: (\S+)/.exec(readFileSync(bench.home.kubeconfig, "utf8"))?.[1] ?? "";
    const encoded = Buffer.from(password?.value).toString("base64");
    const files = filesBelow(bench.home.state);
    assert.ok(files.length > 0 && key.length > 100);
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      for (const secretText of [password?.value, encoded, key]) assert.ok(!text.includes(secretText), file);
    }
  });

  it("make a new password when its rules change, and touch nothing else", async () => {
    length = 32;
    const { summary, outputs } = await stack.up();
    assert.equal(changes(summary).replace, 1);
    assert.match(outputs.password?.value, /^[A-Za-z0-9]{32}$/);
  });

  it("update a Secret in place and let the server decide what must be replaced", async () => {
    const secretBefore = await stored("Secret", "keys", "design");
    length = 40;
    priority = 200;
    const { summary, outputs } = await stack.up();
    assert.deepEqual(changes(summary).replace, 2, "the password, and the class whose value is immutable");
    const secretAfter = await stored("Secret", "keys", "design");
    assert.equal(secretAfter?.metadata.uid, secretBefore?.metadata.uid);
    assert.equal(Buffer.from(secretAfter?.data.password, "base64").toString(), outputs.password?.value);
    assert.equal((await stored("PriorityClass", "high-priority"))?.value, 200);
    const deployment = await stored("Deployment", "greeting", "design");
    assert.equal(deployment?.status.readyReplicas, 1);
    assert.equal(deployment?.spec.template.spec.containers[0].env[0].value, "40");
  });

  it("fail the preview with the API server's own refusal", async () => {
    priority = 2_000_000_000;
    await assert.rejects(
      stack.preview(),
      /the API server refuses PriorityClass high-priority|maximum allowed value/,
    );
    priority = 200;
  });

  it("refuse an input the genuine provider does not have, by its name", async () => {
    const wrong: PulumiFn = async () => {
      new RandomPassword("password", { length: "many", size: 3 } as never);
    };
    await assert.rejects(
      stack.workspace.selectStack("dev").then(() => upWith(wrong)),
      /no such input|type integer/,
    );
  });

  it("leave no object and no node when destroyed", async () => {
    await stack.destroy();
    assert.deepEqual(await nodeNames(), []);
    assert.equal(await stored("Namespace", "design"), undefined);
    assert.equal(await stored("PriorityClass", "high-priority"), undefined);
  });

  async function upWith(other: PulumiFn): Promise<unknown> {
    stack.workspace.program = other;
    return stack.up().finally(() => {
      stack.workspace.program = program;
    });
  }
});

describe("the command stand-in", () => {
  it("reads names, sizes and taints out of kind's own configuration", () => {
    const { pools } = settingsOf("dev");
    const nodes = kindNodes(
      "c",
      JSON.stringify(kindConfig({ clusterName: "rehearsed", pools, address: "127.0.0.1" })),
    );
    assert.deepEqual(
      nodes.map(({ name, cpu, memory, taints }) => [
        name,
        cpu,
        memory,
        taints.map(({ key, effect }) => `${key}:${effect}`),
      ]),
      [
        ["c-control-plane", "2", "2Gi", ["node-role.kubernetes.io/control-plane:NoSchedule"]],
        ["c-worker", "4", "8Gi", []],
        ["c-worker2", "2", "6Gi", ["speckle.systems/workload:NoSchedule"]],
      ],
    );
  });

  it("runs nothing else", async () => {
    const provider = commandProvider({ kubeconfig: "none" });
    const resource = { urn: "", type: "command:local:Command" };
    const { failures } = await provider.check(resource, { create: "rm -rf /" }, { olds: {}, seed: "" });
    assert.match(failures[0]?.reason ?? "", /runs no commands/);
  });
});

describe("properties", () => {
  it("survive the way to the engine and back, and secrets can be revealed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (properties) => {
        const plain = JSON.parse(JSON.stringify(properties));
        // The engine's own messages turn this key into an object's prototype.
        fc.pre(!JSON.stringify(plain).includes("__proto__"));
        assert.deepEqual(JSON.parse(JSON.stringify(fromStruct(toStruct(plain)))), plain);
        assert.deepEqual(reveal({ a: [secretValue(plain)] }), { a: [plain] });
      }),
    );
  });
});
