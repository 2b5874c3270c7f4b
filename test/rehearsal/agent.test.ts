import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { postgresCluster } from "../../components/data/postgres-cluster.ts";
import { kubeletRefusals } from "../../rehearsal/agent/kubelet.ts";
import { simulatedWork } from "../../rehearsal/agent/work.ts";
import { definition } from "../../rehearsal/charts/parts.ts";
import { refOf } from "../../rehearsal/kubernetes/client.ts";
import { isReady, type KubernetesObject } from "../../rehearsal/kubernetes/objects.ts";
import { presets } from "../../stacks/presets.ts";
import { eventually, ownControlPlane } from "../support/control-plane.ts";

const namespace = "design";
const object = (apiVersion: string, kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...more,
});
const podOf = (name: string, spec: object) =>
  object("v1", "Pod", name, { spec: { containers: [{ name: "main", image: "x" }], ...spec } });

describe("what a kubelet would refuse", () => {
  const there: Record<string, object> = {
    "Secret keys": { data: { a: "MQ==" } },
    "ConfigMap words": { data: { a: "1" }, binaryData: { b: "MQ==" } },
  };
  const lookup = async (kind: string, name: string) => {
    const found = there[`${kind} ${name}`];
    return found && object("v1", kind, name, found);
  };
  const environment = (valueFrom: object) => ({
    containers: [{ name: "main", image: "x", env: [{ name: "A", valueFrom }] }],
  });
  const volume = (source: object) => ({ volumes: [{ name: "v", ...source }] });

  const cases: [string, object, string | undefined][] = [
    ["nothing when nothing is named", {}, undefined],
    ["nothing when the key is there", environment({ secretKeyRef: { name: "keys", key: "a" } }), undefined],
    ["nothing for binary data", environment({ configMapKeyRef: { name: "words", key: "b" } }), undefined],
    [
      "nothing for what is optional",
      environment({ secretKeyRef: { name: "no", key: "a", optional: true } }),
      undefined,
    ],
    [
      "a Secret that is not there",
      environment({ secretKeyRef: { name: "no", key: "a" } }),
      'secret "no" not found',
    ],
    [
      "a key that is not there",
      environment({ configMapKeyRef: { name: "words", key: "c" } }),
      "couldn't find key c in ConfigMap design/words",
    ],
    [
      "a whole ConfigMap that is not there",
      { containers: [{ name: "main", image: "x", envFrom: [{ configMapRef: { name: "no" } }] }] },
      'configmap "no" not found',
    ],
    [
      "what an init container names",
      { initContainers: [{ name: "first", envFrom: [{ secretRef: { name: "no" } }] }] },
      'secret "no" not found',
    ],
    [
      "a volume of a Secret that is not there",
      volume({ secret: { secretName: "no" } }),
      'MountVolume.SetUp failed for volume "v" : secret "no" not found',
    ],
    [
      "a volume's item that is not there",
      volume({ configMap: { name: "words", items: [{ key: "z", path: "z" }] } }),
      `MountVolume.SetUp failed for volume "v" : couldn't find key z in ConfigMap design/words`,
    ],
    [
      "a projected volume's source that is not there",
      volume({ projected: { sources: [{ secret: { name: "no" } }] } }),
      'MountVolume.SetUp failed for volume "v" : secret "no" not found',
    ],
  ];
  for (const [what, spec, message] of cases) {
    it(`is ${what}`, async () => {
      const refusals = await kubeletRefusals(podOf("p", spec), lookup);
      assert.deepEqual(
        refusals.map((refusal) => refusal.message),
        message === undefined ? [] : [message],
      );
    });
  }
});

