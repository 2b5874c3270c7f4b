import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { heavyTaint, placement, poolLabels } from "../../components/cluster/pools.ts";
import {
  controlPlaneState,
  startControlPlane,
  stopControlPlane,
} from "../../rehearsal/control-plane/control-plane.ts";
import { applyNodes } from "../../rehearsal/control-plane/nodes.ts";
import { ownProcesses } from "../../rehearsal/control-plane/processes.ts";
import { homeOf } from "../../rehearsal/home.ts";
import { inventory } from "../../rehearsal/inventory.ts";
import { ApiError, KubernetesClient, NoSuchKindError } from "../../rehearsal/kubernetes/client.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { eventually } from "../support/control-plane.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("the control plane", function () {
  this.timeout(240_000);
  const folder = temporaryFolder("rehearsal");
  const home = homeOf("dev", folder);
  const second = homeOf("other", folder);
  const lines: string[] = [];
  const programs = () => binaries(() => {});
  const start = async (which = home, found = programs()) =>
    startControlPlane(which, {
      binaries: await found,
      cache: cacheDirectory(),
      report: (line) => lines.push(line),
    });

  before(() => start());
  after(async () => {
    for (const one of [home, second]) await stopControlPlane(one);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is reused while it answers", async () => {
    assert.equal(await controlPlaneState(home), "running");
    assert.deepEqual(await start(), { reused: true });
  });

  it("listens on loopback only", () => {
    const pids = new Set(ownProcesses(home).map(({ pid }) => `pid=${pid},`));
    const listening = execFileSync("ss", ["-ltnpH"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => [...pids].some((pid) => line.includes(pid)));
    assert.ok(listening.length >= 5, "every component listens");
    for (const line of listening) assert.match(line, /127\.0\.0\.1:\d+\s/);
  });

  it("keeps its kubeconfig from other users", () => {
    assert.equal(statSync(home.kubeconfig).mode & 0o777, 0o600);
    assert.equal(statSync(home.root).mode & 0o777, 0o700);
  });

  it("answers in the API server's own words", async () => {
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "x", namespace: "default" }, spec: {} };
    await assert.rejects(
      client.create(pod),
      (error) => error instanceof ApiError && error.reason === "Invalid",
    );
    await assert.rejects(client.resourceOf("traefik.io/v1alpha1", "IngressRoute"), NoSuchKindError);
    client.close();
  });

  it("schedules heavy pods on heavy nodes and nothing else there (F57)", async () => {
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const size = { cpu: "2", memory: "4Gi" };
    await applyNodes(client, [
      { name: "general", labels: poolLabels("general"), taints: [], ...size },
      { name: "heavy", labels: poolLabels("heavy"), taints: [heavyTaint], ...size },
    ]);
    const pod = (name: string, spec: object) =>
      client.create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default" },
        spec: { containers: [{ name: "main", image: "x", resources: { requests: { cpu: "1" } } }], ...spec },
      });
    await pod("import", placement("heavy"));
    for (const name of ["one", "two", "three"]) await pod(name, {});
    // A new node takes nobody for a moment, so that a pod may wait first and run then.
    const pods = await eventually(async () => {
      const found = await client.list("v1", "Pod", { namespace: "default" });
      const running = found.filter(({ status }) => status.phase === "Running");
      const refused = found.filter(({ status }) =>
        /Insufficient cpu/.test(status.conditions?.[0]?.message ?? ""),
      );
      return running.length === 3 && refused.length === 1 && found;
    });
    const onHeavy = pods.filter(({ spec }) => spec.nodeName === "heavy").map(({ metadata }) => metadata.name);
    assert.deepEqual(onHeavy, ["import"]);
    const waiting = pods.filter(({ spec }) => !spec.nodeName);
    assert.equal(waiting.length, 1);
    assert.match(
      waiting[0]?.status.conditions[0].message,
      /1 Insufficient cpu.*untolerated taint|untolerated taint.*1 Insufficient cpu/,
    );
    client.close();
  });

  it("takes what controllers make in every namespace for nobody's leftover", async () => {
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const before = await inventory(client);
    const name = "guest";
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const made = [
      { apiVersion: "v1", kind: "ServiceAccount", namespace: name, name: "default" },
      { apiVersion: "v1", kind: "ConfigMap", namespace: name, name: "kube-root-ca.crt" },
    ];
    for (const object of made) await eventually(() => client.get(object));
    const after = [...(await inventory(client))];
    assert.deepEqual(
      after.filter((object) => !before.has(object)),
      ["Namespace guest"],
    );
    client.close();
  });

  it("goes on when its disk has stood still, as a busy one may", async () => {
    const pids = () => ownProcesses(home).map(({ pid }) => pid);
    const before = pids();
    const etcd = ownProcesses(home).find(({ program }) => program === "etcd") ?? assert.fail();
    process.kill(etcd.pid, "SIGSTOP");
    // Longer than those that take turns in leading wait for their turn's renewal.
    await pause(15_000).finally(() => process.kill(etcd.pid, "SIGCONT"));
    assert.equal(await controlPlaneState(home), "running");
    assert.deepEqual(pids(), before);
  });

  it("does not collide with a second one", async () => {
    await start(second);
    assert.equal(await controlPlaneState(home), "running");
    assert.equal(await controlPlaneState(second), "running");
    assert.deepEqual(await stopControlPlane(second), []);
    assert.equal(await controlPlaneState(home), "running");
  });

  it("needs no kubectl of the machine's own, and downloads none", async () => {
    const own = process.env.PATH;
    const tools = join(folder, "tools");
    mkdirSync(tools);
    symlinkSync(execFileSync("sh", ["-c", "command -v ps"], { encoding: "utf8" }).trim(), join(tools, "ps"));
    const found = programs();
    const { kubectl } = await found;
    process.env.PATH = tools;
    try {
      await start(second, found);
    } finally {
      process.env.PATH = own;
    }
    const taken = join(second.kwok, ".kwok", "clusters", "rehearsal", "bin", "kubectl");
    assert.equal(statSync(taken).size, statSync(kubectl).size);
    await stopControlPlane(second);
  });

  it("starts again after a part of it was killed", async () => {
    const scheduler = ownProcesses(home).find(({ command }) => command.includes("kube-scheduler"));
    process.kill((scheduler ?? assert.fail()).pid, "SIGKILL");
    await eventually(async () => ((await controlPlaneState(home)) === "broken" ? true : undefined));
    assert.deepEqual(await start(), { reused: false });
    assert.match(lines.at(-1) ?? "", /left half-way/);
    assert.equal(await controlPlaneState(home), "running");
  });

  it("leaves no process and no file when it is stopped, and ends no other process", async () => {
    // It names the folder on its command line, as an editor with a log open would.
    const bystander: ChildProcess = spawn("sleep", ["60"], { argv0: `sleep-${home.kwok}` });
    assert.deepEqual(await stopControlPlane(home), []);
    assert.deepEqual(ownProcesses(home), []);
    assert.equal(existsSync(home.root), false);
    assert.equal(bystander.exitCode ?? bystander.signalCode, null);
    bystander.kill();
  });
});
