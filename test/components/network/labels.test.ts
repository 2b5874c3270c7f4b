import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { parseAllDocuments } from "yaml";
import { type ChartKey, charts } from "../../../components/charts.ts";
import { cacheName, cacheValues } from "../../../components/data/cache-values.ts";
import { objectStoreName, objectStoreValues } from "../../../components/data/object-store-values.ts";
import { postgresOperatorNamespace } from "../../../components/data/postgres-cluster.ts";
import {
  certManagerName,
  certManagerNamespace,
  certManagerValues,
} from "../../../components/edge/cert-manager-values.ts";
import { traefikNamespace, traefikValues } from "../../../components/edge/traefik-values.ts";
import { networkMatrix } from "../../../components/network/matrix.ts";
import { type NetworkArgs, networkPeers, type PodPeer } from "../../../components/network/peers.ts";
import { speckleValues, type WorkloadSize } from "../../../components/speckle/values.ts";
import { type WorkloadKey, workloads } from "../../../components/speckle/workloads.ts";
import { chartFolders } from "../../../rehearsal/charts/folders.ts";
import { findArchive } from "../../../rehearsal/charts/resolve.ts";
import { binaries, cacheDirectory } from "../../../toolchain/binaries.ts";
import { plain } from "./support.ts";

const sources = { folders: chartFolders(), cache: cacheDirectory() };
const archive = (key: ChartKey) => findArchive(charts[key], sources) ?? "";
const compared = ["speckle", "traefik", "postgresOperator", "valkey", "objectStore", "certManager"] as const;
const missing = compared.filter((key) => !archive(key));

describe("the labels and ports of the network's peers", () => {
  if (missing.length > 0) {
    const lacking = missing.map((key) => charts[key].name).join(", ");
    process.stderr.write(
      `no archive of ${lacking}: labels and ports are not compared with the genuine charts\n`,
    );
    return;
  }
  const { namespace } = plain;
  const sizes = Object.fromEntries(
    workloads.map(({ key, requests, limits }) => [key, { replicas: 1, requests, limits }]),
  ) as Record<WorkloadKey, WorkloadSize>;
  const releases = (
    args: NetworkArgs,
  ): [key: (typeof compared)[number], release: string, namespace: string, values: object][] => [
    [
      "speckle",
      "speckle-server",
      namespace,
      speckleValues({
        domain: "speckle.example.com",
        namespace,
        postgres: { name: "speckle-postgres-url", key: "postgres_url" },
        objectStore: {
          endpoint: "http://s3:7070",
          publicEndpoint: "https://s3.example.com",
          region: "us-east-1",
          bucket: "speckle",
          accessKey: "SPK1",
        },
        workloads: sizes,
        ifcImport: args.ifcImport,
        telemetry: false,
      }),
    ],
    ["traefik", "traefik", traefikNamespace, traefikValues({ entry: { type: "LoadBalancer" }, replicas: 1 })],
    ["postgresOperator", "cloudnative-pg", postgresOperatorNamespace, {}],
    ["valkey", cacheName, namespace, cacheValues({ memoryMi: 512, storage: "1Gi", secretVersion: "1" })],
    [
      "objectStore",
      objectStoreName,
      namespace,
      objectStoreValues({ storage: "1Gi", origin: "https://speckle.example.com", secretVersion: "1" }),
    ],
    ["certManager", certManagerName, certManagerNamespace, certManagerValues],
  ];

  for (const ifcImport of [false, true]) {
    it(`are those of the genuine charts' pods, each pod of one peer${ifcImport ? ", with IFC import" : ""}`, async () => {
      const { helm } = await binaries(() => {});
      const args = { ...plain, ifcImport, certManager: true };
      const matrix = networkMatrix(args);
      // No chart brings the pods of these.
      const {
        speckle,
        gate: _gate,
        challengeSolver: _challengeSolver,
        entryReporter: _entryReporter,
        prometheus: _prometheus,
        ...others
      } = networkPeers(args);
      const peers = [...Object.values(others), ...Object.values(speckle)].filter(
        (peer): peer is PodPeer => peer.kind === "pods",
      );
      const found = new Set<string>();
      for (const [key, release, releaseNamespace, values] of releases(args)) {
        const { stdout, stderr } = spawnSync(
          helm,
          ["template", release, archive(key), "--namespace", releaseNamespace, "--values", "-"],
          { input: JSON.stringify(values), encoding: "utf8", maxBuffer: 2 ** 26 },
        );
        const templates = parseAllDocuments(stdout).flatMap((document) => {
          const object = document.toJS();
          return object?.spec?.template?.spec?.containers ? [object.spec.template] : [];
        });
        assert.ok(templates.length > 0, stderr);
        for (const { metadata, spec } of templates) {
          const matching = peers.filter(
            (peer) =>
              peer.namespace === releaseNamespace &&
              Object.entries(peer.labels).every(([label, value]) => metadata.labels[label] === value),
          );
          assert.equal(matching.length, 1, JSON.stringify(metadata.labels));
          const name = matching[0]?.name ?? "";
          found.add(name);
          const own = spec.containers.flatMap((container: any) => container.ports ?? []);
          const open = matrix.roles.filter(({ to }) => to.some((peer) => peer.name === name));
          for (const { port, protocol } of open.flatMap(({ ports }) => ports)) {
            const listens = own.some(
              (each: any) => each.containerPort === port && (each.protocol ?? "TCP") === protocol,
            );
            assert.ok(listens, `${name} listens on ${protocol} ${port}`);
          }
          assert.deepEqual(probedPorts(spec), probesOf(name, matrix.roles), name);
        }
      }
      const rendered = peers.filter(
        ({ namespace: own, name }) => own !== "kube-system" && name !== "postgres",
      );
      const idle = ifcImport ? "speckle-fileimport-service" : "speckle-ifc-import-service";
      assert.deepEqual(
        [...found].sort(),
        rendered
          .map(({ name }) => name)
          .filter((name) => name !== idle)
          .sort(),
      );
    });
  }
});

function probedPorts(spec: any): number[] {
  const [container] = spec.containers;
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  const ports = probes.flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? []);
  const numbers = ports.map(
    (port) => container.ports.find(({ name }: any) => name === port)?.containerPort ?? port,
  );
  return [...new Set(numbers)];
}

function probesOf(name: string, roles: ReturnType<typeof networkMatrix>["roles"]): number[] {
  return roles
    .filter(
      ({ from, to }) => from.some(({ kind }) => kind === "node") && to.some((peer) => peer.name === name),
    )
    .flatMap(({ ports }) => ports.map(({ port }) => port));
}
