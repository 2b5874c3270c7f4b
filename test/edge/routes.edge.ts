import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { EdgeArgs } from "../../components/edge/ingress-routes.ts";
import { registrationLink, registrationLinkObjects } from "../../components/edge/registration-link.ts";
import { speckleRoutes } from "../../components/edge/routes.ts";
import { addressesOf, type Carried, speckleCalls } from "../support/speckle-routes.ts";
import { type Answer, ask, seen, until, upgrade } from "./ask.ts";
import { shownBy } from "./browser.ts";
import { special } from "./echo.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const args: EdgeArgs = {
  namespace,
  domain: host,
  objectStoreHost: `s3.${host}`,
  allowFrom: [],
  registration: "open",
};
const mebibyte = Buffer.alloc(2 ** 20, "x");

/** Addresses of Speckle's own calls that carry this. */
const carrying = (carried: string) =>
  speckleCalls
    .filter(({ carries }) => carries === carried)
    .flatMap(({ path }) => addressesOf(path).slice(-1));
const flowing = speckleCalls
  .filter(({ answer }) => answer === "flows")
  .map(({ method, path }) => ({ method, path: addressesOf(path)[0] ?? "" }));

describe("the real Traefik, with the routes of an environment", function () {
  this.timeout(240_000);
  let stage: Stage;
  const status = async (path: string, more: object = {}) =>
    (await ask(stage, { host, path, ...more })).status;
  const isOpen = ({ status }: Answer) => status === 200;

  before(async () => {
    stage = await openStage();
    await stage.apply(args);
    await until(stage, { host, path: "/" }, isOpen);
  });
  after(() => stage?.close());

  it("takes everything it is given without a complaint", () => {
    // The store's Service is not part of this stage.
    const errors = stage
      .logOf("traefik")
      .split("\n")
      .filter((line) => line.includes("ERR") && !line.includes("speckle-object-store"));
    assert.deepEqual(errors, []);
  });

  for (const { path, match, calls = ["some/thing"], service, hidden } of speckleRoutes()) {
    if (hidden) continue;
    const reached = match === "exact" ? path : `${path}${calls[0]}`;
    it(`sends ${reached} to ${service.name}, path untouched (F44)`, async () => {
      const { service: answered, url } = await seen(stage, { host, path: `${reached}?a=/metrics&b=%2F..` });
      assert.equal(answered, service.name);
      assert.equal(url, `${reached}?a=/metrics&b=%2F..`);
    });
  }

  for (const path of [
    "/graphql/",
    "/graphqlx",
    "/explorer/x",
    "/auth",
    "/auth/",
    "/auth/other",
    "/Auth/Local/REGISTER",
    "/authn/register",
    "/api",
    "/apix",
  ])
    it(`sends the neighbour ${path} to the frontend`, async () => {
      assert.equal((await seen(stage, { host, path })).service, "speckle-frontend-2");
    });

  const twins = [
    "/metrics",
    "/metrics/",
    "/Metrics",
    "/metrics?x=1",
    "//metrics",
    "/./metrics",
    "/api/../metrics",
    "/api/%2e%2e/metrics",
    "/%6d%65trics",
    "/graphql/../metrics",
    "/api/status",
    "/api/status/",
    "/api/status//",
    "/API/status",
    "/api/STATUS",
    "/api//status",
    "/api/./status",
    "/api/x/../status",
    "/api/x/%2E%2E/status",
    "/api/%73tatus",
    "/liveness",
    "/readiness/",
  ];
  for (const path of twins)
    it(`hides ${path}`, async () => {
      const { service, url } = await seen(stage, { host, path });
      // The frontend answers an unknown path with its own page: it has none of these.
      assert.equal(service, "speckle-frontend-2");
      assert.doesNotMatch(url, /^\/(metrics|api\/status|liveness|readiness)/, url);
    });

  for (const path of ["/api%2Fstatus", "/api%5Cstatus", "/..%2Fmetrics", "/api/%00", "/api/..%5cmetrics"])
    it(`sends ${path} nowhere but to the frontend, or refuses it`, async () => {
      const { status, text } = await ask(stage, { host, path });
      if (status !== 400) assert.equal(JSON.parse(text).service, "speckle-frontend-2", text);
    });

  for (const wrong of ["example", "other.example", "s3.other.example", "127.0.0.1", `${host}.evil.example`])
    it(`knows nothing of the host ${wrong}`, async () => {
      for (const path of ["/", "/graphql", "/metrics", "/api/status"])
        assert.equal(await status(path, { host: wrong }), 404);
    });

  it("shows neither dashboard nor health nor its own numbers", async () => {
    for (const path of ["/dashboard/", "/api/rawdata", "/api/http/routers", "/ping"])
      for (const where of [host, "traefik", "localhost"]) {
        const { status, text } = await ask(stage, { host: where, path });
        if (status !== 404) assert.ok(JSON.parse(text).service, `${where}${path}: ${text.slice(0, 80)}`);
      }
  });

  it("sends everything from http to https", async () => {
    for (const path of ["/", "/graphql", "/metrics", "/a/b?c=d"]) {
      const { status, headers } = await ask(stage, { host, path, plain: true });
      assert.equal(status, 301);
      assert.equal(headers.location, `https://${host}${path}`);
    }
  });

  it("sets the headers that keep browsers safe, and lets the viewer be embedded", async () => {
    const { headers } = await ask(stage, { host, path: "/" });
    assert.equal(headers["strict-transport-security"], "max-age=31536000");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "strict-origin-when-cross-origin");
    assert.equal(headers["x-frame-options"], undefined);
  });

  it("compresses pages and answers, not what is streamed", async () => {
    const encoding = async (path: string) =>
      (await ask(stage, { host, path, headers: { "accept-encoding": "gzip" } })).headers["content-encoding"];
    assert.equal(await encoding(`/${special.text}`), "gzip");
    assert.equal(await encoding(`/api/getobjects/${special.text}`), undefined);
    assert.equal(await encoding(`/objects/${special.text}`), undefined);
    const { headers, text } = await ask(stage, { host, path: `/${special.text}` });
    assert.equal(headers["content-encoding"], undefined, "only for those who can read it");
    assert.ok(text.length > 65_536);
  });

  it("tells the Service the client's address, and believes no header about it", async () => {
    const forged = {
      "x-forwarded-for": "203.0.113.9",
      "x-real-ip": "203.0.113.9",
      "x-forwarded-proto": "http",
    };
    const { headers } = await seen(stage, { host, path: "/", headers: forged, from: "127.0.0.7" });
    assert.equal(headers["x-forwarded-for"], "127.0.0.7");
    assert.equal(headers["x-real-ip"], "127.0.0.7");
    assert.equal(headers["x-forwarded-proto"], "https");
  });

  describe("bodies", () => {
    const post = async (path: string, megabytes: number, headers: Record<string, string> = {}) => {
      const body = Array.from({ length: megabytes }, () => mebibyte);
      const { status, text } = await ask(stage, { host, path, method: "POST", body, headers });
      return { status, bytes: status === 200 ? JSON.parse(text).bytes : 0 };
    };
    const declared = (megabytes: number) => ({ "content-length": String(megabytes * 2 ** 20) });

    const most: Partial<Record<Carried, number>> = { file: 101, objects: 101, list: 100 };
    for (const [carried, megabytes] of Object.entries(most))
      for (const path of carrying(carried)) {
        it(`of ${megabytes} MB pass at ${path}, larger ones do not (F45)`, async () => {
          const whole = { status: 200, bytes: megabytes * 2 ** 20 };
          assert.deepEqual(await post(path, megabytes, declared(megabytes)), whole);
          assert.equal(
            (await post(path, 0, declared(megabytes + 1))).status,
            413,
            "before any of it is sent",
          );
        });
        it(`of unknown length are held to the same at ${path} (F45)`, async () => {
          assert.deepEqual(await post(path, megabytes), { status: 200, bytes: megabytes * 2 ** 20 });
          assert.equal((await post(path, megabytes + 1)).status, 413);
        });
      }

    it("with a file of exactly the limit in its form pass (F45)", async () => {
      const form = new FormData();
      form.append("file", new Blob([Buffer.alloc(100 * 2 ** 20)]), `${"long name ".repeat(20)}.ifc`);
      const request = new Request("https://x.example", { method: "POST", body: form });
      const body = [Buffer.from(await request.arrayBuffer())];
      const question = { host, path: "/api/stream/a/blob", method: "POST", body };
      const { bytes } = await seen(stage, question);
      assert.ok(bytes > 100 * 2 ** 20);
    });

    for (const path of ["/graphql", "/auth/local/login", "/api/other", "/preview/a"])
      it(`of 10 MB pass at ${path}, of 11 MB do not`, async () => {
        assert.equal((await post(path, 10, declared(10))).status, 200);
        assert.equal((await post(path, 0, declared(11))).status, 413);
      });

    it("are as large as the settings say, without a restart (F45)", async () => {
      await stage.apply({ ...args, uploads: { fileMb: 120, objectMb: 110 } });
      for (const [path, megabytes] of [
        ["/api/file/a", 121],
        ["/objects/a", 111],
      ] as const) {
        const body = Array.from({ length: megabytes }, () => mebibyte);
        await until(stage, { host, path, method: "POST", body }, isOpen);
        assert.equal((await post(path, 0, declared(megabytes + 1))).status, 413);
      }
      assert.equal((await post("/graphql", 11)).status, 413);
      await stage.apply(args);
      for (const path of ["/api/file/a", "/objects/a"]) {
        const body = Array.from({ length: 102 }, () => mebibyte);
        await until(stage, { host, path, method: "POST", body }, ({ status }) => status === 413);
      }
    });
  });

  describe("answers", () => {
    for (const { method, path } of flowing)
      it(`to ${method} ${path} flow as they come`, async () => {
        const body = method === "POST" ? [Buffer.from("[]")] : [];
        const headers: Record<string, string> = method === "POST" ? { "content-length": "2" } : {};
        const question = { host, path: `${path}?${special.slowAnswer}`, method, headers, body };
        const answer = await ask(stage, question);
        assert.equal(answer.status, 200);
        assert.ok(answer.flowed > 1000, `the last of 2 s of text came ${answer.flowed} ms after the first`);
      });
  });

  it("keeps a silent websocket open, and takes uploads that trickle, for 70 seconds (F45, F46)", async () => {
    const socket = await upgrade(stage, { host, path: "/graphql" });
    stage.ended.push(() => socket.destroy());
    const talk = async (words: string) => {
      socket.write(words);
      const [answer] = await once(socket, "data");
      assert.equal(String(answer), words);
    };
    await talk("before");
    const paths = ["/api/file/a", "/objects/a"];
    const uploads = paths.map((path) => ask(stage, { host, path, method: "POST", body: trickle(70) }));
    for (const { status, text } of await Promise.all(uploads)) {
      assert.equal(status, 200, text);
      assert.equal(JSON.parse(text).bytes, 70);
    }
    await talk("after");
  });

  describe("`allowFrom`", () => {
    const closed = { ...args, allowFrom: ["127.0.0.9/32"] };
    const refused = ({ status }: Answer) => status === 403;

    it("lets in only the first administrator's address, whatever headers say (F61)", async () => {
      await stage.apply(closed);
      await until(stage, { host, path: "/" }, refused);
      const forged = { "x-forwarded-for": "127.0.0.9", "x-real-ip": "127.0.0.9", forwarded: "for=127.0.0.9" };
      for (const path of ["/", "/graphql", "/authn/register", "/auth/local/register", "/api/x", "/metrics"]) {
        assert.equal(await status(path, { headers: forged }), 403, path);
        assert.equal(await status(path, { from: "127.0.0.9" }), 200, path);
      }
    });

    it("opens for everybody afterwards, without a restart", async () => {
      await stage.apply(args);
      await until(stage, { host, path: "/authn/register" }, isOpen);
    });
  });

  describe("an account", () => {
    const path = "/auth/local/register";
    const post = (query: string, at = path) => status(`${at}${query}`, { method: "POST" });

    const invited = { ...args, registration: "invited" } as const;
    const secret = "abcDEF0123456789";

    before(async () => {
      await stage.apply(invited, registrationLinkObjects(invited, secret));
      await until(stage, { host, path }, ({ status }) => status === 403);
    });
    after(() => stage.apply(args));

    it("is made with an invitation, whose words arrive untouched (F61)", async () => {
      const query = "?challenge=a-b&token=c&newsletter=true";
      const { service, url } = await seen(stage, { host, path: `${path}${query}`, method: "POST" });
      assert.deepEqual({ service, url }, { service: "speckle-server", url: `${path}${query}` });
    });

    it("is refused without one (F61)", async () => {
      for (const query of ["", "?challenge=a", "?challenge=a&token=", "?inviteId=b", "?x=/&tokens=b"])
        assert.equal(await post(query), 403, query);
    });

    it("is not made by a call that Speckle's page does not send", async () => {
      const queries = ["challenge=a&token=a&token=b", "token=b&challenge=a", "challenge=a%2Fb&token=b"];
      for (const query of queries) {
        const { status, headers } = await ask(stage, { host, path: `${path}?${query}`, method: "POST" });
        assert.deepEqual([status, headers.location], [307, "/"], query);
      }
    });

    it("is made by whoever has the link, with Speckle's own form (F61)", async () => {
      const link = new URL(registrationLink(host, secret));
      const { status: leads, headers } = await ask(stage, { host: link.host, path: link.pathname });
      assert.deepEqual([leads, headers.location], [302, `https://${host}/authn/register`]);
      const [given = ""] = headers["set-cookie"] ?? [];
      assert.match(given, /; Path=\/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$/);
      const [cookie = ""] = given.split(";");
      const form = { host, path: `${path}?challenge=a`, method: "POST" };
      for (const sent of [cookie, `other=1; ${cookie}`, `${cookie}; other=1`]) {
        const { service, url } = await seen(stage, { ...form, headers: { cookie: sent } });
        assert.deepEqual({ service, url }, { service: "speckle-server", url: `${path}?challenge=a` });
      }
      const body = [Buffer.alloc(11 * mebibyte.length)];
      assert.equal((await ask(stage, { ...form, headers: { cookie }, body })).status, 413);
      const forged = [
        cookie.slice(0, -1),
        `${cookie}0`,
        `x${cookie}`,
        cookie.toLowerCase(),
        cookie.replace("=", "=x="),
      ];
      for (const wrong of forged)
        assert.equal((await ask(stage, { ...form, headers: { cookie: wrong } })).status, 403, wrong);
      for (const wrong of ["", "/", secret.slice(0, -1), secret.toLowerCase(), `${secret}0`, `${secret}/`])
        assert.equal(
          (await ask(stage, { host, path: `/registration/${wrong}` })).headers["set-cookie"],
          undefined,
        );
    });

    it("is made by the link in a real browser, and not before (F61)", async () => {
      const script = `
        const register = async () => (await fetch("${path}?challenge=a", { method: "POST" })).status;
        const before = await register();
        const { url } = await fetch(${JSON.stringify(registrationLink(host, secret))});
        document.body.textContent = [before, url, await register()].join(" ");
      `;
      const page = `https://${host}/?${special.script}=${encodeURIComponent(`(async () => {${script}})()`)}`;
      assert.equal(await shownBy(stage, page), `403 https://${host}/authn/register 200`);
    });

    it("is made by the link from nowhere but where one may come in", async () => {
      const closed = { ...invited, allowFrom: ["127.0.0.9/32"] };
      await stage.apply(closed, registrationLinkObjects(closed, secret));
      const link = { host, path: new URL(registrationLink(host, secret)).pathname };
      const { headers } = await until(stage, link, ({ status }) => status === 403);
      assert.equal(headers["set-cookie"], undefined);
      assert.equal((await ask(stage, { ...link, from: "127.0.0.9" })).status, 302);
      await stage.apply(invited, registrationLinkObjects(invited, secret));
      await until(stage, { host, path: "/" }, isOpen);
    });

    it("is no part of signing in, which stays as it was", async () => {
      assert.equal(await post("?challenge=a", "/auth/local/login"), 200);
      assert.equal(await post("?challenge=a", "/authn/register"), 200);
    });
  });
});

async function* trickle(seconds: number) {
  for (let second = 0; second < seconds; second++) {
    yield Buffer.from("x");
    await pause(1000);
  }
}
