import assert from "node:assert/strict";
import fc from "fast-check";
import { traefikObjects } from "../../../components/edge/ingress-routes.ts";
import {
  decimalsUpTo,
  type Route,
  routePriority,
  routeRule,
  speckleRoutes,
} from "../../../components/edge/routes.ts";

/** The route Traefik takes for a path: of those that match, the one of the highest priority. */
function routeOf(path: string): Route | undefined {
  const matching = speckleRoutes.filter(({ path: own, match, calls }) => {
    if (match === "exact") return path === own;
    return path.startsWith(own) && (calls?.includes(path.slice(own.length)) ?? true);
  });
  return matching.sort((a, b) => routePriority(b) - routePriority(a))[0];
}

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
      const route = routeOf(path);
      assert.equal(route?.service.name, service);
      assert.equal(route?.hidden ?? false, hidden ?? false);
    });
  }

  it("gives no two matching routes the same priority", () => {
    const priorities = speckleRoutes.map((route) => `${route.path} ${routePriority(route)}`);
    assert.equal(new Set(priorities).size, priorities.length);
  });

  it("lets uploads of 100 MB through and limits other calls to 10 MB (F45)", () => {
    assert.equal(routeOf("/api/file/x")?.body?.megabytes, 100);
    assert.equal(routeOf("/api/stream/x")?.body?.megabytes, 100);
    assert.equal(routeOf("/graphql")?.body?.megabytes, 10);
    assert.equal(routeOf("/objects/x")?.body, undefined, "streams are not buffered");
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
