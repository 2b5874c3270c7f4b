import assert from "node:assert/strict";
import { workloads } from "../../../components/speckle/workloads.ts";
import { KubernetesClient, refOf } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { eventually } from "../../support/control-plane.ts";
import { stage } from "../../support/stage.ts";

describe("the pods of a rehearsed dev", function () {
  this.timeout(180_000);
  const { home, run, end } = stage();
  let client: KubernetesClient;
  let pods: KubernetesObject[];
  before(async () => {
    assert.deepEqual((await run("up")).problems, []);
    client = KubernetesClient.fromFile(home.kubeconfig);
    pods = await client.list("v1", "Pod");
  });
  after(async () => {
    client?.close();
    await end();
  });

  it("live in namespaces that enforce restricted, the repaired frontend among them (F55)", async () => {
    const namespaces = await client.list("v1", "Namespace");
    for (const { metadata } of pods) {
      const namespace = namespaces.find(({ metadata: { name } }) => name === metadata.namespace);
      assert.equal(namespace?.metadata.labels?.["pod-security.kubernetes.io/enforce"], "restricted");
    }
    const frontend = podOf("speckle-frontend-2");
    assert.equal(frontend.spec.securityContext.runAsUser, 65532);
  });

  it("have no token of the Kubernetes API but where the API is asked", () => {
    const withToken = pods.filter(({ spec }) =>
      spec.volumes?.some(({ projected }: any) =>
        projected?.sources.some((source: object) => "serviceAccountToken" in source),
      ),
    );
    const accounts = withToken.map(({ spec }) => spec.serviceAccountName);
    assert.deepEqual(accounts.sort(), [
      "cert-manager",
      "cert-manager-cainjector",
      "cert-manager-webhook",
      "cloudnative-pg",
      "speckle-postgres",
      "traefik",
    ]);
  });

  it("are held to a disk space of their own where they open files of strangers", () => {
    for (const name of ["speckle-preview-service", "speckle-fileimport-service"]) {
      const { limits, requests } = podOf(name).spec.containers[0].resources;
      assert.match(limits["ephemeral-storage"], /^[24]Gi$/, name);
      assert.equal(requests["ephemeral-storage"], "256Mi", name);
    }
    for (const { metadata, spec } of pods)
      for (const { name, resources } of spec.containers)
        assert.ok(resources.limits["ephemeral-storage"], `${metadata.name} ${name}`);
  });

  it("fit into the quota of their namespace while all of them are replaced at once", async () => {
    const deployments = await client.list("apps/v1", "Deployment");
    assert.ok(deployments.length >= workloads.length);
    const annotations = { "test/restarted": "once" };
    for (const deployment of deployments)
      await client.merge(refOf(deployment), { spec: { template: { metadata: { annotations } } } });
    await eventually(async () => {
      const now = await client.list("apps/v1", "Deployment");
      return now.every(
        ({ metadata, spec, status }) =>
          status.observedGeneration === metadata.generation &&
          status.updatedReplicas === spec.replicas &&
          status.replicas === spec.replicas,
      );
    }, 60);
    const refused = (await client.list("v1", "Event")).filter(({ message }: any) =>
      /exceeded quota|failed quota/.test(message),
    );
    assert.deepEqual(refused, []);
    const quotas = await client.list("v1", "ResourceQuota");
    assert.deepEqual(quotas.map(({ metadata }) => metadata.namespace).sort(), [
      "cert-manager",
      "cnpg-system",
      "speckle",
      "traefik",
    ]);
  });

  function podOf(name: string): KubernetesObject {
    const found = pods.find(({ metadata }) => metadata.name.startsWith(`${name}-`));
    assert.ok(found, name);
    return found;
  }
});
