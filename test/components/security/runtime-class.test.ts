import assert from "node:assert/strict";
import { fileWorkloads, sandbox } from "../../../components/security/runtime-class.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { eventually, ownControlPlane } from "../../support/control-plane.ts";

const apiVersion = "admissionregistration.k8s.io/v1";
const options = { fieldManager: "test", force: true };
const [preview = ""] = fileWorkloads;

describe("the runtime class of pods that open files of strangers, on a real API server", function () {
  this.timeout(240_000);
  const server = ownControlPlane();

  before(async () => {
    const client = server.client();
    const { policy, binding } = sandbox("gvisor", "default");
    const runtimeClass = {
      apiVersion: "node.k8s.io/v1",
      kind: "RuntimeClass",
      metadata: { name: "gvisor" },
      handler: "runsc",
      overhead: { podFixed: { memory: "64Mi", cpu: "100m" } },
      scheduling: { nodeSelector: { sandboxed: "yes" } },
    };
    await client.apply(runtimeClass as KubernetesObject, options);
    await client.apply({ apiVersion, kind: "MutatingAdmissionPolicy", ...policy }, options);
    await client.apply({ apiVersion, kind: "MutatingAdmissionPolicyBinding", ...binding }, options);
    const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace: "default" };
    await eventually(() => client.get(account));
    await eventually(async () => (await taken(preview)).runtimeClassName === "gvisor");
  });

  /** What a pod becomes as it is taken in. */
  async function taken(app: string, spec: object = {}) {
    const pod = await server.client().create(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "pod", namespace: "default", labels: { app } },
        spec: { containers: [{ name: "main", image: "x" }], ...spec },
      },
      { dryRun: true },
    );
    return pod.spec;
  }

  it("is given to previews and importers, with what the class asks of the node", async () => {
    for (const app of fileWorkloads) {
      const { runtimeClassName, overhead, nodeSelector } = await taken(app);
      assert.deepEqual(
        [runtimeClassName, overhead, nodeSelector],
        ["gvisor", { memory: "64Mi", cpu: "100m" }, { sandboxed: "yes" }],
        app,
      );
    }
  });

  it("is given to nobody else", async () => {
    assert.equal((await taken("speckle-server")).runtimeClassName, undefined);
  });

  it("leaves a pod alone that names its own", async () => {
    await assert.rejects(taken(preview, { runtimeClassName: "other" }), /RuntimeClass "other" not found/);
  });
});
