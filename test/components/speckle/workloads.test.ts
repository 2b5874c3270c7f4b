import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { parseQuantity } from "../../../components/quantity.ts";
import { workloads } from "../../../components/speckle/workloads.ts";

/** The genuine chart's rendering with its default sizes, where it lies beside the checkout. */
const rendering = new URL(
  "../../../../shared/reference/speckle-chart/rendered-minimal.yaml",
  import.meta.url,
);

describe(`the workload facts${existsSync(rendering) ? "" : " (no rendering beside this checkout: nothing compared)"}`, () => {
  if (!existsSync(rendering)) return;
  const objects = parseAllDocuments(readFileSync(rendering, "utf8")).flatMap(
    (document) => document.toJS() ?? [],
  );
  const find = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const rendered = workloads.filter(({ name }) => find("Deployment", name));

  it("cover every Deployment the genuine chart renders", () => {
    const names = objects.flatMap(({ kind, metadata }) => (kind === "Deployment" ? [metadata.name] : []));
    assert.ok(names.length >= 7);
    assert.deepEqual(rendered.map(({ name }) => name).sort(), names.sort());
  });

  for (const facts of rendered) {
    it(`say what the genuine chart renders for ${facts.name}`, () => {
      const { spec } = find("Deployment", facts.name);
      const pod = spec.template.spec;
      const [container] = pod.containers;
      const service = find("Service", facts.service.name);
      const [port] = service.spec.ports;
      const found = {
        app: spec.selector.matchLabels.app,
        priorityClass: pod.priorityClassName,
        strategy: spec.strategy?.type ?? "RollingUpdate",
        graceSeconds: pod.terminationGracePeriodSeconds ?? 30,
        serviceAccount: pod.serviceAccountName,
        image: container.image.split(":")[0],
        servicePort: port.port,
        target: [container.ports[0].name, container.ports[0].containerPort].includes(port.targetPort),
        selects: service.spec.selector.app,
        port: container.ports[0].containerPort,
        requests: sizes(container.resources.requests),
        limits: sizes(container.resources.limits),
        seccomp: pod.securityContext?.seccompProfile !== undefined,
      };
      assert.deepEqual(found, {
        app: facts.name,
        priorityClass: facts.priorityClass,
        strategy: facts.strategy,
        graceSeconds: facts.graceSeconds,
        serviceAccount: facts.name,
        image: facts.image,
        servicePort: facts.service.port,
        target: true,
        selects: facts.name,
        port: facts.port.number,
        requests: sizes(facts.requests),
        limits: sizes(facts.limits),
        seccomp: facts.restricted,
      });
      assert.ok(
        container.ports.some(
          ({ name, containerPort }: { name: string; containerPort: number }) =>
            name === facts.port.name && containerPort === facts.port.number,
        ),
      );
    });
  }
});

function sizes({ cpu, memory }: { cpu: string | number; memory: string }) {
  return { cpu: parseQuantity(String(cpu)), memory: parseQuantity(memory) };
}
