import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runHelm } from "../../rehearsal/providers/kubernetes/helm.ts";
import { InitializationError, type Properties } from "../../rehearsal/providers/plugin.ts";
import { binaries } from "../../toolchain/binaries.ts";
import { ownControlPlane } from "../support/control-plane.ts";
import { configMap, deployment, namespace, openProvider } from "../support/kubernetes-provider.ts";

// Each test is one thing the genuine plugin was seen to do.
describe("a release of the kubernetes stand-in, as of the genuine plugin,", function () {
  this.timeout(180_000);
  const { home, folder, client } = ownControlPlane();
  let helm: string;

  before(async () => {
    helm = (await binaries(() => {})).helm;
    await client().apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { fieldManager: "test" },
    );
  });

  const byHand = (args: readonly string[]) =>
    runHelm({ helm, args, kubeconfig: readFileSync(home.kubeconfig, "utf8") });
  const type = "helm.sh/v3:Release";
  const inputsOf = (chart: string, more: Properties = {}) => ({
    chart,
    name: "greeting",
    namespace,
    timeout: 30,
    ...more,
  });

  /** A chart of one ConfigMap and what a test adds. */
  function chartOf(name: string, template: string): string {
    const at = join(folder, name);
    mkdirSync(join(at, "templates"), { recursive: true });
    writeFileSync(join(at, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`);
    writeFileSync(join(at, "templates", "all.yaml"), template);
    return at;
  }
  const words = JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "words" },
    data: { word: "{{ .Values.word }}" },
  });

  it("installs, records status without a manifest, upgrades and notices an uninstall in a refresh only", async () => {
    const { create, update, read, diff } = await openProvider(home);
    const chart = chartOf("plain", words);
    const { id, outputs } = await create(type, "plain", inputsOf(chart, { values: { word: "one" } }));
    assert.equal(id, "design/greeting");
    const { status } = outputs as any;
    assert.deepEqual([status.status, status.revision, status.version], ["deployed", 1, "1.0.0"]);
    assert.ok(!JSON.stringify(outputs).includes("ConfigMap"));
    writeFileSync(join(chart, "templates", "all.yaml"), words.replace("words", "others"));
    const same = inputsOf(chart, { values: { word: "one" } });
    const old = inputsOf(chart, { values: { word: "one" } });
    assert.deepEqual((await diff(type, "plain", old, same)).changes, [], "edited templates are not noticed");
    const next = (await update(type, "plain", outputs, inputsOf(chart, { values: { word: "two" } }))) as any;
    assert.equal(next.status.revision, 2);
    await byHand(["uninstall", "greeting", "--namespace", namespace]);
    assert.deepEqual((await diff(type, "plain", old, same)).changes, []);
    assert.equal(await read(type, "plain", id, same), undefined);
  });

  it("does not render in a preview, so that broken templates pass it and fail in up", async () => {
    const { create, check } = await openProvider(home);
    const chart = chartOf("broken", '{{ fail "it is broken" }}');
    await create(type, "broken", inputsOf(chart), true);
    await assert.rejects(create(type, "broken", inputsOf(chart)), /it is broken/);
    const missing = await check(type, "missing", inputsOf(join(folder, "no-such-chart")));
    assert.deepEqual(
      missing.failures.map(({ property }) => property),
      ["chart"],
    );
  });

  it("leaves a release and an object of somebody else alone", async () => {
    const { create } = await openProvider(home);
    const chart = chartOf("taken", words.replace("words", "taken-words"));
    const theirs = ["install", "taken", chart, "--namespace", namespace];
    await byHand(theirs);
    await create(type, "taken", inputsOf(chart, { name: "taken" }), true);
    await assert.rejects(
      create(type, "taken", inputsOf(chart, { name: "taken" })),
      /re-use a name|still in use/,
    );
    await assert.rejects(
      create(type, "other", inputsOf(chart, { name: "other" })),
      /cannot be imported|exists/,
    );
  });

  it("keeps one that did not become ready as failed, and makes it revision 2 once it can", async () => {
    const { create, update } = await openProvider(home);
    const pod = deployment("waiting", {
      containers: [{ name: "main", image: "x", envFrom: [{ secretRef: { name: "late-secret" } }] }],
    });
    const chart = chartOf("waiting", JSON.stringify(pod));
    const inputs = inputsOf(chart, { name: "waiting", timeout: 8 });
    const failed = await create(type, "waiting", inputs).catch((error: InitializationError) => error);
    assert.ok(failed instanceof InitializationError);
    assert.match(failed.reasons.join(), /secret "late-secret" not found/);
    assert.equal((failed.outputs as any).status.status, "failed");
    const late = { ...configMap("late-secret"), kind: "Secret" };
    await client().apply(late, { fieldManager: "test" });
    const updated = (await update(type, "waiting", failed.outputs, { ...inputs, timeout: 20 })) as any;
    assert.deepEqual([updated.status.status, updated.status.revision], ["deployed", 2]);
  });

  it("keeps nothing of the cluster in the user's folder", async () => {
    const { create } = await openProvider(home);
    const own = process.env.HOME;
    process.env.HOME = join(folder, "user");
    try {
      await create(
        type,
        "apart",
        inputsOf(chartOf("apart", words.replace("words", "apart")), { name: "apart" }),
      );
    } finally {
      process.env.HOME = own;
    }
    assert.equal(existsSync(join(folder, "user")), false);
  });
});
