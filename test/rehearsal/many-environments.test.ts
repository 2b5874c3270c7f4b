import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectStoreKeys } from "../../components/data/object-store-values.ts";
import { networkArgs } from "../../components/environment-plan.ts";
import { type Engine, evaluator } from "../../components/network/evaluate.ts";
import { type Matrix, networkMatrix } from "../../components/network/matrix.ts";
import type { NetworkPolicy } from "../../components/network/network-policy.ts";
import { type KnownPod, knownPorts, proof, samplePods } from "../../components/network/proof.ts";
import { stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { ownProcesses } from "../../rehearsal/control-plane/processes.ts";
import { checkout, type Home } from "../../rehearsal/home.ts";
import { inventory } from "../../rehearsal/inventory.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Outcome } from "../../rehearsal/outcome.ts";
import { parseSettings } from "../../stacks/settings.ts";
import { expectRejection } from "../hooks.ts";
import { eventually } from "../support/control-plane.ts";
import { filesBelow } from "../support/files.ts";
import { settingsOf, stackText } from "../support/graph.ts";
import { guest } from "../support/guest.ts";
import { knownPods, others, unseen } from "../support/known-pods.ts";
import { secretTexts } from "../support/rehearsed/secrets.ts";
import { assertUnchanged, stageIn } from "../support/stage.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { qualifiedPod, union } from "../support/union.ts";

describe("two environments in one cluster", function () {
  this.timeout(1_200_000);
  const folder = temporaryFolder("many");
  const first = stageIn(folder, "dev");
  const second = stageIn(folder, "second", "dev");
  const third = stageIn(folder, "third", "dev");
  let client: KubernetesClient;
  let alone: Map<string, unknown>;

  before(() => {
    copyFileSync(join(checkout, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    writeFileSync(join(folder, "Pulumi.second.yaml"), stackText(guest));
  });
  after(async () => {
    client?.close();
    await stopControlPlane(first.home);
    rmSync(folder, { recursive: true, force: true });
  });

  it("both come up, and an up of either changes nothing then", async () => {
    succeeded(await first.run("up"));
    client = KubernetesClient.fromFile(first.home.kubeconfig);
    alone = await everything(client);
    succeeded(await second.run("up"));
    for (const { run } of [first, second]) {
      assertUnchanged(await run("up"));
    }
  });

  it("own what a cluster has once only one time", async () => {
    const releases = (await client.list("v1", "Secret")).filter(({ type }) => type === "helm.sh/release.v1");
    const names = releases.map(({ metadata }) => `${metadata.namespace} ${metadata.labels?.name}`);
    assert.deepEqual([...new Set(names)].sort(), [
      "cert-manager cert-manager",
      "cnpg-system cloudnative-pg",
      ...["second", "speckle"].flatMap((namespace) =>
        ["speckle-object-store", "speckle-server", "speckle-valkey"].map((name) => `${namespace} ${name}`),
      ),
      "traefik traefik",
    ]);
  });

  it("changed nothing of the first when the second came", async () => {
    const now = await everything(client);
    for (const [name, object] of alone) assert.deepEqual(now.get(name), object, name);
  });

  it("reach nothing of each other but through what both share", async () => {
    const policies = (await client.list(
      "networking.k8s.io/v1",
      "NetworkPolicy",
    )) as unknown as NetworkPolicy[];
    const matrices = [matrixOf(settingsOf("dev")), matrixOf(parseSettings(guest, () => ""))];
    const pods = await client.list("v1", "Pod");
    for (const matrix of matrices) assert.deepEqual(unseen(knownPods(pods, matrix), matrix), []);
    const known = matrices.flatMap((matrix) =>
      [...knownPods(pods, matrix), ...passingPods(matrix)].map(qualifiedPod),
    );
    const whole = union(matrices);
    const differences = proof(whole, [...known, ...others(whole)]);
    for (const engine of ["standard", "exceptIgnored", "ipBlockSkipsCluster"] satisfies Engine[])
      assert.deepEqual(differences({ policies, engine }).next().value, undefined);
    assert.deepEqual(crossings(known, whole, policies), [
      "cnpg-system/postgres-operator -> second/postgres:5432",
      "cnpg-system/postgres-operator -> second/postgres:8000",
      "traefik/traefik -> second/challenge-solver:8089",
      "traefik/traefik -> second/object-store:7070",
      "traefik/traefik -> second/speckle-frontend-2:8080",
      "traefik/traefik -> second/speckle-objects:3000",
      "traefik/traefik -> second/speckle-server:3000",
    ]);
  });

  it("have no secret of each other", async () => {
    const texts = async (namespace: string) =>
      Object.entries(await secretTexts(client, namespace))
        // Empty until the first rotation.
        .filter(([name, text]) => !name.endsWith(`.${objectStoreKeys.former}`) && text.length >= 16)
        .map(([, text]) => text);
    for (const [namespace, other, home] of [
      ["speckle", "second", second.home],
      ["second", "speckle", first.home],
    ] as const) {
      const canaries = await texts(namespace);
      assert.ok(canaries.length >= 8);
      const elsewhere = [...(await texts(other)), ...engineFiles(home)].join("\n");
      assert.deepEqual(
        canaries.filter((canary) => elsewhere.includes(canary)),
        [],
      );
    }
  });

  const mistakes: [what: string, setting: string, path: string, words: RegExp][] = [
    [
      "services of its own",
      "clusterServices=create",
      "clusterServices",
      /belongs to the environment in speckle/,
    ],
    [
      "the host of another",
      "domain=speckle.localhost",
      "domain",
      /is the host of the environment in speckle/,
    ],
    ["the owner's namespace", "namespace=speckle", "clusterServices", /made the cluster's traefik itself/],
  ];
  for (const [what, setting, path, words] of mistakes) {
    it(`refuse a third one with ${what} before anything of it is there`, async () => {
      const before = [...(await inventory(client))].sort();
      copyFileSync(join(folder, "Pulumi.second.yaml"), join(folder, "Pulumi.third.yaml"));
      const own = setting.startsWith("domain") ? [] : ["domain=third.example.com"];
      const place = setting.startsWith("namespace") ? [] : ["namespace=third"];
      expectRejection(words);
      const { result, problems } = await third.run("up", ...own, ...place, setting);
      assert.equal(result, "failed");
      const told = JSON.stringify(problems);
      assert.match(told, words);
      assert.match(told, new RegExp(path));
      assert.deepEqual([...(await inventory(client))].sort(), before);
      succeeded(await third.run("down"));
    });
  }

  it("refuse the end of the first while the second lives, with nothing gone", async () => {
    const before = await everything(client);
    const { result, problems } = await first.run("down");
    assert.equal(result, "failed");
    assert.match(
      problems[0]?.reason ?? "",
      /second\.example\.com in namespace second uses the cluster's traefik/,
    );
    assert.match(problems[0]?.fix ?? "", /Destroy that environment first/);
    assert.deepEqual(await everything(client), before);
    assertUnchanged(await first.run("up"));
  });

  it("refuse that the first gives up what the second uses", async () => {
    const { problems } = await first.run("up", ...databaseElsewhere);
    assert.match(problems[0]?.reason ?? "", /uses the cluster's .*postgres-operator/);
    assert.ok(await client.get({ apiVersion: "v1", kind: "Namespace", name: "cnpg-system" }));
    succeeded(await first.run("up"));
  });

  it("leave the first as it was when the second ends, and nothing when both have", async () => {
    // What the up before has replaced may be on its way out yet.
    await eventually(async () => (await goingAway(client)).length === 0);
    const was = await everything(client);
    const { leftovers } = succeeded(await second.run("down"));
    assert.deepEqual(leftovers, []);
    const now = await everything(client);
    const gone = [...was.keys()].filter((name) => !now.has(name));
    const strange = gone.filter((name) => !ofTheSecond.test(name));
    assert.deepEqual(strange, []);
    assert.equal([...now.keys()].filter((name) => name.startsWith("PersistentVolume ")).length, stores);
    for (const [name, object] of now) assert.deepEqual(object, was.get(name), name);
    client.close();
    assert.deepEqual(succeeded(await first.run("down")).leftovers, []);
    assert.deepEqual(ownProcesses(first.home), []);
    assert.deepEqual(readdirSync(join(folder, ".rehearsal")), []);
  });
});

/** Names of what the second environment makes, and of what the cluster makes for it. */
const ofTheSecond =
  / second\/| \/second$| (\/|traefik\/|cnpg-system\/|cert-manager\/)second-|^(PersistentVolume|IPAddress) /;

/** Stores of an environment with a volume. */
const stores = 3;

const databaseElsewhere = [
  "postgres={mode: existing, connection: {host: 192.0.2.1, database: d, user: u}}",
  "postgresPassword=password-of-a-test",
];

function succeeded(outcome: Outcome): Outcome {
  assert.deepEqual(outcome.problems, []);
  assert.equal(outcome.result, "succeeded");
  return outcome;
}

function matrixOf(settings: ReturnType<typeof settingsOf>): Matrix {
  return networkMatrix(networkArgs(settings, { networkRanges: [], apiServerRanges: "anywhere" }));
}

function passingPods(matrix: Matrix): KnownPod[] {
  return samplePods(matrix).filter(({ peer }) => peer === "challenge-solver");
}

/** Every port by which a pod of one environment, or of what they share, reaches a pod of the second, or the other way round. */
function crossings(known: readonly KnownPod[], matrix: Matrix, policies: readonly NetworkPolicy[]): string[] {
  const judge = evaluator({ policies });
  const open = known.flatMap((from) =>
    known.flatMap((to) => {
      if ((from.pod.namespace === "second") === (to.pod.namespace === "second")) return [];
      const { both } = judge(from.pod, to.pod);
      return knownPorts(matrix).flatMap(({ protocol, port }) =>
        both(protocol, port) ? [`${from.peer} -> ${to.peer}:${port}`] : [],
      );
    }),
  );
  return [...new Set(open)].sort();
}

/** What people and programs wrote into every lasting object, by its name. */
async function everything(client: KubernetesClient): Promise<Map<string, unknown>> {
  const kinds = [...new Set([...(await inventory(client))].map((name) => name.split(" ")[0] ?? ""))];
  const lists = await Promise.all(kinds.map((kind) => allOf(client, kind)));
  return new Map(lists.flat());
}

/** Names of pods that end, and of volumes whose claim is gone. */
async function goingAway(client: KubernetesClient): Promise<string[]> {
  const pods = (await client.list("v1", "Pod")).filter(({ metadata }) => metadata.deletionTimestamp);
  const volumes = (await client.list("v1", "PersistentVolume")).filter(
    ({ status }) => status?.phase === "Released",
  );
  return [...pods, ...volumes].map(({ metadata }) => metadata.name);
}

const groups = [
  "v1",
  "apps/v1",
  "networking.k8s.io/v1",
  "rbac.authorization.k8s.io/v1",
  "policy/v1",
  "scheduling.k8s.io/v1",
  "admissionregistration.k8s.io/v1",
  "traefik.io/v1alpha1",
  "cert-manager.io/v1",
  "postgresql.cnpg.io/v1",
];

async function allOf(client: KubernetesClient, kind: string): Promise<[string, unknown][]> {
  const found = await Promise.all(groups.map((group) => client.list(group, kind).catch(() => [])));
  return found.flat().map(({ metadata, status: _, ...object }) => {
    const { name, namespace, uid, labels, annotations } = metadata;
    return [`${object.kind} ${namespace ?? ""}/${name}`, { ...object, uid, labels, annotations }];
  });
}

/** Everything the engine has written for a rehearsal. */
function engineFiles(home: Home): string[] {
  return [home.state, home.work].flatMap(filesBelow).map((file) => readFileSync(file, "utf8"));
}