describe("the agent of a control plane", function () {
  this.timeout(120_000);
  const { client } = ownControlPlane();
  const apply = (wanted: object) =>
    client().apply(wanted as KubernetesObject, { fieldManager: "test", force: true });
  const live = async (wanted: KubernetesObject) => client().get(refOf(wanted));

  before(async () => {
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  it("lets a pod start once the Secret it names is there, and says why it does not before", async () => {
    const pod = podOf("waiting", {
      containers: [{ name: "main", image: "x", envFrom: [{ secretRef: { name: "late" } }] }],
    });
    await eventually(async () => apply(pod).catch(() => false as const));
    await eventually(async () => {
      const waiting = (await live(pod))?.status?.containerStatuses?.[0]?.state?.waiting;
      return (
        waiting?.message === 'secret "late" not found' && waiting.reason === "CreateContainerConfigError"
      );
    });
    await apply(object("v1", "Secret", "late", { stringData: { a: "1" } }));
    await eventually(async () => isReady((await live(pod)) ?? pod));
  });

  it("binds a claim when a pod wants it, and removes the volume when both are gone", async () => {
    const claim = object("v1", "PersistentVolumeClaim", "data", {
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    const pod = podOf("user", { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }] });
    await apply(claim);
    await apply(pod);
    await eventually(async () => isReady((await live(pod)) ?? pod));
    assert.equal((await live(claim))?.status.phase, "Bound");
    await client().delete(refOf(pod));
    await client().delete(refOf(claim));
    await eventually(async () => (await client().list("v1", "PersistentVolume")).length === 0);
  });

  it("leaves a claim of no or of an unknown StorageClass pending", async () => {
    const claim = object("v1", "PersistentVolumeClaim", "unknown", {
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "nowhere",
        resources: { requests: { storage: "1Gi" } },
      },
    });
    const pod = podOf("stuck", { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "unknown" } }] });
    await apply(claim);
    await apply(pod);
    const message = await eventually(async () => {
      const conditions: any[] = (await live(pod))?.status?.conditions ?? [];
      return conditions.find(({ status }) => status === "False")?.message as string | undefined;
    });
    assert.match(message, /storageclass.*nowhere|unbound immediate/i);
    assert.equal((await live(claim))?.status.phase, "Pending");
    await client().delete(refOf(pod));
  });

  it("gives each load balancer an address of its own, and other Services none", async () => {
    const service = (name: string, type: string) =>
      object("v1", "Service", name, { spec: { type, ports: [{ port: 443 }] } });
    const address = async (name: string) =>
      (await live(service(name, "")))?.status.loadBalancer.ingress?.[0]?.ip as string | undefined;
    for (const [name, type] of [
      ["a", "LoadBalancer"],
      ["b", "LoadBalancer"],
      ["c", "ClusterIP"],
    ] as const)
      await apply(service(name, type));
    const [a, b] = [await eventually(() => address("a")), await eventually(() => address("b"))];
    assert.notEqual(a, b);
    assert.equal(await address("c"), undefined);
  });

  /** An operator as the agent looks for it: a ready Deployment with the name as label. */
  const operator = (name: string) => {
    const labels = { "app.kubernetes.io/name": name };
    const containers = [{ name: "main", image: "x" }];
    return {
      ...object("apps/v1", "Deployment", name, {
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
      }),
      metadata: { name, namespace, labels },
    };
  };

  it("does for a Cluster what CloudNativePG does, but only where its operator runs", async () => {
    const cluster = postgresCluster({
      ...presets.dev.postgres,
      version: 16,
      namespace,
    }) as unknown as KubernetesObject;
    delete cluster.spec.bootstrap.initdb.secret;
    await apply(definition("postgresql.cnpg.io", "v1", "Cluster"));
    await eventually(async () => apply(cluster).catch(() => false as const));
    await pause(1500);
    assert.equal(await live(object("v1", "Secret", "speckle-postgres-app")), undefined);
    await apply(operator("cloudnative-pg"));
    await eventually(async () => isReady((await live(cluster)) ?? cluster));
    const secret = await live(object("v1", "Secret", "speckle-postgres-app"));
    const text = (key: string) => Buffer.from(secret?.data[key] ?? "", "base64").toString();
    assert.equal(
      text("fqdn-uri"),
      `postgresql://speckle:${text("password")}@speckle-postgres-rw.design.svc.cluster.local:5432/speckle`,
    );
    assert.ok(await live(object("v1", "Service", "speckle-postgres-rw")));
    await apply({ ...cluster, spec: { ...cluster.spec, instances: 3 } });
    await eventually(async () => (await live(cluster))?.status.readyInstances === 3);
    assert.equal(
      text("password"),
      Buffer.from(
        (await live(object("v1", "Secret", "speckle-postgres-app")))?.data.password,
        "base64",
      ).toString(),
    );
  });

  it("does for a Certificate what cert-manager does, and keeps its Secret", async () => {
    const certificate = object("cert-manager.io/v1", "Certificate", "door", {
      spec: { secretName: "door-tls" },
    });
    await apply(definition("cert-manager.io", "v1", "Certificate"));
    await apply(operator("cert-manager"));
    await eventually(async () => apply(certificate).catch(() => false as const));
    await eventually(async () => isReady((await live(certificate)) ?? certificate));
    const secret = object("v1", "Secret", "door-tls");
    assert.equal((await live(secret))?.type, "kubernetes.io/tls");
    await client().delete(refOf(certificate));
    await pause(1500);
    assert.ok(await live(secret));
  });

  it("names what it does only where there is something it does it for", async () => {
    const simulated = (await simulatedWork(client())).join("\n");
    assert.match(simulated, /containers: pods run nothing/);
    assert.match(simulated, /load balancers:/);
    assert.doesNotMatch(simulated, /Issuer/);
  });
});
