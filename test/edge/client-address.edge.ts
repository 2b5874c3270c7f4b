import assert from "node:assert/strict";
import { createServer } from "node:http";
import express from "express";
import fc from "fast-check";
import type { TrustedProxies } from "../../components/edge/client-address.ts";
import { type EdgeArgs, traefikObjects } from "../../components/edge/ingress-routes.ts";
import { middleware } from "../../components/edge/middlewares.ts";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { eventually } from "../support/control-plane.ts";
import { traefikArguments } from "./arguments.ts";
import { ask, until } from "./ask.ts";
import { counterexample } from "./senders.ts";
import { answerFor, namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const client = "127.0.0.7";
const proxy = "127.0.8.1";
const ranges = ["127.0.8.0/24"];
const args: EdgeArgs = { namespace, domain: host, allowFrom: [], registration: "open" };
const ok = ({ status }: { status: number }) => status === 200;

/** Where Speckle's server looks for a client's address, in its order (`modules/shared/utils/ip.ts` of 2.31.14). */
const order = [
  "cf-connecting-ip",
  "true-client-ip",
  "x-real-ip",
  "x-forwarded-for",
  "x-original-forwarded-for",
] as const;

const names = [
  ...["CF-Connecting-IP", "cf-connecting-ip", "True-Client-IP", "X-Real-IP", "X-Forwarded-For"],
  ...["X-Original-Forwarded-For", "X-Speckle-Client-IP", "Forwarded", "X_Real_IP", "Client-IP"],
];
const forgeries = fc.record({
  headers: fc.dictionary(
    fc.constantFrom(...names),
    fc.constantFrom("203.0.113.9", "10.0.0.1", "for=x", "::1"),
    {
      maxKeys: 4,
    },
  ),
  dropped: fc.constantFrom("", ...names),
});
type Forgery = typeof forgeries extends fc.Arbitrary<infer T> ? T : never;

describe("the client's address at the real Traefik, as the real Express tells it", function () {
  this.timeout(240_000);
  let stage: Stage;

  before(async () => {
    const values = traefikValues({ entry: { type: "LoadBalancer" }, replicas: 1, proxyRanges: ranges });
    const trusting = traefikArguments(values).filter((argument) => argument.includes("forwardedHeaders"));
    assert.equal(trusting.length, 1);
    stage = await openStage(trusting);
    await answerFor(stage, "server", createServer(addressTeller()));
  });
  after(() => stage?.close());

  async function told(
    from: string,
    headers: Record<string, string>,
  ): Promise<{ address: string; handed: string }> {
    const { status, text } = await ask(stage, { host, path: "/graphql", from, headers });
    assert.equal(status, 200, text);
    return JSON.parse(text);
  }

  /** A forgery by which another address than the connection's is told; undefined when none is found. */
  async function forged(runs: number): Promise<Forgery | undefined> {
    return counterexample(forgeries, runs, async ({ headers, dropped }) => {
      const connection = dropped ? `close, ${dropped}` : "close";
      const { address, handed } = await told(client, { ...headers, connection });
      return address === client && handed === "";
    });
  }

  it("is the connection's, whatever headers say", async () => {
    await stage.apply(args);
    await until(stage, { host, path: "/graphql" }, ok);
    assert.equal(await forged(500), undefined);
  });

  it("could be forged if the headers were left", async () => {
    const headers = traefikObjects(args).find(({ metadata }) => metadata.name === middleware.headers);
    const weak = { ...headers, spec: { headers: { stsSeconds: 1 } } };
    await stage.client.apply(weak as never, { fieldManager: "edge-test", force: true });
    assert.ok(await eventually(async () => (await forged(200)) !== undefined));
  });

  const proxied: [header: TrustedProxies["header"], others: Record<string, string>][] = [
    ["CF-Connecting-IP", { "True-Client-IP": "203.0.113.9" }],
    ["True-Client-IP", { "CF-Connecting-IP": "203.0.113.9" }],
    ["X-Real-IP", { "CF-Connecting-IP": "203.0.113.9", "True-Client-IP": "203.0.113.9" }],
  ];
  for (const [header, others] of proxied)
    describe(`behind proxies that tell it in ${header}`, () => {
      const through = { [header]: "198.51.100.7", "X-Forwarded-For": "203.0.113.9, 198.51.100.7", ...others };
      const apply = async (more: Partial<EdgeArgs>) => {
        await stage.apply({ ...args, trustedProxies: { ranges, header }, ...more });
      };

      it("is what they say, and nothing that a client said to them", async () => {
        await apply({});
        await until(stage, { host, path: "/graphql", from: client }, ({ status }) => status === 403);
        const is = async () => (await told(proxy, through)).address === "198.51.100.7";
        assert.ok(await eventually(is));
      });

      it("is nobody's who comes past them", async () => {
        for (const path of ["/", "/graphql", "/api/x", "/auth/token"])
          assert.equal((await ask(stage, { host, path, from: client, headers: through })).status, 403, path);
      });

      it("is what `allowFrom` compares", async () => {
        await apply({ allowFrom: ["198.51.100.0/24"] });
        const from = (forwarded: string) =>
          ask(stage, { host, path: "/graphql", from: proxy, headers: { "X-Forwarded-For": forwarded } });
        assert.ok(await eventually(async () => (await from("198.51.100.7, 203.0.113.9")).status === 403));
        assert.equal((await from("203.0.113.9, 198.51.100.7")).status, 200);
        assert.equal((await ask(stage, { host, path: "/", from: client, headers: through })).status, 403);
      });
    });
});

function addressTeller() {
  const app = express();
  app.enable("trust proxy");
  app.use(({ headers, ip, socket }, response) => {
    const address = order.map((name) => headers[name]).find(Boolean) ?? ip ?? socket.remoteAddress;
    response.json({ address, handed: headers["x-speckle-client-ip"] ?? "" });
  });
  return app;
}
