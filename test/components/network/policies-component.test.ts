import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { output, runtime } from "@pulumi/pulumi";
import { networkMatrix } from "../../../components/network/matrix.ts";
import { networkPolicies } from "../../../components/network/policies.ts";
import { NetworkPolicies } from "../../../components/network/policies-component.ts";
import { plain } from "./support.ts";

describe("the component of network policies", () => {
  it("creates every policy with the cluster's provider", async () => {
    const created: { name: string; provider: string; inputs: unknown }[] = [];
    await runtime.setMocks({
      newResource: ({ type, name, inputs, provider = "" }) => {
        if (type.endsWith(":NetworkPolicy")) created.push({ name, provider, inputs });
        return { id: name, state: inputs };
      },
      call: () => ({}),
    });
    const provider = new Provider("own", {});
    const cluster = {
      provider,
      kubeconfig: output(""),
      entry: { type: "LoadBalancer" },
      networkRanges: [],
      apiServerRanges: "anywhere",
    } as const;
    new NetworkPolicies("speckle-network", { ...plain, cluster, namespaceResources: [provider] });
    await runtime.disconnect();
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    assert.deepEqual(
      created.map(({ name, inputs }) => ({ name, inputs })).sort(byName),
      networkPolicies(networkMatrix(plain))
        .map((policy) => ({ name: `speckle-network-${policy.metadata.name}`, inputs: policy }))
        .sort(byName),
    );
    for (const { name, provider: used } of created) assert.match(used, /::own::/, name);
  });
});
