import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { eventually } from "../support/control-plane.ts";
import { traefikArguments } from "./arguments.ts";
import { ask, seen, until, upgrade } from "./ask.ts";
import { Entry, type Letter, now, ports } from "./entry-stage.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const client = "127.9.9.9";

describe("a fixed entry: the real HAProxy in front of the real Traefik, told by the shipped reporter", function () {
  this.timeout(360_000);
  let stage: Stage;
  let entry: Entry;

  before(async () => {
    const fixed = { type: "NodePort", httpNodePort: 30_080, httpsNodePort: 30_443 } as const;
    const values = traefikValues({ entry: { ...fixed, proxyFrom: ["127.0.0.0/8"] }, replicas: 1 });
    stage = await openStage(
      traefikArguments(values).filter((argument) => argument.includes("proxyProtocol")),
    );
    await stage.apply({ namespace, domain: host, allowFrom: [], registration: "open" });
    await until(stage, { host, path: "/" }, ({ status }) => status === 200);
    entry = new Entry(stage);
    await entry.startMachine();
  });
  after(() => stage?.close());

  /** Waits until HAProxy runs with just these nodes. */
  const forwardsTo = (...numbers: number[]) =>
    eventually(async () => {
      const nodes = numbers.map((number) => entry.nodeAddress(number));
      return entry.loaded() === nodes.join(", ");
    });

  it("leads to Traefik as soon as the cluster's nodes are reported, and says who the client is (F26)", async () => {
    for (const number of [1, 2]) await entry.addNode(number);
    await entry.startReporter();
    await forwardsTo(1, 2);
    await until(entry, { host, path: "/" }, ({ status }) => status === 200);
    const { headers } = await seen(entry, { host, path: "/", from: client });
    assert.equal(headers["x-forwarded-for"], client);
    const { status, headers: redirection } = await ask(entry, { host, path: "/", plain: true });
    assert.deepEqual([status, redirection.location], [301, `https://${host}/`]);
  });

  it("loses no request and no websocket while nodes come, go, and break", async () => {
    const load = steadyLoad(entry);
    stage.ended.push(load.end);
    const socket = await upgrade(entry, { host, path: "/graphql" });
    stage.ended.push(() => socket.destroy());
    await entry.addNode(3);
    await forwardsTo(1, 2, 3);
    await eventually(async () => entry.connectionsOf(3) > 5);
    await entry.addNode(4);
    await forwardsTo(1, 2, 3, 4);
    await entry.forgetNode(4);
    await forwardsTo(1, 2, 3);
    await eventually(async () => entry.openConnectionsOf(4) === 0);
    entry.closeNode(4);
    // Broken without a word: the cluster goes on reporting it.
    await entry.addNode(5);
    await forwardsTo(1, 2, 3, 5);
    const before = load.done();
    await eventually(async () => load.done() > before + 50);
    load.during(() => entry.closeNode(5));
    const after = load.done();
    await eventually(async () => load.done() > after + 100);
    await entry.forgetNode(5);
    await forwardsTo(1, 2, 3);
    socket.write("still here");
    assert.equal(String(await new Promise((resolve) => socket.once("data", resolve))), "still here");
    socket.destroy();
    assert.deepEqual(await load.end(), []);
  });

  it("is told by somebody who may list nodes and nothing else", async () => {
    const account = await entry.account();
    const paths = {
      "/api/v1/nodes": 200,
      "/api/v1/nodes/node-1": 403,
      "/api/v1/pods": 403,
      "/api/v1/namespaces/traefik/secrets": 403,
    };
    for (const [path, status] of Object.entries(paths))
      assert.equal(await apiStatus(stage, account, path), status, path);
  });

  it("forwards to no node that is about to leave", async () => {
    const ref = { apiVersion: "v1", kind: "Node", name: "node-3" };
    await stage.client.merge(ref, {
      spec: { taints: [{ key: "ToBeDeletedByClusterAutoscaler", value: "1", effect: "NoSchedule" }] },
    });
    await forwardsTo(1, 2);
    await entry.forgetNode(3);
  });

  it("is well again by itself when the machine was made anew", async () => {
    await entry.end("haproxy");
    await entry.end("receiver");
    rmSync(join(stage.folder, "entry", "state"), { recursive: true });
    await entry.startMachine();
    await forwardsTo(1, 2);
    await until(entry, { host, path: "/" }, ({ status }) => status === 200);
  });

  describe("whoever else calls the machine", () => {
    const good = () => ({ ports, nodes: [1, 2].map((number) => entry.nodeAddress(number)) });
    const other = () => ({ ports, nodes: [entry.nodeAddress(1)] });
    before(() => entry.end("reporter"));

    /** What the machine runs with: the file, and how often HAProxy was told to read it. */
    const running = async () => [
      entry.configuration(),
      /master\s+(\d+)/.exec(await entry.masterSays("show proc"))?.[1],
    ];

    const refused: [what: string, status: number, letter: () => Letter][] = [
      ["signs with another secret", 401, () => ({ body: other(), secret: "x".repeat(48) })],
      ["does not sign", 401, () => ({ body: other(), signature: undefined })],
      ["signs something else", 401, () => ({ body: other(), signature: "0".repeat(64) })],
      ["signs in letters no signature has", 401, () => ({ body: other(), signature: "é" })],
      ["says a time that is too old", 409, () => ({ body: other(), moment: now(-120) })],
      ["says a time that is yet to come", 409, () => ({ body: other(), moment: now(120) })],
      ["says no time", 400, () => ({ body: other(), moment: "soon" })],
      ["sends no JSON", 400, () => ({ text: "{" })],
      ["sends something else", 400, () => ({ body: ["nodes"] })],
      ["names no nodes", 400, () => ({ body: { ports, nodes: [] } })],
      ["names an address outside", 400, () => ({ body: { ports, nodes: ["203.0.113.1"] } })],
      [
        "names what is no address",
        400,
        () => ({ body: { ports, nodes: ["127.0.0.1\n    server x 1.1.1.1"] } }),
      ],
      ["names a host", 400, () => ({ body: { ports, nodes: ["localhost"] } })],
      ["names no ports", 400, () => ({ body: { ...good(), ports: [] } })],
      [
        "names a port that is none",
        400,
        () => ({ body: { ...good(), ports: [{ listen: 0, node: 30_443 }] } }),
      ],
      ["names a port in words", 400, () => ({ body: { ...good(), ports: [{ listen: "80", node: 1 }] } })],
      ["names a port twice", 400, () => ({ body: { ...good(), ports: [ports[0], ports[0]] } })],
      ["sends very much", 413, () => ({ text: "x".repeat(70_000) })],
    ];
    for (const [what, status, letter] of refused)
      it(`and ${what} is refused, and nothing changes`, async () => {
        const before = await running();
        assert.equal((await entry.send(letter())).status, status);
        assert.deepEqual(await running(), before);
        assert.equal((await ask(entry, { host, path: "/" })).status, 200);
      });

    it("and repeats a report is refused, also after a restart", async () => {
      const [before] = await running();
      const letter = { body: other(), moment: now() };
      assert.equal((await entry.send(letter)).status, 200);
      assert.equal((await entry.send({ body: good() })).status, 200);
      assert.equal((await entry.send(letter)).status, 409);
      await entry.end("receiver");
      entry.startReceiver();
      await eventually(() => entry.send({ text: "" }).then(Boolean, () => false));
      assert.equal((await entry.send(letter)).status, 409);
      assert.equal((await running())[0], before);
    });

    it("is written down with the reason, and no secret is", () => {
      const log = stage.logOf("receiver");
      assert.match(log, /: 200 loaded 127\./);
      assert.match(log, /: 401 the signature is not right/);
      assert.match(log, /: 409 a report as new as this has been here before/);
      for (const name of ["receiver", "reporter", "haproxy"])
        assert.ok(!stage.logOf(name).includes("only-for-this-test"), name);
    });
  });

  describe("a configuration that cannot be", () => {
    it("and that HAProxy refuses is never loaded, and the answer says why", async () => {
      const before = entry.configuration();
      entry.spoilBase();
      const body = { ports, nodes: [entry.nodeAddress(1)] };
      const { status, text } = await entry.send({ body }).finally(() => entry.mendBase());
      assert.equal(status, 422);
      assert.match(text, /unknown keyword 'globall'/);
      assert.equal(entry.configuration(), before);
      assert.match(await entry.masterSays("show proc"), /failed: 0/);
      assert.equal((await ask(entry, { host, path: "/" })).status, 200);
    });

    it("and that HAProxy cannot start with makes room for the one before", async () => {
      const before = entry.configuration();
      const taken = createServer().listen(10_999, entry.address);
      const body = {
        ports: [...ports, { listen: 10_999, node: 30_443 }],
        nodes: [entry.nodeAddress(1)],
      };
      const { status, text } = await entry.send({ body }).finally(() => taken.close());
      assert.deepEqual([status, text.includes("it runs with the one before")], [500, true]);
      assert.equal(entry.configuration(), before);
      assert.match(await entry.masterSays("show proc"), /failed: 0/);
      assert.equal((await ask(entry, { host, path: "/" })).status, 200);
    });
  });
});

/** Requests without a pause from five clients, each over a connection of its own, until it is ended. */
function steadyLoad(entry: Entry) {
  let going = true;
  let done = 0;
  let breaks = 0;
  const failures: string[] = [];
  const clients = Array.from({ length: 5 }, async () => {
    while (going) {
      const before = breaks;
      const answer = await ask(entry, { host, path: "/" }).catch((error: Error) => error);
      done += 1;
      const fault = answer instanceof Error ? answer.message : answer.status !== 200 && String(answer.status);
      if (fault && before === breaks) failures.push(fault);
      await pause(5);
    }
  });
  return {
    done: () => done,
    /** What is under way when something breaks may break with it, and nothing that begins afterwards. */
    during: (action: () => void) => {
      action();
      breaks += 1;
    },
    end: async () => {
      going = false;
      await Promise.all(clients);
      return failures;
    },
  };
}

/** What the API server answers to the reporter's account. */
function apiStatus({ client }: Stage, account: string, path: string): Promise<number> {
  const [token, ca] = ["token", "ca.crt"].map((file) => readFileSync(join(account, file), "utf8"));
  const headers = { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${client.server}${path}`, { headers, ca, agent: false }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on("error", reject).end();
  });
}
