import assert from "node:assert/strict";
import fc from "fast-check";
import { autoscalerValues } from "../../../components/cluster/aws-autoscaler-values.ts";
import { gatewayZones, subnets } from "../../../components/cluster/aws-network-plan.ts";
import {
  type AwsArgs,
  addons,
  autoscalerPolicy,
  entryPoint as awsEntryPoint,
  awsKubeconfig,
  controlPlane,
  launchTemplate,
  nodeGroups,
  storageClass,
} from "../../../components/cluster/aws-plan.ts";
import {
  type DigitalOceanArgs,
  digitaloceanKubeconfig,
  digitaloceanPlan,
  entryPoint,
  systemPool,
} from "../../../components/cluster/digitalocean-plan.ts";
import { heavyTaint, type Pool } from "../../../components/cluster/pools.ts";
import { traefikValues } from "../../../components/edge/traefik-values.ts";
import { isWithin, overlaps } from "../../../rehearsal/providers/cloud/cidr.ts";
import { type CloudName, cloudPresets } from "../../../stacks/cloud-presets.ts";
import { presetNames } from "../../../stacks/presets.ts";

const size = { cpu: "3900m", memory: "6Gi" };
const general: Pool = { role: "general", nodes: 2, size };
const heavy: Pool = { role: "heavy", nodes: 1, scale: { least: 0, most: 3 }, size };
const pools = [general, heavy];

const common = {
  name: "speckle-test",
  machines: { general: "g", heavy: "h" },
  highAvailability: false,
  apiAllowFrom: [],
};
const digitalocean: DigitalOceanArgs = {
  ...common,
  region: "fra1",
  version: "1.36.1-do.0",
  maintenance: { day: "sunday", startTime: "03:00" },
  ranges: { network: "10.40.0.0/20", pods: "10.41.0.0/16", services: "10.42.0.0/19" },
};
const aws: AwsArgs = {
  ...common,
  region: "eu-central-1",
  version: "1.36",
  accountId: "123456789012",
  zones: ["a", "b", "c"],
  ranges: { network: "10.50.0.0/16" },
  administrators: [],
};

describe("a cluster on DigitalOcean", () => {
  const plan = digitaloceanPlan({ ...digitalocean, pools });

  it("has the same small default pool whatever the environment's size, since another replaces it (F22)", () => {
    assert.deepEqual(plan.cluster.nodePool, systemPool);
    const others = digitaloceanPlan({
      ...digitalocean,
      machines: { general: "x", heavy: "y" },
      highAvailability: true,
      pools: [{ ...general, nodes: 9 }],
    });
    assert.deepEqual(others.cluster.nodePool, plan.cluster.nodePool);
  });

  it("has exactly the version that is said, and never another by itself (F23)", () => {
    assert.equal(plan.cluster.version, "1.36.1-do.0");
    assert.equal(plan.cluster.autoUpgrade, false);
  });

  it("says whether its control plane is doubled, since the cloud's default changed", () => {
    assert.equal(plan.cluster.ha, false);
  });

  it("has a heavy pool that may idle at none, with a number to start with (F24)", () => {
    const { args, ignoreChanges } = plan.pools[1] ?? assert.fail();
    assert.deepEqual(args, {
      size: "h",
      labels: { "speckle.systems/workload": "heavy" },
      taints: [heavyTaint],
      autoScale: true,
      minNodes: 0,
      maxNodes: 3,
      nodeCount: 1,
    });
    assert.deepEqual(ignoreChanges, ["nodeCount"]);
  });

  it("leaves the names of pools to the provider, so that a new one can stand beside the old (F37)", () => {
    for (const { args } of plan.pools) assert.ok(!("name" in args));
  });

  it("lets only given ranges use its API", () => {
    assert.equal("controlPlaneFirewall" in plan.cluster, false);
    const guarded = digitaloceanPlan({ ...digitalocean, pools, apiAllowFrom: ["203.0.113.0/24"] });
    const firewall = { enabled: true, allowedAddresses: ["203.0.113.0/24"] };
    assert.deepEqual({ ...guarded.cluster }, { ...plan.cluster, controlPlaneFirewall: firewall });
  });

  it("has a kubeconfig without credentials, so that none go stale or are kept (F21)", () => {
    const kubeconfig = digitaloceanKubeconfig({
      id: "i",
      name: "n",
      endpoint: "https://e",
      authority: "Y2E=",
    });
    assert.deepEqual(Object.keys(kubeconfig.users[0]?.user ?? {}), ["exec"]);
  });

  it("has a load balancer that says who the client is (F26)", () => {
    const entry = entryPoint(digitalocean);
    assert.ok(entry.type === "LoadBalancer");
    const { annotations = {} } = entry;
    const values = traefikValues({ replicas: 1, entry });
    const prefix = "service.beta.kubernetes.io/do-loadbalancer";
    assert.equal(annotations[`${prefix}-type`], "REGIONAL", "the default kind speaks no PROXY protocol");
    assert.ok(
      !Object.keys(annotations).includes(`${prefix}-hostname`),
      "its address is where records come from",
    );
    assert.equal(annotations[`${prefix}-enable-proxy-protocol`], "true");
    const spec = { type: "LoadBalancer", externalTrafficPolicy: "Cluster" };
    assert.deepEqual(values.service, { spec, annotations });
    for (const port of [values.ports.web, values.ports.websecure])
      assert.deepEqual("proxyProtocol" in port && port.proxyProtocol, { trustedIPs: ["10.40.0.0/20"] });
  });
});

