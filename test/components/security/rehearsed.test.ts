import assert from "node:assert/strict";
import { workloads } from "../../../components/speckle/workloads.ts";
import { refOf } from "../../../rehearsal/kubernetes/client.ts";
import { eventually } from "../../support/control-plane.ts";
import { stage, whileUp } from "../../support/stage.ts";

describe("the pods of a rehearsed dev", function () {
  this.timeout(360_000);
  const { home, run, end } = stage();
  const client = whileUp({ home, end }, async () => assert.deepEqual((await run("up")).problems, []));

  it("are restricted, the frontend since it is repaired as it is taken in (F55)", async () => {
    const frontend = (await client().list("v1", "Pod")).find(
      ({ metadata }) => metadata.labels?.app === "speckle-frontend-2",
    );
    assert.equal(frontend?.spec.securityContext.runAsUser, 65532);
  });

  it("fit into the quota of their namespace while all of them are replaced at once", async () => {
    const deployments = await client().list("apps/v1", "Deployment");
    assert.ok(deployments.length >= workloads.length);
    const annotations = { "test/restarted": "once" };
    for (const deployment of deployments)
      await client().merge(refOf(deployment), { spec: { template: { metadata: { annotations } } } });
    await eventually(async () => {
      const now = await client().list("apps/v1", "Deployment");
      return now.every(
        ({ metadata, spec, status }) =>
          status.observedGeneration === metadata.generation &&
          status.updatedReplicas === spec.replicas &&
          status.replicas === spec.replicas,
      );
    });
    const refused = (await client().list("v1", "Event")).filter(({ message }: any) =>
      /exceeded quota|failed quota/.test(message),
    );
    assert.deepEqual(refused, []);
    const quotas = await client().list("v1", "ResourceQuota");
    assert.deepEqual(quotas.map(({ metadata }) => metadata.namespace).sort(), [
      "cert-manager",
      "cnpg-system",
      "speckle",
      "traefik",
    ]);
  });
});
