import assert from "node:assert/strict";
import { dashboardConfigMap, monitoringObjects } from "../../../components/monitoring/objects.ts";
import { scrapes } from "../../../components/monitoring/scrapes.ts";
import { networkPeers } from "../../../components/network/peers.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { assertNetworkIsTheMatrix, networkOf } from "../../support/rehearsed/network.ts";
import { assertUnchanged, stage, whileUp } from "../../support/stage.ts";

const group = "monitoring.coreos.com";

/** A definition of the Prometheus Operator's as far as it matters here: the kind is there, and keeps what it is given. */
function definition(kind: string): KubernetesObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = {
    openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

describe("a rehearsed dev that is monitored (B13)", function () {
  this.timeout(360_000);
  const { home, run, end } = stage();
  const monitored = "monitoring={prometheus: {namespace: watch, labels: {team: platform}}}";
  const client = whileUp({ home, end }, async () => assert.deepEqual((await run("up")).problems, []));

  for (const command of ["preview", "up"] as const) {
    it(`is refused in ${command} without the Prometheus Operator, whose definition is named`, async () => {
      const before = await client().list("networking.k8s.io/v1", "NetworkPolicy");
      const { problems } = await run(command, monitored);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.path ?? "", /speckle-monitoring-prometheus-operator/);
      assert.match(problems[0]?.reason ?? "", /prometheusrules\.monitoring\.coreos\.com/);
      assert.match(
        problems[0]?.fix ?? "",
        /Install the Prometheus Operator first .*, or leave `monitoring` out/,
      );
      assert.equal((await client().list("networking.k8s.io/v1", "NetworkPolicy")).length, before.length);
    });
  }

  it("comes up with it, and a second up changes nothing", async () => {
    for (const kind of ["PodMonitor", "PrometheusRule"])
      await client().apply(definition(kind), { fieldManager: "test", force: true });
    assert.deepEqual((await run("up", monitored)).problems, []);
    assertUnchanged(await run("up", monitored));
  });

  it("has every PodMonitor and the alarms, with the labels that were asked for", async () => {
    const expected = monitoringObjects(networkOf(home), { team: "platform" });
    const stored = [
      ...(await client().list(`${group}/v1`, "PodMonitor")),
      ...(await client().list(`${group}/v1`, "PrometheusRule")),
    ];
    const facts = ({ kind, metadata: { name, namespace, labels }, spec }: any) => ({
      kind,
      name,
      namespace,
      team: labels.team,
      spec,
    });
    const byName = (a: any, b: any) => a.name.localeCompare(b.name);
    assert.deepEqual(stored.map(facts).sort(byName), expected.map(facts).sort(byName));
  });

  it("has the dashboard where Grafana's sidecar looks for it", async () => {
    const { metadata, data } = dashboardConfigMap(networkOf(home));
    const found = await client().list("v1", "ConfigMap", { labelSelector: "grafana_dashboard=1" });
    assert.deepEqual(
      found.map((one) => [one.metadata.namespace, one.metadata.name, one.data]),
      [[metadata.namespace, metadata.name, data]],
    );
  });

  it("asks at ports that the pods have, by name and number", async () => {
    const args = networkOf(home);
    const there = (await client().list("v1", "Pod")) as any[];
    for (const { pods, port } of scrapes(args, networkPeers(args))) {
      const watched = there.filter(
        ({ metadata: { namespace, labels } }) =>
          namespace === pods.namespace &&
          Object.entries(pods.labels).every(([key, value]) => labels[key] === value),
      );
      const ports = watched.flatMap(({ spec }) => spec.containers.flatMap((one: any) => one.ports ?? []));
      const found = ports.filter(({ name }) => name === port.name);
      assert.ok(found.length > 0, `${pods.name}: ${port.name}`);
      for (const { containerPort } of found) assert.equal(containerPort, port.number, pods.name);
    }
  });

  it("lets Prometheus reach metrics and nothing else (F49)", () =>
    assertNetworkIsTheMatrix(client(), { home }));

  it("is closed to Prometheus again when the setting is taken out", async () => {
    assert.deepEqual((await run("up")).problems, []);
    assert.deepEqual(await client().list(`${group}/v1`, "PodMonitor"), []);
    await assertNetworkIsTheMatrix(client(), { home });
  });
});