describe("a cluster on AWS", () => {
  it("has subnets over three zones that lie in its network and overlap nowhere", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (first, second) => {
        const range = `${first}.${second}.0.0/16`;
        const plans = subnets(range, ["a", "b", "c"]);
        assert.equal(plans.length, 9);
        for (const one of plans) {
          assert.ok(isWithin(one.range, range), one.range);
          for (const other of plans) if (one !== other) assert.ok(!overlaps(one.range, other.range));
        }
      }),
    );
  });

  it("has one gateway where its loss may be felt, and one per zone elsewhere (F39)", () => {
    assert.deepEqual(gatewayZones(["a", "b", "c"], false), ["a"]);
    assert.deepEqual(gatewayZones(["a", "b", "c"], true), ["a", "b", "c"]);
  });

  it("is opened by access entries alone (F32)", () => {
    assert.equal(controlPlane(aws).accessConfig.authenticationMode, "API");
  });

  it("has an API that only the network and given ranges can use", () => {
    assert.deepEqual(controlPlane(aws).vpcConfig, {
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    assert.deepEqual(controlPlane({ ...aws, apiAllowFrom: ["203.0.113.0/24"] }).vpcConfig, {
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
  });

  it("has network policies enforced (F34)", () => {
    const cni = addons.beforeNodes.find(({ addonName }) => addonName === "vpc-cni");
    assert.deepEqual(JSON.parse((cni as { configurationValues: string }).configurationValues), {
      enableNetworkPolicy: "true",
    });
  });

  it("has an encrypted default StorageClass whose volumes are made where their pods are (F33, F38)", () => {
    assert.equal(storageClass.metadata.annotations["storageclass.kubernetes.io/is-default-class"], "true");
    assert.equal(storageClass.parameters.encrypted, "true");
    assert.equal(storageClass.volumeBindingMode, "WaitForFirstConsumer");
  });

  it("keeps its nodes' metadata, and with it their role, from pods", () => {
    const { httpTokens, httpPutResponseHopLimit } = launchTemplate("n").metadataOptions;
    assert.deepEqual([httpTokens, httpPutResponseHopLimit], ["required", 1]);
  });

  it("has a heavy group that may idle at none, and tells the autoscaler what its nodes are like", () => {
    const [, group] = nodeGroups({ ...aws, pools });
    assert.deepEqual(group?.args.scalingConfig, { desiredSize: 1, minSize: 0, maxSize: 3 });
    assert.deepEqual(group?.args.taints, [{ ...heavyTaint, effect: "NO_SCHEDULE" }]);
    assert.deepEqual(group?.ignoreChanges, ["scalingConfig.desiredSize"]);
    const prefix = "k8s.io/cluster-autoscaler/node-template";
    assert.deepEqual(
      group?.tags.map(({ key, value }) => [key, value]),
      [
        [`${prefix}/label/speckle.systems/workload`, "heavy"],
        [`${prefix}/taint/speckle.systems/workload`, "heavy:NoSchedule"],
      ],
    );
    assert.ok(!("nodeGroupName" in (group?.args ?? {})), "F37");
  });

  it("has an autoscaler that resizes this cluster's groups alone, from general nodes", () => {
    const [, change] = JSON.parse(autoscalerPolicy("speckle-test")).Statement;
    assert.deepEqual(change.Condition, {
      StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/speckle-test": "owned" },
    });
    const { nodeSelector } = autoscalerValues({ cluster: "c", region: "r" });
    assert.deepEqual(nodeSelector, { "speckle.systems/workload": "general" });
  });

  it("has a kubeconfig without credentials", () => {
    const kubeconfig = awsKubeconfig({ name: "n", region: "r", endpoint: "https://e", authority: "Y2E=" });
    assert.deepEqual(Object.keys(kubeconfig.users[0]?.user ?? {}), ["exec"]);
  });

  it("has a load balancer that keeps the clients' addresses, by a way its kind knows (F26)", () => {
    const entry = awsEntryPoint(aws);
    assert.ok(entry.type === "LoadBalancer");
    const { service } = traefikValues({ entry, replicas: 2 });
    assert.equal("externalTrafficPolicy" in service.spec && service.spec.externalTrafficPolicy, "Local");
    assert.ok(!Object.keys(entry.annotations ?? {}).some((key) => key.endsWith("proxy-protocol")));
  });
});

describe("the presets on the clouds", () => {
  for (const cloud of Object.keys(cloudPresets) as CloudName[]) {
    for (const preset of presetNames) {
      it(`start within their own bounds: ${preset} on ${cloud}`, () => {
        for (const { nodes, scale } of Object.values(cloudPresets[cloud][preset].pools))
          if (scale) assert.ok(scale.least <= nodes && nodes <= scale.most);
      });
    }
  }
});
