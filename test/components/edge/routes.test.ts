import assert from "node:assert/strict";
import fc from "fast-check";
import { traefikObjects } from "../../../components/edge/ingress-routes.ts";
import { decimalsUpTo, routePriority, routeRule, speckleRoutes } from "../../../components/edge/routes.ts";
import type { UploadLimits } from "../../../components/speckle/uploads.ts";
import {
  addressesOf,
  type Carried,
  chartHides,
  rowOf,
  type SpeckleCall,
  serviceByChart,
  speckleCalls,
} from "../../support/speckle-routes.ts";

describe("the route table", () => {
  const table: [path: string, service: string, hidden?: true][] = [
    ["/", "speckle-frontend-2"],
    ["/projects/abc", "speckle-frontend-2"],
    ["/graphql", "speckle-server"],
    ["/graphql/", "speckle-frontend-2"],
    ["/explorer", "speckle-server"],
    ["/auth/local/login", "speckle-server"],
    ["/auth/local/register", "speckle-server"],
    ["/auth/oidc/callback", "speckle-server"],
    ["/auth/local/Register", "speckle-frontend-2"],
    ["/auth/other", "speckle-frontend-2"],
    ["/authn/register", "speckle-frontend-2"],
    ["/static/x.js", "speckle-server"],
    ["/api/getobjects/1", "speckle-objects"],
    ["/api/file/autodetect/1", "speckle-objects"],
    ["/api/other", "speckle-objects"],
    ["/api", "speckle-frontend-2"],
    ["/objects/1/2", "speckle-objects"],
    ["/preview/1", "speckle-objects"],
    ["/metrics", "speckle-frontend-2", true],
    ["/api/status", "speckle-frontend-2", true],
    ["/liveness", "speckle-frontend-2", true],
    ["/readiness", "speckle-frontend-2", true],
  ];
  for (const [path, service, hidden] of table) {
    it(`sends ${path} to ${service}${hidden ? ", hidden" : ""} (F44)`, () => {
      const route = rowOf(path);
      assert.equal(route?.service.name, service);
      assert.equal(route?.hidden ?? false, hidden ?? false);
    });
  }

  it("gives no two matching routes the same priority", () => {
    const priorities = speckleRoutes().map((route) => `${route.path} ${routePriority(route)}`);
    assert.equal(new Set(priorities).size, priorities.length);
  });

  it("has a row for each path, without one that none would miss", () => {
    const used = new Set(
      speckleCalls.flatMap(({ path }) => addressesOf(path)).map((path) => rowOf(path)?.path),
    );
    // Rows of the chart's own Ingress that its server answers no more.
    const former = ["/api/objects/"];
    assert.deepEqual(
      speckleRoutes()
        .map(({ path }) => path)
        .filter((path) => !used.has(path)),
      former,
    );
  });
});

describe("what Speckle's server and frontend serve", () => {
  const uploads: UploadLimits = { fileMb: 300, objectMb: 200 };
  /** Least MiB a row lets through of what a call carries: what Speckle itself takes. */
  const taken: Record<Carried, number> = { nothing: 0, call: 10, list: 100, file: 300 + 1, objects: 200 + 1 };

  for (const [source, calls] of Map.groupBy(speckleCalls, ({ source }) => source))
    it(`goes where the chart sends it, each with its limit: ${source} (F44, F45)`, () => {
      for (const call of calls) for (const path of addressesOf(call.path)) assertTaken(call, path);
    });

  function assertTaken(call: SpeckleCall, path: string): void {
    const { method, carries, answer } = call;
    const row = rowOf(path, uploads) ?? assert.fail(path);
    assert.equal(row.hidden ?? false, chartHides.includes(path), path);
    if (row.hidden) return;
    assert.equal(row.service.name, serviceByChart(path), path);
    const limit = row.body?.megabytes;
    if (carries === "file" || carries === "objects") assert.equal(limit, taken[carries], path);
    else assert.ok((limit ?? Number.POSITIVE_INFINITY) >= taken[carries], `${path}: ${limit} MiB`);
    assert.equal(way(call), wanted(call), `${method} ${path}: ${carries} in, ${answer} out`);
  }

  /** How Traefik carries a call whose length is declared, as every client of Speckle's declares it but for objects. */
  function way({ method, path }: SpeckleCall): "gathered" | "straight" {
    const row = rowOf(addressesOf(path)[0] ?? "", uploads);
    const straight = method === "GET" || row?.body === undefined || row.body.carries === "stream";
    return straight ? "straight" : "gathered";
  }

  /** An answer that flows is not to be gathered; a body that may come slowly is, since the server gives up after 300 s. */
  function wanted({ method, carries, answer, path }: SpeckleCall): "gathered" | "straight" {
    if (answer === "flows" || method === "GET") return "straight";
    if (carries === "file" || carries === "objects") return "gathered";
    return serviceByChart(path) === "speckle-frontend-2" ? "straight" : "gathered";
  }

  it("has limits that follow the settings, and none that Speckle's own would be cut by (F45)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 25, max: 250 }),
        (fileMb, objectMb) => {
          const megabytes = (path: string) => rowOf(path, { fileMb, objectMb })?.body?.megabytes;
          assert.equal(megabytes("/api/file/a1/b"), fileMb + 1);
          assert.equal(megabytes("/api/stream/a1/blob"), fileMb + 1);
          assert.equal(megabytes("/objects/a1"), Math.max(100, objectMb) + 1);
          assert.equal(megabytes("/graphql"), 10);
        },
      ),
    );
  });
});

