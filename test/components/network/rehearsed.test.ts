import assert from "node:assert/strict";
import { installedCharts } from "../../../components/environment-plan.ts";
import { imageRegistries } from "../../../components/network/outbound.ts";
import { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { settingsOf } from "../../support/graph.ts";
import { assertNetworkIsTheMatrix } from "../../support/rehearsed/network.ts";
import { stage } from "../../support/stage.ts";

describe("the network of a rehearsed dev", function () {
  this.timeout(360_000);
  const { home, run, end } = stage();
  let client: KubernetesClient;
  after(async () => {
    client?.close();
    await end();
  });

  const variants: [what: string, change: Record<string, unknown>][] = [
    ["with IFC import", { ifcImport: true }],
    ["with everything allowed to go out", { ifcImport: true, outbound: "all", podSecurity: "baseline" }],
  ];
  for (const [what, change] of variants) {
    it(`lets its own pods do what the matrix says and nothing else, ${what} (F49)`, async () => {
      const sets = Object.entries(change).map(([key, value]) => `${key}=${value}`);
      assert.deepEqual((await run("up", ...sets)).problems, []);
      client ??= KubernetesClient.fromFile(home.kubeconfig);
      await assertNetworkIsTheMatrix(client, { home });
    });
  }

  it("has only images of registries that the ledger names", async () => {
    const named = [...imageRegistries(installedCharts(settingsOf("dev"))).keys()];
    const pods = (await client.list("v1", "Pod")) as any[];
    const pulled = pods.flatMap(({ spec }) => [...spec.containers, ...(spec.initContainers ?? [])]);
    const registries = pulled.map(({ image }) => /^([^/]*[.:][^/]*)\//.exec(image)?.[1] ?? "docker.io");
    assert.deepEqual([...new Set(registries)].sort(), named.sort());
  });

  it("denied everything in each namespace before the first pod was there", async () => {
    const policies = await client.list("networking.k8s.io/v1", "NetworkPolicy");
    const pods = await client.list("v1", "Pod");
    for (const { metadata } of pods.filter((pod) => pod.metadata.namespace !== "kube-system")) {
      const denial = policies.find((each) => each.metadata.name === `${metadata.namespace}-default-deny`);
      assert.ok(denial, metadata.namespace);
      assert.ok(createdAt(denial) <= createdAt({ metadata }), metadata.name);
    }
  });
});

function createdAt({ metadata }: Pick<KubernetesObject, "metadata">): string {
  return String(metadata.creationTimestamp);
}
