import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { middleware } from "../../components/edge/middlewares.ts";
import { ask, seen, until } from "./ask.ts";
import { counterexample, openSenders } from "./senders.ts";
import { type Call, calls } from "./spellings.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const gate = { service: "oauth2-proxy", port: 4180, podLabels: {}, podPort: 4180 };
const signedIn = { cookie: "_oauth2_proxy=signed-in" };

describe("a sign-in page in front of the real Traefik's pages", function () {
  this.timeout(240_000);
  let stage: Stage;

  before(async () => {
    stage = await openStage();
    const proxy = signInProxy().listen(gate.port, stage.spare);
    stage.ended.push(() => proxy.close());
    await stage.service(gate.service, stage.spare, gate.port);
    await stage.apply({
      namespace,
      domain: host,
      objectStoreHost: `s3.${host}`,
      allowFrom: [],
      registration: "open",
      gate,
    });
    const ref = { apiVersion: "traefik.io/v1alpha1", kind: "Middleware", namespace, name: middleware.gate };
    const { spec } = (await stage.client.get(ref)) ?? assert.fail();
    assert.equal(spec.forwardAuth.address, "http://oauth2-proxy.speckle.svc.cluster.local:4180/");
    // No name of the cluster resolves on this machine.
    const address = `http://${stage.spare}:${gate.port}/`;
    await stage.client.merge(ref, { spec: { forwardAuth: { address } } });
    await until(stage, { host, path: "/" }, ({ status }) => status === 302);
  });
  after(() => stage?.close());

  for (const path of ["/", "/projects/a", "/authn/register", "/explorer", "/metrics"])
    it(`asks for it at ${path}`, async () => {
      const { status, headers } = await ask(stage, { host, path });
      assert.equal(status, 302);
      assert.equal(headers.location, `https://${host}/oauth2/start?rd=${encodeURIComponent(path)}`);
      assert.equal((await ask(stage, { host, path, headers: signedIn })).status, 200);
    });

  for (const path of [
    "/graphql",
    "/auth/local/login",
    "/api/objects/a",
    "/api/file/a",
    "/objects/a",
    "/preview/a",
  ])
    it(`leaves ${path} to connectors`, async () => {
      assert.doesNotMatch((await seen(stage, { host, path })).service, /frontend/);
    });

  it("leads to where people sign in", async () => {
    const { status, text } = await ask(stage, { host, path: "/oauth2/start?rd=/" });
    assert.deepEqual([status, text], [200, "sign in here"]);
  });

  it("is passed by no spelling of a page's address", async () => {
    const senders = openSenders(stage.address, host);
    stage.ended.push(() => senders.close());
    const pages = calls(["/", "/projects/a", "/authn/register", "/graphql", "/explorer"], ["GET", "POST"]);
    const behind = async (call: Call) =>
      !(await senders.send(call)).includes('"service":"speckle-frontend-2"');
    assert.equal(await counterexample(pages, 1000, behind), undefined);
    await senders.send({ method: "GET", target: "/", headers: signedIn, http2: true }).then((answer) => {
      assert.match(answer, /speckle-frontend-2/);
    });
  });

  it("is not opened by headers that only it may set", async () => {
    const headers = { "x-auth-request-user": "somebody", "x-forwarded-user": "somebody" };
    assert.equal((await ask(stage, { host, path: "/", headers })).status, 302);
    const { headers: arrived } = await seen(stage, { host, path: "/", headers: { ...headers, ...signedIn } });
    assert.equal(arrived["x-auth-request-user"], "known");
  });
});

/** Answers as oauth2-proxy does with `--reverse-proxy` and a static upstream. */
function signInProxy(): Server {
  return createServer((request, response) => {
    if (request.url?.startsWith("/oauth2/")) return response.end("sign in here");
    if (request.headers.cookie === signedIn.cookie) {
      return response.writeHead(202, { "x-auth-request-user": "known" }).end();
    }
    const { "x-forwarded-host": host, "x-forwarded-uri": uri } = request.headers;
    const location = `https://${host}/oauth2/start?rd=${encodeURIComponent(String(uri))}`;
    return response.writeHead(302, { location }).end();
  });
}
