import assert from "node:assert/strict";
import { ProblemsError } from "../../components/problem.ts";
import { parseSettings } from "../../stacks/settings.ts";

const existing = { type: "existing", kubeconfig: "kubeconfig.yaml", context: "x" };
const digitalocean = { type: "digitalocean", region: "fra1", version: "1.36.1-do.0" };
const nodePorts = { ...existing, exposure: { type: "nodePort" } };
const kind = { type: "kind" };

function parse(cluster: object, more: object) {
  const stores =
    cluster === digitalocean ? { objectStore: { bucket: "files-of-a-team", mode: "managed" } } : {};
  const config = { preset: "dev", domain: "a.example.com", cluster, ...stores, ...more };
  return parseSettings(config, () => "text of a kubeconfig");
}

function problemsOf(cluster: object, more: object) {
  try {
    parse(cluster, more);
    return [];
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
}

describe("the settings of who may come in", () => {
  const defaults: [what: string, cluster: object, registration: string][] = [
    ["kind, which only this machine reaches", kind, "open"],
    ["a cluster that is there", existing, "invited"],
    ["node ports", nodePorts, "invited"],
  ];
  for (const [what, cluster, registration] of defaults)
    it(`leave accounts to ${registration === "open" ? "everybody" : "the invited"}: ${what} (F61)`, () => {
      assert.equal(parse(cluster, {}).registration, registration);
    });

  it("open registration where it is asked for", () => {
    assert.equal(parse(existing, { registration: "open" }).registration, "open");
  });

  const wrong: [what: string, more: object, path: string, words: RegExp][] = [
    ["a first account for everybody", { registration: "first" }, "allowFrom", /becomes the administrator/],
    [
      "a first account for everybody in other words",
      { registration: "first", allowFrom: ["203.0.113.7/32", "0.0.0.0/0"] },
      "allowFrom.1",
      /lets everybody in/,
    ],
    ["an unknown way", { registration: "closed" }, "registration", /first, invited, open/],
  ];
  for (const [what, more, path, words] of wrong)
    it(`are refused: ${what} (F61)`, () => {
      for (const cluster of [existing, nodePorts, digitalocean]) {
        const [problem, ...others] = problemsOf(cluster, more);
        assert.deepEqual(others, []);
        assert.equal(problem?.path, path);
        assert.match(`${problem?.reason} ${problem?.fix}`, words);
      }
    });

  it("refuse to believe everybody, or to change whom another environment's Traefik believes", () => {
    const trusting = (range: string) => ({ trustedProxies: { ranges: [range], header: "CF-Connecting-IP" } });
    assert.deepEqual(problemsOf(existing, trusting("173.245.48.0/20")), []);
    assert.equal(problemsOf(existing, trusting("0.0.0.0/0"))[0]?.path, "trustedProxies.ranges.0");
    const shared = { ...trusting("173.245.48.0/20"), clusterServices: "shared" };
    assert.deepEqual(
      problemsOf(existing, shared).map(({ path }) => path),
      ["trustedProxies"],
    );
  });

  it("have a link to rotate only where there is one", () => {
    const rotate = { rotate: { registration: 1 } };
    assert.deepEqual(problemsOf(existing, rotate), []);
    for (const more of [{ registration: "open" }, { administrator: "a@example.com" }]) {
      const [problem] = problemsOf(existing, { ...rotate, ...more });
      assert.equal(problem?.path, "rotate.registration");
    }
  });

  it("take the first account from the office, and on kind from anybody", () => {
    assert.deepEqual(problemsOf(existing, { registration: "first", allowFrom: ["203.0.113.0/24"] }), []);
    assert.deepEqual(problemsOf(kind, { registration: "first" }), []);
  });
});
