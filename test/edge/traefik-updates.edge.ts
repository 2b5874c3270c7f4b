import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { workload } from "../../components/speckle/workloads.ts";
import { ask, until } from "./ask.ts";
import { type Outcome, trickle, under } from "./load.ts";
import { type Arrivals, lag, Service } from "./pods.ts";
import { namespace, openStage, ownArguments, type Stage, websecure } from "./stage.ts";

const host = "speckle.example";
const entry = { type: "NodePort", httpNodePort: 30080, httpsNodePort: 30443 } as const;
const { deployment } = traefikValues({ entry, replicas: 1 });
const sleepSeconds = deployment.lifecycle?.preStop.sleep.seconds ?? 0;

describe("an update of Traefik itself under load", function () {
  this.timeout(240_000);
  let stage: Stage;
  let part = "";
  let number = 0;
  /** Where connections from outside go. */
  let front = "";
  let target = "";
  let running: ChildProcess;
  const services: Service[] = [];
  const arrivals: Arrivals = new Map();

  before(async () => {
    stage = await openStage();
    part = stage.address.replace(/\.1$/, "");
    for (const [index, key] of (["server", "objects", "frontend_2"] as const).entries()) {
      const { name, port } = workload(key).service;
      const address = `${part}.${100 + index}`;
      await stage.service(name, address, port);
      services.push(await Service.start(address, port, arrivals));
    }
    await stage.apply({ namespace, domain: host, allowFrom: [], registration: "open" });
    front = `${part}.50`;
    const server = createServer((from) => {
      const to = connect(websecure, target);
      for (const [socket, other] of [
        [from, to],
        [to, from],
      ] as const)
        socket.on("error", () => other.destroy()).on("close", () => other.destroy());
      from.pipe(to).pipe(from);
    }).listen(websecure, front);
    stage.ended.push(() => server.close());
    await once(server, "listening");
  });
  after(async () => {
    await Promise.all(services.map((service) => service.close()));
    await stage?.close();
  });

  /** Starts one more Traefik, and waits until it is ready. */
  async function start(grace: boolean): Promise<{ address: string; program: ChildProcess }> {
    const address = `${part}.${60 + number++}`;
    const own = ownArguments(address).filter((argument) => grace || !argument.includes("graceTimeOut"));
    const program = stage.start(`traefik-${number}`, stage.programs.traefik, own, {
      KUBECONFIG: stage.home.kubeconfig,
    });
    await until({ address }, { host, path: "/" }, ({ status }) => status === 200);
    return { address, program };
  }

  /** What clients meet while one Traefik takes the place of another, and the answer to an upload that takes 16 s. */
  async function update(grace: boolean, sleep: number): Promise<[Outcome, number]> {
    ({ address: target, program: running } = await start(grace));
    let status = 0;
    const outcome = await under({ address: front }, host, arrivals, async () => {
      const upload = ask({ address: front }, { host, path: "/objects/a", method: "POST", body: trickle(80) });
      const next = await start(grace);
      const led = pause(lag).then(() => {
        target = next.address;
      });
      await pause(sleep * 1000);
      running.kill("SIGTERM");
      status = await upload.then((answer) => answer.status).catch(() => 0);
      await led;
    });
    return [outcome, status];
  }

  it("loses nothing, and sends nothing twice", async () => {
    const [outcome, status] = await update(true, sleepSeconds);
    assert.deepEqual(outcome.lost, []);
    assert.deepEqual(outcome.twice, []);
    assert.deepEqual(outcome.incomplete, []);
    assert.equal(status, 200);
    for (const kind of ["GET", "POST", "gathered upload", "streamed upload", "websocket"])
      assert.ok(outcome.answered[kind], kind);
  });

  it("would lose requests if a pod ended at once, and slow uploads if it did not wait for them", async () => {
    const [outcome, status] = await update(false, 0);
    assert.ok(outcome.lost.length > 20, String(outcome.lost.length));
    assert.equal(status, 0);
  });
});
