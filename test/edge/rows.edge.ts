import assert from "node:assert/strict";
import { createServer } from "node:http";
import express from "express";
import { type EdgeArgs, type TraefikObject, traefikObjects } from "../../components/edge/ingress-routes.ts";
import { type Route, routeRule, speckleRoutes } from "../../components/edge/routes.ts";
import { eventually } from "../support/control-plane.ts";
import { addressesOf, rowOf, speckleCalls } from "../support/speckle-routes.ts";
import { until } from "./ask.ts";
import { counterexample, openSenders, type Senders } from "./senders.ts";
import { type Call, calls } from "./spellings.ts";
import { answerFor, namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const args: EdgeArgs = { namespace, domain: host, allowFrom: [], registration: "open" };
const ofServer = speckleCalls.filter(({ source }) => source.startsWith("server/"));
const addresses = ofServer.flatMap(({ path }) => addressesOf(path));
const rows = speckleRoutes();
const spelt = calls([...new Set(addresses)], ["GET", "POST", "DELETE"]);

/** Traefik decides by the path how large a body may be and how it is carried; Express decides what it is then read for. */
describe("the row that the real Traefik takes, and what the real Express takes it for", function () {
  this.timeout(600_000);
  let stage: Stage;
  let senders: Senders;

  before(async () => {
    stage = await openStage();
    for (const key of ["server", "objects"] as const) await answerFor(stage, key, createServer(teller()));
    senders = openSenders(stage.address, host);
    stage.ended.push(() => senders.close());
    await apply((match) => match);
    await until(stage, { host, path: "/graphql" }, ({ text }) => text.includes('"handler"'));
  });
  after(() => stage?.close());

  /** The routes of an environment, each of which tells its row in a header. */
  async function apply(change: (match: string) => string): Promise<void> {
    const objects = traefikObjects(args).map((object) => withRow(object, change));
    for (const index of rows.keys())
      await stage.client.apply(rowHeader(index) as never, { fieldManager: "edge-test" });
    for (const object of objects)
      await stage.client.apply(object as never, { fieldManager: "edge-test", force: true });
  }

  /** A call that a handler takes, and whose body may be larger than the handler's own row lets through. */
  const larger = (runs: number) =>
    counterexample(spelt, runs, async (call: Call) => {
      const answer = await senders.send(call);
      if (!answer.startsWith('{"handler"')) return true;
      const { handler, row } = JSON.parse(answer);
      const own = addressesOf(handler).map((address) => limitOf(rowOf(address)));
      return limitOf(rows[row]) <= Math.max(...own);
    });

  it("lets no larger body through than the row of what Express takes it for (F45)", async () => {
    assert.equal(await larger(3000), undefined);
  });

  it("would let one through if Traefik's rows were wider", async () => {
    await apply((match) => match.replace("PathPrefix(`/api/file/`)", "PathRegexp(`^/api/`)"));
    assert.ok(await eventually(async () => (await larger(500)) !== undefined));
  });
});

const header = "X-Row";

/** Most MiB that a row lets through. */
function limitOf(row: Route | undefined): number {
  return row?.body?.megabytes ?? Number.POSITIVE_INFINITY;
}

function withRow(object: TraefikObject, change: (match: string) => string): TraefikObject {
  if (object.kind !== "IngressRoute") return object;
  const { routes } = object.spec as { routes: { match: string; middlewares: object[] }[] };
  const marked = routes.map((rule) => {
    const row = rows.findIndex((one) => {
      const match = routeRule(host, one);
      return rule.match === match || rule.match.startsWith(`${match} && (`);
    });
    return { ...rule, match: change(rule.match), middlewares: [{ name: `row-${row}` }, ...rule.middlewares] };
  });
  return { ...object, spec: { ...object.spec, routes: marked } };
}

function rowHeader(row: number): TraefikObject {
  return {
    apiVersion: "traefik.io/v1alpha1",
    kind: "Middleware",
    metadata: { name: `row-${row}`, namespace },
    spec: { headers: { customRequestHeaders: { [header]: String(row) } } },
  };
}

/** Answers with the handler that a call came to, and the row it came by. */
function teller() {
  const app = express();
  for (const { method, path } of ofServer)
    app[method.toLowerCase() as "get"](path, (request, response) => {
      response.json({ handler: path, row: request.get(header) });
    });
  return app;
}
