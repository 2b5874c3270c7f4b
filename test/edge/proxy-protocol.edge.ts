import assert from "node:assert/strict";
import { connect } from "node:net";
import { connect as secure } from "node:tls";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { traefikArguments } from "./arguments.ts";
import { until } from "./ask.ts";
import type { Seen } from "./echo.ts";
import { namespace, openStage, type Stage, websecure } from "./stage.ts";

const host = "speckle.example";
const balancer = "127.0.0.5";
const client = "198.51.100.7";
const header = `PROXY TCP4 ${client} 192.0.2.1 5555 443\r\n`;

describe("the PROXY protocol at the real Traefik (F26)", function () {
  this.timeout(240_000);
  let stage: Stage;

  before(async () => {
    const entry = { type: "LoadBalancer", proxyFrom: [`${balancer}/32`] } as const;
    const own = traefikArguments(traefikValues({ entry, replicas: 1 }));
    stage = await openStage(own.filter((argument) => argument.includes("proxyProtocol")));
    await stage.apply({ namespace, domain: host, allowFrom: [], registration: "open" });
    await until(stage, { host, path: "/" }, ({ status }) => status === 200);
  });
  after(() => stage?.close());

  const addressSeen = async (from: string, before = "") =>
    (await overSocket(stage.address, from, before)).headers["x-forwarded-for"];

  it("tells the client's address", async () => {
    assert.equal(await addressSeen(balancer, header), client);
  });

  it("is not asked of pods that reach their own environment past the load balancer", async () => {
    assert.equal(await addressSeen("127.0.0.6"), "127.0.0.6");
    assert.equal(await addressSeen(balancer), balancer);
  });

  it("is believed from nobody else", async () => {
    assert.equal(await addressSeen("127.0.0.6", header), "127.0.0.6");
  });
});

/** One request over a connection that begins with some text of its own. */
async function overSocket(address: string, from: string, before: string): Promise<Seen> {
  const plain = connect({ host: address, port: websecure, localAddress: from });
  plain.write(before);
  const socket = secure({ socket: plain, servername: host, rejectUnauthorized: false });
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  return JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4));
}