describe("a limit as a regular expression", () => {
  it("takes exactly the decimals up to it", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (limit, number) => {
        const takes = new RegExp(`^(${decimalsUpTo(limit)})$`);
        return takes.test(String(number)) === number <= limit && takes.test(String(limit));
      }),
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -2, max: 2 }), (limit, step) => {
        const near = Math.max(0, limit + step);
        return new RegExp(`^(${decimalsUpTo(limit)})$`).test(String(near)) === near <= limit;
      }),
    );
  });
});

describe("Traefik's objects", () => {
  const args = {
    namespace: "speckle",
    domain: "a.example",
    objectStoreHost: "s3.a.example",
    allowFrom: [] as string[],
    registration: "open" as const,
  };
  const objects = (allowFrom: string[]) => traefikObjects({ ...args, allowFrom });
  const routesWith = (extra: object): any[] =>
    traefikObjects({ ...args, ...extra }).flatMap(({ kind, spec }) =>
      kind === "IngressRoute" ? (spec as any).routes : [],
    );
  const routesOf = (allowFrom: string[]) => routesWith({ allowFrom });

  it("refer only to middlewares that are there", () => {
    const names = objects(["10.0.0.0/8"]).flatMap(({ kind, metadata }) =>
      kind === "Middleware" ? metadata.name : [],
    );
    const used = routesOf(["10.0.0.0/8"]).flatMap(({ middlewares }) =>
      middlewares.map(({ name }: { name: string }) => name),
    );
    assert.deepEqual(
      [...new Set(used)].filter((name) => !names.includes(name)),
      [],
    );
    assert.deepEqual(
      names.filter((name) => !used.includes(name)),
      [],
    );
  });

  it("hide a hidden path behind the start page", () => {
    const hidden = routesOf([]).find(
      ({ match }) => match === routeRule("a.example", { path: "/metrics", match: "exact", hidden: true }),
    );
    assert.ok(hidden.middlewares.some(({ name }: { name: string }) => name === "speckle-hide"));
  });

  it("never gather a websocket or a download, which would hold the answer back (F46)", () => {
    const all = routesOf([]);
    const gathered = all.filter(({ middlewares }) => JSON.stringify(middlewares).includes("speckle-body-"));
    assert.ok(gathered.length > 10);
    for (const { match, priority } of gathered) {
      const above = all.find((other) => other.priority === priority + 1 && other.match.startsWith(match));
      assert.match(above?.match ?? "", /Method\(`GET`\)/, match);
    }
  });

  it("put a sign-in page in front of pages, never of what connectors call", () => {
    const gated = routesWith({ gate: { service: "oauth2-proxy", port: 80, podLabels: {}, podPort: 4180 } });
    const behind = (path: string) =>
      gated
        .filter(({ match }) => match.includes(`(\`${path}\`)`))
        .every(({ middlewares }) =>
          middlewares.some(({ name }: { name: string }) => name === "speckle-gate"),
        );
    for (const path of ["/", "/explorer"]) assert.ok(behind(path), path);
    for (const path of ["/graphql", "/auth/local/register", "/api/", "/objects/", "/preview/", "/oauth2/"])
      assert.ok(!behind(path), path);
  });

  it("put the allow-list in front of every route, when there is one (F61)", () => {
    for (const { middlewares } of routesOf(["203.0.113.7/32"]))
      assert.equal(middlewares[0].name, "speckle-allow");
    for (const { middlewares } of routesOf([])) assert.notEqual(middlewares[0]?.name, "speckle-allow");
  });
});
