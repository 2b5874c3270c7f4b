import { connect, createServer } from "node:net";
import { containerPort } from "../../components/edge/traefik-ports.ts";
import { eventually } from "../support/control-plane.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const extra = {
  name: "tunnel",
  port: 7000,
  service: "tunnel",
  servicePort: 7100,
  podLabels: { app: "tunnel" },
  podPort: 7100,
};
const args = {
  namespace,
  domain: host,
  allowFrom: [],
  registration: "open",
  extraPorts: [extra],
} as const;

describe("an extra port at the real Traefik (D16)", function () {
  this.timeout(240_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage([`--entryPoints.${extra.name}.address=:${containerPort(extra)}/tcp`]);
    const echo = createServer((socket) => socket.pipe(socket)).listen(extra.servicePort, stage.spare);
    stage.ended.push(() => echo.close());
    await stage.service(extra.service, stage.spare, extra.servicePort);
    await stage.apply(args);
  });
  after(() => stage?.close());

  /** What comes back of some bytes; empty when nothing does, as from a port without a route, which waits for more. */
  const answer = (from = "127.0.0.1") =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: stage.address, port: containerPort(extra), localAddress: from });
      socket.on("data", (text) => resolve(String(text)) ?? socket.destroy());
      socket.setTimeout(2_000, () => socket.destroy());
      socket.on("error", () => resolve("")).on("close", () => resolve(""));
      socket.write("not http at all");
    });

  it("leads to its Service, byte by byte", async () => {
    await eventually(async () => (await answer()) === "not http at all");
  });

  it("keeps to the ranges that may come in", async () => {
    await stage.apply({ ...args, allowFrom: ["127.0.0.7/32"] });
    await eventually(async () => (await answer()) === "");
    await eventually(async () => (await answer("127.0.0.7")) === "not http at all");
  });
});
