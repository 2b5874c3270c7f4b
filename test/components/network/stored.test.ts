import assert from "node:assert/strict";
import type { Engine } from "../../../components/network/evaluate.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import type { NetworkPolicy } from "../../../components/network/network-policy.ts";
import { networkPolicies } from "../../../components/network/policies.ts";
import { proof } from "../../../components/network/proof.ts";
import { ownControlPlane } from "../../support/control-plane.ts";
import { environments } from "./support.ts";

describe("the policies as the API server stored them", function () {
  this.timeout(240_000);
  const controlPlane = ownControlPlane();

  for (const [what, args] of Object.entries(environments)) {
    it(`allow exactly what the matrix says with ${what}`, async () => {
      const client = controlPlane.client();
      const matrix = networkMatrix(args);
      const options = { fieldManager: "test", force: true };
      for (const name of matrix.namespaces) {
        await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, options);
      }
      for (const policy of networkPolicies(matrix)) await client.apply({ ...policy }, options);
      const listed = await client.list("networking.k8s.io/v1", "NetworkPolicy");
      const stored = listed as unknown as NetworkPolicy[];
      const differences = proof(matrix);
      for (const engine of ["standard", "exceptIgnored", "ipBlockSkipsCluster"] satisfies Engine[]) {
        assert.deepEqual(differences({ policies: stored, engine }).next().value, undefined);
      }
      for (const { metadata } of stored) {
        await client.delete({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...metadata });
      }
    });
  }
});
