import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type TraefikObject, traefikObject } from "../../components/edge/ingress-routes.ts";
import { middleware } from "../../components/edge/middlewares.ts";
import { preStop } from "../../components/security/pre-stop.ts";
import { workload } from "../../components/speckle/workloads.ts";
import { eventually } from "../support/control-plane.ts";
import { ask, until } from "./ask.ts";
import { type Outcome, under } from "./load.ts";
import { type Arrivals, hangUp, idHeader, Service } from "./pods.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const args = { namespace, domain: host, allowFrom: [], registration: "open" } as const;

/** What an environment may lack. */
const without = {
  retry: traefikObject("Middleware", middleware.retry, namespace, { retry: { attempts: 1 } }),
  newConnections: traefikObject("ServersTransport", "speckle-connections", namespace, {}),
} as const satisfies Record<string, TraefikObject>;

interface Case {
  readonly about: string;
  readonly lacks: readonly (keyof typeof without)[];
  /** The API server changes pods as it takes them in: Kubernetes 1.36 or later. */
  readonly policy: boolean;
  readonly lost: (requests: number) => boolean;
}

const none = (requests: number) => requests === 0;

const cases: readonly Case[] = [
  { about: "hundreds with neither", policy: false, lacks: ["retry"], lost: (n) => n > 100 },
  {
    about: "what came in its very last moment by repeating alone",
    policy: false,
    lacks: [],
    lost: (n) => n <= 5,
  },
  { about: "none by the kubelet's sleep alone", policy: true, lacks: ["retry"], lost: none },
  { about: "none by both", policy: true, lacks: [], lost: none },
];

describe("an update of Speckle's pods under load, at the real Traefik", function () {
  this.timeout(240_000);
  let stage: Stage;
  let services: Service[] = [];
  const arrivals: Arrivals = new Map();

  before(async () => {
    stage = await openStage();
    const part = stage.address.replace(/\.1$/, "");
    const keys = ["server", "objects", "frontend_2"] as const;
    services = await Promise.all(
      keys.map(async (key, index) => {
        const { name, port } = workload(key).service;
        const address = `${part}.${100 + index}`;
        await stage.service(name, address, port);
        return Service.start(address, port, arrivals);
      }),
    );
  });
  after(async () => {
    await Promise.all(services.map((service) => service.close()));
    await stage?.close();
  });

  /** Seconds between a pod's deletion and its SIGTERM, of a pod as the chart makes it and the API server takes it in. */
  async function sleepSeconds(): Promise<number> {
    const lifecycle = { preStop: { exec: { command: ["sleep", "5"] } } };
    const pod = await stage.client.create(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "pod", namespace, labels: { project: "speckle-server" } },
        spec: { containers: [{ name: "main", image: "x", lifecycle }] },
      },
      { dryRun: true },
    );
    // The images have no such program.
    return pod.spec.containers[0].lifecycle.preStop.sleep?.seconds ?? 0;
  }

  async function applyPolicy(): Promise<void> {
    const apiVersion = "admissionregistration.k8s.io/v1";
    const options = { fieldManager: "edge-test", force: true };
    const { policy, binding } = preStop(namespace);
    await stage.client.apply({ apiVersion, kind: "MutatingAdmissionPolicy", ...policy }, options);
    await stage.client.apply({ apiVersion, kind: "MutatingAdmissionPolicyBinding", ...binding }, options);
    await eventually(async () => (await sleepSeconds()) > 0);
  }

  async function update({ policy, lacks }: Pick<Case, "policy" | "lacks">): Promise<Outcome> {
    if (policy) await applyPolicy();
    await stage.apply(
      args,
      lacks.map((what) => without[what]),
    );
    for (const path of ["/", "/graphql", "/objects/a"])
      await until(stage, { host, path }, ({ status, text }) => status === 200 && text === "0");
    const seconds = await sleepSeconds();
    for (const service of services) service.late = 0;
    return under(stage, host, arrivals, async () => {
      await Promise.all(services.map((service) => service.update(seconds)));
    });
  }

  const late = () => services.reduce((sum, service) => sum + service.late, 0);

  for (const each of cases)
    it(`loses ${each.about}, and sends nothing twice`, async () => {
      const outcome = await update(each);
      assert.deepEqual(outcome.twice, []);
      assert.deepEqual(outcome.incomplete, []);
      assert.ok(each.lost(outcome.lost.length), outcome.lost.join("\n"));
      for (const kind of ["GET", "POST", "gathered upload", "streamed upload", "websocket"])
        assert.ok(outcome.answered[kind], kind);
      assert.equal(late(), 0);
    });

  for (const method of ["GET", "POST"])
    it(`repeats no ${method} of which a pod has got the beginning`, async () => {
      await stage.apply(args);
      await until(stage, { host, path: "/" }, ({ status }) => status === 200);
      arrivals.clear();
      const headers = { [idHeader]: method };
      const { status } = await ask(stage, { host, path: `/objects/${hangUp}`, method, headers });
      assert.equal(status, 502);
      assert.deepEqual([...arrivals], [[method, 1]]);
    });

  it("would go on to send to a pod that nothing leads to, with connections that are kept", async () => {
    await update({ policy: true, lacks: ["newConnections"] });
    assert.notEqual(late(), 0);
  });

  it("tells within 15 s that nobody takes a connection, where a pod has gone without a word", async () => {
    await stage.apply(args);
    const { name, port } = workload("server").service;
    const silent = stage.address.replace(/\.1$/, ".120");
    // It listens, accepts nothing, and its queue is full: the kernel drops what else comes, as a network may.
    const program = `require("net").createServer().listen({ host: "${silent}", port: ${port}, backlog: 1 }, () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`;
    stage.start("silent", process.execPath, ["-e", program]);
    await eventually(async () => {
      const socket = connect(port, silent);
      stage.ended.push(() => socket.destroy());
      const heard = once(socket, "connect").then(
        () => false,
        () => false,
      );
      return await Promise.race([heard, pause(1500).then(() => true)]);
    });
    await stage.service(name, silent, port);
    const question = { host, path: "/graphql" };
    await until(stage, question, ({ status }) => status >= 500);
    const started = Date.now();
    assert.equal((await ask(stage, question)).status, 504);
    assert.ok(Date.now() - started < 15_000, `${Date.now() - started} ms`);
  });
});
