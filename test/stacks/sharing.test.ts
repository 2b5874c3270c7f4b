import assert from "node:assert/strict";
import { installedCharts } from "../../components/environment-plan.ts";
import { ProblemsError } from "../../components/problem.ts";
import { servicesOf } from "../../components/sharing/services.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { guest } from "../support/guest.ts";

const settings = (change: Record<string, unknown> = {}) => parseSettings({ ...guest, ...change }, () => "");

describe("the settings of an environment beside another", () => {
  it("share everything a cluster has once, with one word", () => {
    const { priorityClasses, ...rest } = settings();
    assert.deepEqual(servicesOf(rest, "shared"), ["traefik", "postgres-operator", "cert-manager"]);
    assert.deepEqual(servicesOf(rest, "create"), []);
    assert.equal(priorityClasses, "existing");
    assert.deepEqual(installedCharts(rest), ["speckle", "valkey", "objectStore"]);
  });

  it("may make a service that the other one has no use for", () => {
    const certificate = { mode: "ownAuthority", certManager: "create" };
    const own = settings({ postgres: { operator: "create" }, certificate });
    assert.deepEqual(servicesOf(own, "create"), ["postgres-operator", "cert-manager"]);
    assert.deepEqual(servicesOf(own, "shared"), ["traefik"]);
  });

  it("use somebody else's cert-manager without any right to it", () => {
    const own = settings({ certificate: { mode: "ownAuthority", certManager: "existing" } });
    assert.ok(!servicesOf(own, "shared").includes("cert-manager"));
  });

  it("say nothing of the way to Traefik", () => {
    const cluster = { ...guest.cluster, exposure: { type: "nodePort" } };
    assert.throws(() => settings({ cluster }), /cluster\.exposure: says how traffic gets to Traefik/);
  });

  it("are refused where the environment makes its own cluster", () => {
    const cluster = { type: "kind" };
    const certificate = { mode: "ownAuthority", certManager: "shared" };
    assert.throws(
      () => settings({ cluster, certificate, postgres: { operator: "shared" } }),
      (error: ProblemsError) => {
        assert.ok(error instanceof ProblemsError);
        assert.deepEqual(
          error.problems.map(({ path }) => path),
          ["clusterServices", "postgres.operator", "certificate.certManager"],
        );
        return true;
      },
    );
  });
});
