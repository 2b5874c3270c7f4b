import assert from "node:assert/strict";
import type { Engine } from "../../../components/network/evaluate.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkArgs } from "../../../components/network/peers.ts";
import { networkPolicies } from "../../../components/network/policies.ts";
import { proof } from "../../../components/network/proof.ts";
import { serviceNames } from "../../../components/sharing/services.ts";
import { union } from "../../support/union.ts";
import { environments, plain } from "./support.ts";

const owner: NetworkArgs = { ...plain, certManager: true };
const guest: NetworkArgs = { ...owner, namespace: "second", shared: serviceNames };

/** Environments of one cluster, the owner of its services first. */
const clusters: Record<string, readonly NetworkArgs[]> = {
  "one guest": [owner, guest],
  "two guests": [owner, guest, { ...guest, namespace: "third", challenge: "http01", ifcImport: true }],
  "a guest that proves its names by records": [owner, { ...guest, challenge: "dns01" }],
  "a guest with a sign-in page": [
    owner,
    { ...guest, gate: { labels: { "app.kubernetes.io/name": "oauth2-proxy" }, port: 4180 } },
  ],
  "a guest, both watched by one Prometheus": [
    { ...owner, monitoring: { namespace: "monitoring" } },
    { ...guest, monitoring: { namespace: "monitoring" } },
  ],
  "a guest that makes the operator and cert-manager": [
    { ...(environments["managed stores in private subnets"] ?? plain), clusterRanges: plain.clusterRanges },
    { ...guest, shared: ["traefik"] },
  ],
};

describe("the policies of environments that share a cluster's services", () => {
  for (const [what, environments] of Object.entries(clusters)) {
    const matrices = environments.map(networkMatrix);
    const policies = matrices.flatMap(networkPolicies);

    it(`allow exactly what the matrices say together, with ${what} (F49)`, () => {
      const differences = proof(union(matrices));
      for (const engine of ["standard", "exceptIgnored", "ipBlockSkipsCluster"] satisfies Engine[])
        assert.deepEqual(differences({ policies, engine }).next().value, undefined);
    });

    it(`have names that do not collide, with ${what}`, () => {
      const names = policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      assert.equal(new Set(names).size, names.length);
    });
  }

  it("show it when one of them opens another", () => {
    const matrices = [networkMatrix(owner), networkMatrix(guest)];
    const wider = networkPolicies(networkMatrix(guest)).map((policy) => ({
      ...policy,
      spec: JSON.parse(
        JSON.stringify(policy.spec).replaceAll('{"kubernetes.io/metadata.name":"second"}', "{}"),
      ),
    }));
    const policies = [...networkPolicies(networkMatrix(owner)), ...wider];
    assert.notEqual(proof(union(matrices))({ policies }).next().value, undefined);
  });
});
