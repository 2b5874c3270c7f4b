import assert from "node:assert/strict";
import { type EdgeArgs, type TraefikObject, traefikObjects } from "../../components/edge/ingress-routes.ts";
import { middleware } from "../../components/edge/middlewares.ts";
import { registrationLinkObjects } from "../../components/edge/registration-link.ts";
import { eventually } from "../support/control-plane.ts";
import { until } from "./ask.ts";
import { counterexample, openSenders, type Senders } from "./senders.ts";
import { type Reading, speckleFrontend, speckleServer } from "./speckle-server.ts";
import { type Call, calls } from "./spellings.ts";
import { answerFor, namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const args: EdgeArgs = { namespace, domain: host, allowFrom: [], registration: "invited" };
const register = "/auth/local/register";
const secret = "abcDEF0123456789";
const registering = calls(
  [register, register, register, "/auth/local/login", "/auth/token", "/api/x"],
  ["POST", "POST", "POST", "PUT", "GET"],
);
const looking = calls(["/metrics", "/liveness", "/readiness", "/api/status"], ["GET", "GET", "POST"]);

/** What Speckle's server reads in calls that Traefik lets through, each with the framework it has. */
describe("the real Traefik in front of the real Express and h3", function () {
  this.timeout(600_000);
  let stage: Stage;
  let senders: Senders;

  before(async () => {
    stage = await openStage();
    await answerFor(stage, "server", speckleServer());
    await answerFor(stage, "objects", speckleServer());
    await answerFor(stage, "frontend_2", speckleFrontend());
    senders = openSenders(stage.address, host);
    stage.ended.push(() => senders.close());
    await stage.apply(args);
    await until(stage, { host, path: register, method: "POST" }, ({ status }) => status === 403);
  });
  after(() => stage?.close());

  /** The first call found in which an account is made without an invitation; undefined when there is none. */
  async function uninvited(runs: number): Promise<Call | undefined> {
    return counterexample(registering, runs, async (call) => {
      const made = await reading(senders, call);
      return made?.read !== "account" || (typeof made.invitation === "string" && made.invitation !== "");
    });
  }

  async function shown(runs: number): Promise<Call | undefined> {
    return counterexample(looking, runs, async (call) => (await reading(senders, call))?.read !== "hidden");
  }

  it("lets nobody past `allowFrom`, however a call is spelt (F61)", async () => {
    await stage.apply({ ...args, allowFrom: ["127.0.0.9/32"] });
    await until(stage, { host, path: "/" }, ({ status }) => status === 403);
    const any = calls(
      ["/", "/graphql", "/api/x", "/auth/token", "/metrics", "/registration/x"],
      ["GET", "POST"],
    );
    const reached = async (call: Call) => (await reading(senders, call)) === undefined;
    assert.equal(await counterexample(any, 1000, reached), undefined);
    await stage.apply(args);
    await until(stage, { host, path: "/" }, ({ status }) => status === 200);
  });

  it("takes no other address for the link to register, however it is spelt (F61)", async () => {
    await stage.apply(args, registrationLinkObjects(args, secret));
    const lead = (path: string) => ({ method: "GET", target: path, headers: {}, http2: true });
    const leads = async (call: Call) => (await senders.send(call)) === "Found";
    assert.ok(await eventually(() => leads(lead(`/registration/${secret}`))));
    const wrong = [secret.slice(0, -1), `${secret}0`, secret.replace("a", "b"), ""];
    const others = calls(
      wrong.map((one) => `/registration/${one}`),
      ["GET", "POST"],
    );
    assert.equal(await counterexample(others, 1000, async (call) => !(await leads(call))), undefined);
    await stage.apply(args);
  });

  it("lets Speckle's own form through, with its invitation", async () => {
    for (const http2 of [false, true])
      for (const query of ["challenge=abc&token=def", "challenge=a.b_c-d&token=D3f&newsletter=true"]) {
        const call = { method: "POST", target: `${register}?${query}`, headers: {}, http2 };
        assert.equal((await reading(senders, call))?.read, "account", query);
      }
  });

  const holes = [
    "challenge=abc#&token=x",
    `challenge=abc&${Array(1100).fill("a=1").join("&")}&token=bogus`,
    "challenge=abc;token=x",
    "challenge=abc&token=a&token=b",
    "challenge=abc&token[]=a",
    "challenge=abc&token=%00",
    "challenge=abc&%74oken=a",
  ];
  for (const query of holes)
    it(`makes no account for ${query.slice(0, 40)} (F61)`, async () => {
      for (const http2 of [false, true]) {
        const call = { method: "POST", target: `${register}?${query}`, headers: {}, http2 };
        assert.equal(await reading(senders, call), undefined, `HTTP/${http2 ? 2 : 1}`);
      }
    });

  it("makes no account without an invitation, however the call is spelt (F61)", async () => {
    assert.equal(await uninvited(4000), undefined);
  });

  it("shows nobody what is hidden, however the path is spelt", async () => {
    assert.equal(await shown(2000), undefined);
  });

  describe("when a rule is weakened", () => {
    const weakened: [
      what: string,
      change: (object: TraefikObject) => TraefikObject,
      search: typeof uninvited,
    ][] = [
      ["the form is not asked for", withoutForm, (runs) => uninvited(runs)],
      ["sign-in has one row for every path", withPrefix, (runs) => uninvited(runs)],
      ["hidden paths have no rows, and pages come from the server", withoutHiding, (runs) => shown(runs)],
    ];
    for (const [what, change, search] of weakened)
      it(`finds a call that slips through: ${what}`, async () => {
        await stage.apply(args);
        for (const object of traefikObjects(args))
          await stage.client.apply(change(object) as never, { fieldManager: "edge-test", force: true });
        assert.ok(await eventually(async () => (await search(500)) !== undefined), "nothing was found");
      });
  });
});

function withoutForm(object: TraefikObject): TraefikObject {
  if (object.metadata.name !== middleware.invitation) return object;
  return { ...object, spec: { redirectRegex: { regex: "^nothing$", replacement: "/" } } };
}

/** Every address below /auth/ that is not refused goes to the server, as Traefik and not Express reads it. */
function withPrefix(object: TraefikObject): TraefikObject {
  return withRules(object, (rule) => ({
    ...rule,
    match: rule.match.replace(/PathRegexp\(`\^\/auth\/[^`]*`\)/, "PathPrefix(`/auth/`)"),
  }));
}

function withoutHiding(object: TraefikObject): TraefikObject {
  return withRules(object, (rule) =>
    rule.match.includes("(?i)^/")
      ? { ...rule, match: "Host(`nowhere.example`)" }
      : rule.match.endsWith("PathPrefix(`/`)")
        ? { ...rule, services: [{ name: "speckle-server", port: 3000, nativeLB: true }] }
        : rule,
  );
}

interface RouteOfTraefik {
  readonly match: string;
  readonly services: readonly object[];
}

function withRules(object: TraefikObject, change: (rule: RouteOfTraefik) => RouteOfTraefik): TraefikObject {
  if (object.kind !== "IngressRoute") return object;
  const { routes } = object.spec as { routes: RouteOfTraefik[] };
  return { ...object, spec: { ...object.spec, routes: routes.map(change) } };
}

/** What a server behind Traefik read; undefined when none did. */
async function reading(senders: Senders, call: Call): Promise<Reading | undefined> {
  const answer = await senders.send(call);
  return answer.startsWith('{"read"') ? JSON.parse(answer) : undefined;
}
