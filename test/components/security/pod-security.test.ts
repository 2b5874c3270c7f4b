import assert from "node:assert/strict";
import { podSecurityLabels } from "../../../components/security/namespace.ts";
import { podExceptions, refusal, repair } from "../../../components/security/pod-security.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { eventually, ownControlPlane } from "../../support/control-plane.ts";

const [frontend] = podExceptions;
assert.ok(frontend);

/** The chart's own pod of the frontend, as far as admission reads it. */
const bare = (name: string, change: { spec?: object; container?: object; app?: string } = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { app: change.app ?? frontend.pod } },
  spec: {
    serviceAccountName: frontend.pod,
    automountServiceAccountToken: false,
    containers: [{ name: "main", image: "speckle/speckle-frontend-2:1", ...change.container }],
    ...change.spec,
  },
});

const own = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const pod = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const strict = (name: string, change: { spec?: object; container?: object } = {}) =>
  bare(name, {
    app: "new",
    spec: { serviceAccountName: "default", securityContext: pod, ...change.spec },
    container: { securityContext: own, ...change.container },
  });

/** Pods that fall short of `restricted` in one rule each. */
const short: [what: string, pod: object][] = [
  ["no context at all", bare("new", { app: "new", spec: { serviceAccountName: "default" } })],
  [
    "privilege escalation",
    strict("escalation", { container: { securityContext: { capabilities: own.capabilities } } }),
  ],
  [
    "capabilities kept",
    strict("kept", { container: { securityContext: { allowPrivilegeEscalation: false } } }),
  ],
  [
    "a capability added",
    strict("added", {
      container: { securityContext: { ...own, capabilities: { drop: ["ALL"], add: ["CHOWN"] } } },
    }),
  ],
  [
    "nothing said of root",
    strict("rootable", { spec: { securityContext: { seccompProfile: pod.seccompProfile } } }),
  ],
  [
    "root allowed by a container",
    strict("root-allowed", { container: { securityContext: { ...own, runAsNonRoot: false } } }),
  ],
  ["root as a number", strict("root", { spec: { securityContext: { ...pod, runAsUser: 0 } } })],
  ["no seccomp profile", strict("seccomp", { spec: { securityContext: { runAsNonRoot: true } } })],
  [
    "an init container without a context",
    strict("init", { spec: { initContainers: [{ name: "init", image: "x" }] } }),
  ],
  [
    "a volume of another kind",
    strict("nfs", { spec: { volumes: [{ name: "v", nfs: { server: "192.0.2.1", path: "/" } }] } }),
  ],
  ["the exception's label alone", bare("impostor", { spec: { serviceAccountName: "default" } })],
];

describe("Pod Security on a real API server", function () {
  this.timeout(240_000);
  const server = ownControlPlane();
  const options = { fieldManager: "test", force: true };

  async function prepare(namespace: string, level: "baseline" | "restricted"): Promise<void> {
    const client = server.client();
    const labels = podSecurityLabels(level);
    await client.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
      options,
    );
    for (const name of [frontend?.pod ?? "", "default"])
      await client.apply(
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
        options,
      );
  }

  async function admit(
    kind: string,
    { policy, binding }: { policy: object; binding: object },
  ): Promise<void> {
    const apiVersion = "admissionregistration.k8s.io/v1";
    await server.client().apply({ apiVersion, kind, ...policy } as KubernetesObject, options);
    await server
      .client()
      .apply({ apiVersion, kind: `${kind}Binding`, ...binding } as KubernetesObject, options);
  }

  /** The pod as it was taken in, or the words of its refusal. */
  async function create(namespace: string, object: object): Promise<KubernetesObject | string> {
    const { metadata, ...rest } = object as KubernetesObject;
    const placed = { ...rest, metadata: { ...metadata, namespace } } as KubernetesObject;
    try {
      return await server.client().create(placed);
    } catch (error) {
      return (error as Error).message;
    }
  }

  it("refuses the chart's frontend where restricted is enforced (F55)", async () => {
    await prepare("plain", "restricted");
    assert.match(String(await create("plain", bare("frontend"))), /violates PodSecurity "restricted/);
  });

  describe("restricted, with the exceptions repaired", () => {
    before(async () => {
      await prepare("repaired", "restricted");
      await admit("MutatingAdmissionPolicy", repair(frontend, "repaired"));
    });

    it("takes the chart's frontend in, with a context", async () => {
      const taken = await eventually(async () => {
        const answer = await create("repaired", bare("frontend"));
        return typeof answer === "string" ? undefined : answer;
      });
      assert.deepEqual(taken.spec.securityContext, { ...pod, runAsUser: 65532, runAsGroup: 65532 });
      assert.deepEqual(taken.spec.containers[0].securityContext, own);
    });

    it("leaves a frontend alone that brings its own context", async () => {
      const spec = { securityContext: { ...pod, runAsUser: 1000 } };
      const taken = await create("repaired", bare("own", { spec, container: { securityContext: own } }));
      assert.ok(typeof taken === "object", String(taken));
      assert.deepEqual(taken.spec.securityContext, spec.securityContext);
    });

    for (const [what, object] of short)
      it(`refuses ${what}`, async () => {
        assert.match(String(await create("repaired", object)), /violates PodSecurity "restricted/);
      });
  });

  describe("baseline, with everything but the exceptions refused", () => {
    before(async () => {
      await prepare("excepted", "baseline");
      await admit("ValidatingAdmissionPolicy", refusal(podExceptions, "excepted"));
      const [, first] = short[0] ?? [];
      await eventually(async () => {
        const answer = await create("excepted", first ?? {});
        if (typeof answer === "string") return true;
        await server
          .client()
          .delete({ ...answer, ...answer.metadata, namespace: "excepted" }, { gracePeriodSeconds: 0 });
        return false;
      });
    });

    it("takes the chart's frontend in", async () => {
      const taken = await create("excepted", bare("frontend"));
      assert.ok(typeof taken === "object", String(taken));
    });

    it("takes in what is restricted, said by the pod or by each container", async () => {
      for (const object of [
        strict("by-pod"),
        strict("by-container", {
          spec: { securityContext: {}, volumes: [{ name: "tmp", emptyDir: {} }] },
          container: { securityContext: { ...own, ...pod } },
        }),
      ]) {
        const taken = await create("excepted", object);
        assert.ok(typeof taken === "object", String(taken));
      }
    });

    for (const [what, object] of short)
      it(`refuses ${what}`, async () => {
        assert.match(String(await create("excepted", object)), /violates PodSecurity "restricted"/);
      });
  });
});
