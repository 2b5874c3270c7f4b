import assert from "node:assert/strict";
import { opened, relaxations } from "../../../components/security/relaxations.ts";
import { parseSettings, type Settings } from "../../../stacks/settings.ts";

const cluster = {
  type: "digitalocean",
  name: "speckle",
  region: "fra1",
  version: "1.36.1-do.0",
  apiAllowFrom: ["203.0.113.0/24"],
  ranges: { network: "10.40.0.0/20", pods: "10.41.0.0/16", services: "10.42.0.0/19" },
};
const secret = { name: "ours", key: "url" };

/** Settings that open nothing. */
const shut = {
  preset: "small",
  domain: "speckle.example.com",
  cluster,
  objectStore: { bucket: "speckle-files-example" },
  registration: "invited",
  allowFrom: ["203.0.113.0/24"],
  podSecurity: "restricted",
  runtimeClass: "gvisor",
  outbound: "none",
};

const settings = (change: Record<string, unknown>): Settings =>
  parseSettings({ ...shut, ...change }, () => "text of a file");

/** A change of the settings, and what it opens. */
const rows: [change: Record<string, unknown>, opens: readonly RegExp[]][] = [
  [{}, []],
  [{ allowFrom: [] }, [/no `allowFrom`/]],
  [{ registration: "open" }, [/registration/]],
  [{ trustedProxies: { ranges: ["173.245.48.0/20"], header: "CF-Connecting-IP" } }, [/trustedProxies/]],
  [{ cluster: { ...cluster, apiAllowFrom: [] } }, [/apiAllowFrom/]],
  [{ podSecurity: "baseline", runtimeClass: undefined }, [/baseline/, /runtimeClass/]],
  [{ outbound: "required" }, [/outbound: required/]],
  [{ outbound: "all", telemetry: true }, [/outbound: required/, /outbound: all/, /telemetry/]],
  [
    {
      outbound: "required",
      email: { host: "mail.example.com", port: 587, from: "a@example.com", username: "u" },
      emailPassword: "x",
    },
    [/outbound: required/, /email/],
  ],
  [
    {
      outbound: "required",
      registration: "first",
      signIn: { google: { clientId: "ours" } },
      googleClientSecret: "x",
    },
    [/outbound: required/, /signIn\.ranges/],
  ],
  [{ postgres: { mode: "existing", secret, tls: "unverified" } }, [/mode: existing/, /postgres\.tls/]],
  [{ postgres: { mode: "existing", secret, ranges: ["10.9.0.0/24"] } }, []],
  [{ certificateAuthorities: "authorities.pem" }, [/certificateAuthorities/]],
  [{ extraValues: { enable_prometheus_monitoring: true } }, [/extraValues/]],
];

describe("what settings open (C6)", () => {
  for (const [change, opens] of rows)
    it(`is told of ${JSON.stringify(change)}`, () => {
      const told = opened(settings(change));
      assert.equal(told.length, opens.length, told.join("; "));
      for (const [index, words] of opens.entries()) assert.match(told[index] ?? "", words);
    });

  it("is tried for each of them", () => {
    const told = new Set(rows.flatMap(([change]) => opened(settings(change))));
    assert.equal(told.size, relaxations.length);
  });
});
