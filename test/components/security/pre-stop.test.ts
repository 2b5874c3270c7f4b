import assert from "node:assert/strict";
import { preStop } from "../../../components/security/pre-stop.ts";
import { eventually, ownControlPlane } from "../../support/control-plane.ts";

const apiVersion = "admissionregistration.k8s.io/v1";
const options = { fieldManager: "test", force: true };

describe("the sleep of pods that are to end, on a real API server", function () {
  this.timeout(240_000);
  const server = ownControlPlane();

  before(async () => {
    const client = server.client();
    const { policy, binding } = preStop("default");
    await client.apply({ apiVersion, kind: "MutatingAdmissionPolicy", ...policy }, options);
    await client.apply({ apiVersion, kind: "MutatingAdmissionPolicyBinding", ...binding }, options);
    const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace: "default" };
    await eventually(() => client.get(account));
    await eventually(async () => (await taken(sleeps("5")))?.sleep);
  });

  const runs = (...command: string[]) => ({ preStop: { exec: { command } } });
  const sleeps = (seconds: string) => runs("sleep", seconds);

  /** What a pod does before it ends once it has been taken in. */
  async function taken(lifecycle: object | undefined, labels: object = { project: "speckle-server" }) {
    const pod = await server.client().create(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "pod", namespace: "default", labels: { ...labels } },
        spec: { containers: [{ name: "main", image: "x", ...(lifecycle && { lifecycle }) }] },
      },
      { dryRun: true },
    );
    return pod.spec.containers[0].lifecycle?.preStop;
  }

  for (const seconds of ["5", "12"])
    it(`is done by the kubelet, for the chart's own ${seconds} s`, async () => {
      assert.deepEqual(await taken(sleeps(seconds)), { sleep: { seconds: Number(seconds) } });
    });

  for (const [what, lifecycle] of [
    ["another program", runs("/bin/drain", "5")],
    ["a sleep with more to it", runs("sleep", "5", "6")],
    ["a sleep of no whole number", runs("sleep", "0.5")],
    ["a sleep of the kubelet's", { preStop: { sleep: { seconds: 7 } } }],
  ] as const)
    it(`leaves ${what} alone`, async () => {
      assert.deepEqual(await taken(lifecycle), lifecycle.preStop);
    });

  it("is given to no pod that asks for none", async () => {
    assert.equal(await taken(undefined), undefined);
  });

  it("is no business of pods that are not Speckle's", async () => {
    for (const labels of [{}, { project: "other" }])
      assert.deepEqual(await taken(sleeps("5"), labels), sleeps("5").preStop);
  });
});
