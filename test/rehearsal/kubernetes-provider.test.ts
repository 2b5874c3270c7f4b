import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isSecret, reveal, unknownMark } from "../../rehearsal/providers/marshal.ts";
import { InitializationError, type Properties } from "../../rehearsal/providers/plugin.ts";
import { ownControlPlane } from "../support/control-plane.ts";
import { configMap, deployment, openProvider } from "../support/kubernetes-provider.ts";

const unreachable = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "c",
  contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "u", user: { token: "t" } }],
});

// Each test is one thing the genuine plugin was seen to do; where the stand-in differs, its name says so.
describe("the kubernetes stand-in, as the genuine plugin,", function () {
  this.timeout(180_000);
  const { home, client } = ownControlPlane();

  before(async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "design" } };
    await client().apply(namespace, { fieldManager: "test" });
  });

  const definition = (plural: string, kind: string) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.test.speckle.systems` },
    spec: {
      group: "test.speckle.systems",
      scope: "Namespaced",
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", properties: { size: { type: "integer" } } },
              },
            },
          },
        },
      ],
    },
  });

  it("names objects `namespace/name`, those of the cluster by their name alone", async () => {
    const { create } = await openProvider(home);
    assert.equal((await create("core/v1:ConfigMap", "a", configMap("a"))).id, "design/a");
    const own = { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } };
    assert.equal((await create("core/v1:Namespace", "other", own)).id, "other");
  });

  it("turns a Secret's texts into data, all of it secret, and keeps what it was made from", async () => {
    const { create } = await openProvider(home);
    const inputs = { ...configMap("s"), kind: "Secret", stringData: { word: "open" } };
    const { outputs } = await create("core/v1:Secret", "s", inputs);
    assert.ok(!JSON.stringify({ ...outputs, data: 0, __inputs: 0 }).includes("b3Blbg=="));
    const { __inputs, __fieldManager, __initialApiVersion, data } = reveal(outputs) as Record<string, any>;
    assert.deepEqual(
      [data, __inputs.data, __inputs.stringData],
      [{ word: "b3Blbg==" }, { word: "b3Blbg==" }, undefined],
    );
    assert.deepEqual([typeof __fieldManager, __initialApiVersion], ["string", "v1"]);
  });

  it("gives a nameless object a name that stays", async () => {
    const { plugin, check } = await openProvider(home);
    const { name: _name, ...metadata } = configMap("x").metadata;
    const first = (await check("core/v1:ConfigMap", "settings", { ...configMap("x"), metadata }))
      .inputs as any;
    assert.match(first.metadata.name, /^settings-[0-9a-f]{8}$/);
    const resource = {
      urn: "urn:pulumi:dev::test::kubernetes:core/v1:ConfigMap::settings",
      type: "kubernetes:core/v1:ConfigMap",
    };
    const next = await plugin.check(
      resource,
      { ...configMap("x"), metadata },
      { olds: first, seed: "another" },
    );
    assert.equal((next.inputs as any).metadata.name, first.metadata.name);
  });

  describe("in a preview", () => {
    const refused: [string, string, Properties, RegExp][] = [
      ["a wrong type", "apps/v1:Deployment", deployment("p", {}, {}, { replicas: "two" }), /replicas/],
      [
        "a selector that does not match",
        "apps/v1:Deployment",
        deployment("p", {}, {}, { selector: { matchLabels: { app: "other" } } }),
        /selector.*does not match/,
      ],
    ];
    for (const [what, type, inputs, words] of refused) {
      it(`fails on ${what}, in the API server's words`, async () => {
        const { create } = await openProvider(home);
        await assert.rejects(create(type, "p", inputs, true), words);
      });
    }

    it("fails on a custom resource against its schema", async () => {
      const { create } = await openProvider(home);
      await create("apiextensions.k8s.io/v1:CustomResourceDefinition", "boxes", definition("boxes", "Box"));
      const box = {
        apiVersion: "test.speckle.systems/v1",
        kind: "Box",
        metadata: { name: "b", namespace: "design" },
        spec: { size: "large" },
      };
      await assert.rejects(
        create("test.speckle.systems/v1:Box", "b", box, true),
        /\.spec\.size: expected numeric/,
      );
    });

    const silent: [string, Properties, Properties][] = [
      ["a missing definition", { apiVersion: "nowhere.io/v1", kind: "Thing", metadata: { name: "t" } }, {}],
      ["a missing namespace", { ...configMap("c"), metadata: { name: "c", namespace: "nowhere" } }, {}],
      ["an object that already exists", configMap("kube-root-ca.crt"), {}],
      ["a kubeconfig that is not known yet", configMap("c"), { kubeconfig: undefined }],
      ["an unreachable cluster", configMap("c"), { kubeconfig: unreachable }],
    ];
    for (const [what, inputs, settings] of silent) {
      it(`passes in silence for ${what}`, async () => {
        const { create } = await openProvider(home, settings);
        const { id } = await create(`${inputs.apiVersion}:${inputs.kind}`, "quiet", inputs, true);
        assert.equal(id, "");
      });
    }
  });

  it("fails at once in up where the object already exists", async () => {
    const { create } = await openProvider(home);
    await client().apply(configMap("taken"), { fieldManager: "somebody else" });
    await assert.rejects(create("core/v1:ConfigMap", "taken", configMap("taken")), /already exists/);
  });

  it("takes an object of its own back that an interrupted run did not record, and no other", async () => {
    const { create } = await openProvider(home);
    const mine = configMap("mine", { data: { a: "1" } });
    await create("core/v1:ConfigMap", "mine", mine);
    assert.equal((await create("core/v1:ConfigMap", "mine", mine)).id, "design/mine");
    await assert.rejects(create("core/v1:ConfigMap", "theirs", mine), /already exists/);
  });

  it("tries again while a definition or a namespace is not there yet", async () => {
    const { create } = await openProvider(home);
    const crate = {
      apiVersion: "test.speckle.systems/v1",
      kind: "Crate",
      metadata: { name: "c", namespace: "late" },
    };
    const creating = create("test.speckle.systems/v1:Crate", "c", crate);
    await create("apiextensions.k8s.io/v1:CustomResourceDefinition", "crates", definition("crates", "Crate"));
    await create("core/v1:Namespace", "late", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "late" },
    });
    assert.equal((await creating).id, "late/c");
  });

  it("replaces a ConfigMap or Secret whose data changes, deleting first; unless told they are mutable", async () => {
    const [old, now] = [configMap("m", { data: { a: "1" } }), configMap("m", { data: { a: "2" } })];
    const genuine = await (await openProvider(home)).diff("core/v1:ConfigMap", "m", old, now);
    assert.deepEqual([genuine.replaces, genuine.deleteBeforeReplace], [["data"], true]);
    const mutable = await openProvider(home, { enableConfigMapMutable: "true" });
    assert.deepEqual((await mutable.diff("core/v1:ConfigMap", "m", old, now)).replaces, []);
  });

  it("replaces what the server calls immutable, and updates everything else", async () => {
    const { create, diff, update } = await openProvider(home);
    const skip = { annotations: { "pulumi.com/skipAwait": "true" } };
    const before = deployment("rolled", {}, skip);
    const { outputs } = await create("apps/v1:Deployment", "rolled", before);
    const moved = deployment("rolled", {}, skip, {
      selector: { matchLabels: { app: "rolled", tier: "a" } },
      template: {
        metadata: { labels: { app: "rolled", tier: "a" } },
        spec: { containers: [{ name: "main", image: "x" }] },
      },
    });
    assert.equal((await diff("apps/v1:Deployment", "rolled", outputs, moved)).deleteBeforeReplace, true);
    assert.deepEqual((await create("apps/v1:Deployment", "rolled", moved, true)).outputs, moved);
    const scaled = deployment("rolled", {}, skip, { replicas: 2 });
    assert.deepEqual((await diff("apps/v1:Deployment", "rolled", outputs, scaled)).replaces, []);
    const after = (await update("apps/v1:Deployment", "rolled", outputs, scaled)) as any;
    assert.equal(after.spec.replicas, 2);
  });

  it("tells drift in a refresh only", async () => {
    const { create, diff, read } = await openProvider(home);
    const inputs = configMap("drifting", { data: { a: "1" } });
    const { outputs } = await create("core/v1:ConfigMap", "drifting", inputs);
    await client().merge(
      { apiVersion: "v1", kind: "ConfigMap", namespace: "design", name: "drifting" },
      { data: { a: "9" } },
    );
    assert.deepEqual((await diff("core/v1:ConfigMap", "drifting", outputs, inputs)).changes, []);
    const seen = await read("core/v1:ConfigMap", "drifting", "design/drifting", inputs);
    assert.deepEqual((seen?.inputs as any).data, { a: "9" });
    assert.equal(await read("core/v1:ConfigMap", "gone", "design/gone", inputs), undefined);
  });

  const outside: [what: string, change: object, seen: object][] = [
    ["changed", { data: { password: "Y2hhbmdlZA==" } }, { password: "Y2hhbmdlZA==", user: "YW5h" }],
    ["taken away", { data: { password: null } }, { user: "YW5h" }],
  ];
  for (const [what, change, data] of outside)
    it(`tells in a refresh of a Secret whose text was ${what} by somebody else, secretly, and sets it right`, async () => {
      const { check, create, diff, read, update } = await openProvider(home);
      const name = `drifting-${what.replace(" ", "-")}`;
      const own = { ...configMap(name), kind: "Secret", stringData: { user: "ana", password: "own" } };
      const { inputs } = await check("core/v1:Secret", name, own);
      const { outputs } = await create("core/v1:Secret", name, own);
      const reference = { apiVersion: "v1", kind: "Secret", namespace: "design", name };
      await client().merge(reference, change);
      assert.deepEqual((await diff("core/v1:Secret", name, outputs, inputs)).changes, []);
      const seen = await read("core/v1:Secret", name, `design/${name}`, inputs);
      assert.deepEqual(reveal((seen?.inputs as any).data), data);
      assert.ok(isSecret((seen?.inputs as any).data) && isSecret((seen?.outputs as any).data));
      assert.deepEqual((await diff("core/v1:Secret", name, seen?.outputs ?? {}, inputs)).changes, ["data"]);
      await update("core/v1:Secret", name, seen?.outputs ?? {}, inputs);
      const right = await client().get(reference);
      assert.deepEqual((right as any)?.data, { user: "YW5h", password: "b3du" });
    });

  describe("waiting for readiness", () => {
    const secretEnvironment = {
      containers: [{ name: "main", image: "x", envFrom: [{ secretRef: { name: "nowhere" } }] }],
    };

    it("waits for a Deployment, a claim and a load balancer's address", async () => {
      const { create } = await openProvider(home);
      const claim = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "data", namespace: "design" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "immediate",
          resources: { requests: { storage: "1Gi" } },
        },
      };
      const storageClass = {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "immediate" },
        provisioner: "x/y",
      };
      const service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "door", namespace: "design" },
        spec: { type: "LoadBalancer", ports: [{ port: 443 }] },
      };
      await create("storage.k8s.io/v1:StorageClass", "immediate", storageClass);
      const ready = await create("apps/v1:Deployment", "ready", deployment("ready"));
      assert.equal((ready.outputs as any).status.availableReplicas, 1);
      const bound = await create("core/v1:PersistentVolumeClaim", "data", claim);
      assert.equal((bound.outputs as any).status.phase, "Bound");
      const open = await create("core/v1:Service", "door", service);
      assert.match((open.outputs as any).status.loadBalancer.ingress[0].ip, /^\d+\./);
    });

    it("keeps what did not become ready, names the pod's own reason, and gives up sooner than the time set", async () => {
      const { create } = await openProvider(home);
      const creating = create("apps/v1:Deployment", "poor", deployment("poor", secretEnvironment));
      await assert.rejects(creating, (error: InitializationError) => {
        assert.equal(error.id, "design/poor");
        assert.match(error.reasons.join(), /CreateContainerConfigError: secret "nowhere" not found/);
        assert.equal((error.outputs as any).kind, "Deployment");
        return error instanceof InitializationError;
      });
    });

    it("honours timeoutSeconds, skipAwait and waitFor", async () => {
      const { create } = await openProvider(home);
      const annotated = (name: string, annotations: object) =>
        deployment(name, secretEnvironment, { annotations });
      const late = create(
        "apps/v1:Deployment",
        "late",
        annotated("late", { "pulumi.com/timeoutSeconds": "1" }),
      );
      await assert.rejects(late, /took longer than 1 s: it waits for 1 available pods/);
      await create("apps/v1:Deployment", "skipped", annotated("skipped", { "pulumi.com/skipAwait": "true" }));
      const waitFor = { "pulumi.com/waitFor": "jsonpath={.spec.replicas}=1" };
      await create("apps/v1:Deployment", "custom", annotated("custom", waitFor));
    });

    it("deletes and waits until it is gone", async () => {
      const { create, delete: remove } = await openProvider(home);
      const { outputs } = await create("apps/v1:Deployment", "leaving", deployment("leaving"));
      await remove("apps/v1:Deployment", "leaving", outputs);
      const pods = await client().list("v1", "Pod", { namespace: "design", labelSelector: "app=leaving" });
      assert.deepEqual(pods, []);
    });
  });

  it("takes another kubeconfig of the same cluster for the same cluster, and another server for another", async () => {
    const { plugin } = await openProvider(home);
    const kubeconfig = readFileSync(home.kubeconfig, "utf8");
    const renamed = kubeconfig.replaceAll("kwok-rehearsal", "renamed");
    const replacing = (olds: Properties, news: Properties) => plugin.replacingSettings?.(olds, news);
    assert.notEqual(renamed, kubeconfig);
    assert.deepEqual(replacing({ kubeconfig }, { kubeconfig: renamed }), []);
    assert.equal(replacing({ kubeconfig }, { kubeconfig: unreachable })?.length, 1);
    assert.deepEqual(replacing({ kubeconfig }, { kubeconfig: unknownMark }), ["kubeconfig"]);
    assert.deepEqual(replacing({ kubeconfig }, { kubeconfig, clusterIdentifier: "kind/a" }), []);
    const identified = { clusterIdentifier: "kind/a" };
    assert.deepEqual(replacing({ ...identified, kubeconfig }, { kubeconfig, clusterIdentifier: "kind/b" }), [
      "clusterIdentifier",
    ]);
    assert.deepEqual(
      replacing({ ...identified, kubeconfig }, { ...identified, kubeconfig: unreachable }),
      [],
    );
  });
});
