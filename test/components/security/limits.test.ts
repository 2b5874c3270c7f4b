import assert from "node:assert/strict";
import { speckleQuota } from "../../../components/security/limits.ts";
import { settingsOf } from "../../support/graph.ts";

const pods = (change: object) => Number(speckleQuota(settingsOf("dev", { ...change })).pods);
const acme = (challenge: object) => ({ certificate: { mode: "acme", challenge } });

describe("the quota of Speckle's namespace", () => {
  it("has room for the pods that answer an authority's challenges, in the middle of an update too (F62)", () => {
    const without = pods({});
    assert.equal(pods(acme({ type: "http01" })), without + 4, "two names, each beside a pod that ends");
    const records = { type: "dns01", provider: "route53", region: "eu-central-1", accessKey: "AKIAEXAMPLE" };
    assert.equal(pods({ ...acme(records), dnsToken: "canary" }), without);
  });
});
