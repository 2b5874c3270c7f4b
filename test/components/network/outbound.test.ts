import assert from "node:assert/strict";
import { networkMatrix } from "../../../components/network/matrix.ts";
import { outboundLedger } from "../../../components/network/outbound.ts";
import type { Peer } from "../../../components/network/peers.ts";
import type { Role } from "../../../components/network/role.ts";
import { signInReach } from "../../../components/speckle/sign-in.ts";
import { environments, plain } from "./support.ts";

/** Addresses that belong to the cluster. */
const inside = new Set(["kubernetes-api", "node-local-dns-address", "pod-identity-agent"]);
const isOutside = (peer: Peer) => peer.kind === "addresses" && !inside.has(peer.name);

describe("the ledger of what leaves an environment", () => {
  for (const [what, args] of Object.entries(environments))
    it(`names the hosts of every right that leads out, and of no other, with ${what}`, () => {
      const named = ({ hosts }: Role) => hosts !== undefined;
      for (const role of networkMatrix(args).roles)
        assert.equal(named(role), role.to.some(isOutside), role.name);
    });

  const hostsOf = (change: object) => outboundLedger({ ...plain, ...change }).map(({ hosts }) => hosts);
  const table: [what: string, change: object, hosts: RegExp][] = [
    ["telemetry", { telemetry: true }, /analytics\.speckle\.systems, latest\.speckle\.systems/],
    ["a mail server", { email: { port: 587 } }, /email\.host/],
    [
      "identity providers",
      { signIn: signInReach({ local: true, google: { clientId: "a" }, github: { clientId: "b" } }) },
      /accounts\.google\.com.*api\.github\.com/,
    ],
    [
      "Let's Encrypt over HTTP",
      { certManager: true, challenge: "http01" },
      /acme-v02\.api\.letsencrypt\.org.*own names/,
    ],
    [
      "Let's Encrypt by records",
      { certManager: true, challenge: "dns01" },
      /api\.digitalocean\.com.*route53/,
    ],
    ["a managed database", { postgres: { at: "outside", ranges: ["10.0.0.0/8"], port: 5432 } }, /database/],
    ["outbound: all", { outbound: "all" }, /latest\.speckle\.systems/],
  ];
  for (const [what, change, hosts] of table)
    it(`has a line for ${what}, and none without`, () => {
      assert.match(hostsOf(change).join("\n"), hosts);
      assert.doesNotMatch(hostsOf({}).join("\n"), hosts);
    });

  it("is empty where nothing may leave and no store is outside", () => {
    assert.deepEqual(
      hostsOf({ outbound: "none", telemetry: true, certManager: true, challenge: "dns01" }),
      [],
    );
  });

  it("never names pods that open files of strangers", () => {
    const all = { ...plain, outbound: "all", telemetry: true, email: { port: 587 } } as const;
    for (const ifcImport of [false, true])
      for (const { from } of outboundLedger({ ...all, ifcImport }))
        assert.doesNotMatch(from.join(), /preview|import/);
  });
});
