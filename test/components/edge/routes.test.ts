import assert from "node:assert/strict";
import { traefikObjects } from "../../../components/edge/ingress-routes.ts";
import { type Route, routePriority, routeRule, speckleRoutes } from "../../../components/edge/routes.ts";

/** The route Traefik takes for a path: of those that match, the one of the highest priority. */
function routeOf(path: string): Route | undefined {
  const matching = speckleRoutes.filter((route) =>
    route.match === "exact" ? path === route.path : path.startsWith(route.path),
  );
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
    assert.equal(routeOf("/api/file/x")?.bodyLimitMb, 100);
    assert.equal(routeOf("/api/stream/x")?.bodyLimitMb, 100);
    assert.equal(routeOf("/graphql")?.bodyLimitMb, 10);
    assert.equal(routeOf("/objects/x")?.bodyLimitMb, undefined, "streams are not buffered");
  });
});

describe("Traefik's objects", () => {
  const args = {
    namespace: "speckle",
    domain: "a.example",
    objectStoreHost: "s3.a.example",
    allowFrom: [] as string[],
  };
  const objects = (allowFrom: string[]) => traefikObjects({ ...args, allowFrom });
  const routesOf = (allowFrom: string[]): any[] =>
    objects(allowFrom).flatMap(({ kind, spec }) => (kind === "IngressRoute" ? (spec as any).routes : []));

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
      ({ match }) => match === routeRule("a.example", { path: "/metrics", match: "exact" }),
    );
    assert.ok(hidden.middlewares.some(({ name }: { name: string }) => name === "speckle-hide"));
  });

  it("put the allow-list in front of every route, when there is one (F61)", () => {
    for (const { middlewares } of routesOf(["203.0.113.7/32"]))
      assert.equal(middlewares[0].name, "speckle-allow");
    for (const { middlewares } of routesOf([])) assert.notEqual(middlewares[0]?.name, "speckle-allow");
  });
});
