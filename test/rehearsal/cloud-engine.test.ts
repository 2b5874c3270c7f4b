import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc as AwsVpc } from "@pulumi/aws/ec2/vpc.js";
import { Cluster } from "@pulumi/aws/eks/cluster.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { DatabaseCluster } from "@pulumi/digitalocean/databaseCluster.js";
import { getKubernetesClusterOutput } from "@pulumi/digitalocean/getKubernetesCluster.js";
import { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster.js";
import { KubernetesNodePool } from "@pulumi/digitalocean/kubernetesNodePool.js";
import { Vpc } from "@pulumi/digitalocean/vpc.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { interpolate, jsonStringify, type Output, secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { heavyTaint, placement, poolLabels } from "../../components/cluster/pools.ts";
import { clusterProvider } from "../../components/cluster/provider.ts";
import { createNamespace } from "../../components/security/namespace.ts";
import { awsProvider } from "../../rehearsal/providers/aws/provider.ts";
import { controlPlaneHost } from "../../rehearsal/providers/cloud/host.ts";
import type { CloudProvider } from "../../rehearsal/providers/cloud/provider.ts";
import { type CloudRecord, CloudState } from "../../rehearsal/providers/cloud/state.ts";
import { digitaloceanProvider } from "../../rehearsal/providers/digitalocean/provider.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { type EngineBench, startEngineBench } from "../support/engine.ts";
import { filesBelow } from "../support/files.ts";

describe("the simulated clouds under the real engine", function () {
  this.timeout(360_000);
  let bench: EngineBench;
  before(async () => {
    bench = await startEngineBench();
  });
  after(() => bench?.end());

  const nodes = async () => {
    const found = await bench.client.list("v1", "Node");
    return found.map(({ metadata, status, spec }) => ({
      name: metadata.name,
      labels: metadata.labels ?? {},
      size: metadata.labels?.["node.kubernetes.io/instance-type"],
      zone: metadata.labels?.["topology.kubernetes.io/zone"],
      allocatable: status?.allocatable,
      taints: spec?.taints?.filter(({ key }: { key: string }) => key === heavyTaint.key) ?? [],
    }));
  };
  const phases = async () => {
    const pods = await bench.client.list("v1", "Pod", { namespace: "work" });
    return pods.map(({ status }) => status.phase).sort();
  };
  const eventually = async <T>(look: () => Promise<T>, wanted: T) => {
    const deadline = Date.now() + 120_000;
    for (let seen = await look(); ; seen = await look()) {
      if (JSON.stringify(seen) === JSON.stringify(wanted) || Date.now() > deadline) {
        return assert.deepEqual(seen, wanted);
      }
      await pause(200);
    }
  };
  const changes = (summary: { resourceChanges?: Record<string, number> }) => summary.resourceChanges ?? {};

  describe("DigitalOcean", () => {
    let cloud: CloudProvider;
    let stack: Stack;
    let size = "s-4vcpu-8gb";
    const memory = () => join(bench.home.root, "tested-digitalocean.json");

    before(async () => {
      cloud = digitaloceanProvider({ state: memory(), host: controlPlaneHost(bench.home.kubeconfig) });
      const providers = (helm: string) => ({
        digitalocean: cloud,
        kubernetes: kubernetesProvider({ helm, report: () => {} }),
      });
      stack = await bench.stack("digitalocean", providers, async () => {
        const vpc = new Vpc("network", { region: "fra1", ipRange: "10.10.0.0/16" });
        const cluster = new KubernetesCluster("cluster", {
          region: "fra1",
          version: "1.36.1-do.0",
          vpcUuid: vpc.id,
          nodePool: { name: "default", size: "s-2vcpu-4gb", nodeCount: 1 },
        });
        const heavy = new KubernetesNodePool("heavy", {
          clusterId: cluster.id,
          size,
          autoScale: true,
          nodeCount: 1,
          minNodes: 0,
          maxNodes: 2,
          labels: poolLabels("heavy"),
          taints: [heavyTaint],
        });
        const fresh = getKubernetesClusterOutput({ name: cluster.name });
        const provider = clusterProvider("kubernetes", {
          kubeconfig: secret(fresh.kubeConfigs.apply(([config]) => config?.rawConfig ?? "")),
          identifier: "digitalocean/test",
        });
        const namespace = createNamespace(
          "work",
          { namespace: "work", podSecurity: "baseline" },
          { provider },
        );
        const labels = { app: "work" };
        const container = { name: "main", image: "x", resources: { requests: { cpu: "2", memory: "1Gi" } } };
        new Deployment(
          "work",
          {
            // Two of its pods wait until the test looks at the pool.
            metadata: { name: "work", namespace: "work", annotations: { "pulumi.com/skipAwait": "true" } },
            spec: {
              replicas: 3,
              selector: { matchLabels: labels },
              template: { metadata: { labels }, spec: { ...placement("heavy"), containers: [container] } },
            },
          },
          { provider, dependsOn: [namespace, heavy] },
        );
        const database = new DatabaseCluster("database", {
          engine: "pg",
          version: "16",
          size: "db-s-1vcpu-2gb",
          nodeCount: 1,
          region: "fra1",
          privateNetworkUuid: vpc.id,
        });
        return { uri: database.privateUri };
      });
    });

    it("makes nothing in a preview", async () => {
      assert.ok(((await stack.preview()).changeSummary.create ?? 0) >= 6);
      assert.deepEqual([await nodes(), cloud.leftovers()], [[], []]);
    });

    it("makes its pools into nodes, on which the real scheduler decides", async () => {
      const { outputs } = await stack.up();
      assert.equal(outputs.uri?.secret, true);
      const made = await nodes();
      assert.deepEqual(made.map((node) => node.size).sort(), ["s-2vcpu-4gb", "s-4vcpu-8gb"]);
      const heavy = made.find((node) => node.size === "s-4vcpu-8gb");
      assert.equal(heavy?.labels["speckle.systems/workload"], "heavy");
      assert.deepEqual([heavy?.allocatable.cpu, heavy?.allocatable.memory], ["3900m", "6Gi"]);
      assert.deepEqual(heavy?.taints, [heavyTaint]);
      await eventually(phases, ["Pending", "Pending", "Running"]);
    });

    it("adds nodes while pods wait, up to the pool's maximum", async () => {
      assert.equal((await cloud.tick(bench.client)).length, 1);
      await eventually(phases, ["Pending", "Running", "Running"]);
      assert.deepEqual(await cloud.tick(bench.client), []);
      assert.equal((await nodes()).length, 3);
    });

    it("changes nothing when nothing has changed, the nodes that came by themselves included (F8)", async () => {
      const { summary } = await stack.up();
      assert.deepEqual(Object.keys(changes(summary)), ["same"]);
      assert.equal((await nodes()).length, 3);
    });

    it("tells in a refresh what somebody changed past the program, and the next up sets it right (F16)", async () => {
      const isPool = ({ type }: CloudRecord) => type.endsWith(":KubernetesNodePool");
      const bounds = () =>
        cloudState()
          .read()
          .records.filter(isPool)
          .map(({ inputs }) => inputs.maxNodes);
      const cloudState = () => new CloudState(memory());
      cloudState().change(({ records, ...rest }) => ({
        ...rest,
        records: records.map((record) =>
          isPool(record) ? { ...record, inputs: { ...record.inputs, maxNodes: 5 } } : record,
        ),
      }));
      assert.equal(changes((await stack.refresh()).summary).update, 1);
      assert.deepEqual(bounds(), [5]);
      assert.equal(changes((await stack.up()).summary).update, 1);
      assert.deepEqual(bounds(), [2]);
    });

    it("keeps every secret out of its memory and out of the state's plain text (F4)", async () => {
      const { uri } = await stack.outputs();
      const password = new URL(uri?.value).password;
      const key = /client-key-data: (\S+)/.exec(readFileSync(bench.home.kubeconfig, "utf8"))?.[1] ?? "";
      assert.ok(password.length > 20 && key.length > 100);
      for (const file of [...filesBelow(bench.home.state), memory()]) {
        const text = readFileSync(file, "utf8");
        for (const hidden of [password, key]) assert.ok(!text.includes(hidden), file);
      }
    });

    it("replaces the heavy pool alone for larger machines, and what ran there moves", async () => {
      size = "s-8vcpu-16gb";
      const { summary } = await stack.up();
      assert.equal(changes(summary).replace, 1);
      assert.deepEqual((await nodes()).map((node) => node.size).sort(), ["s-2vcpu-4gb", "s-8vcpu-16gb"]);
      await eventually(phases, ["Running", "Running", "Running"]);
    });

    it("leaves nothing when destroyed", async () => {
      await stack.destroy();
      assert.deepEqual([await nodes(), cloud.leftovers()], [[], []]);
    });
  });

  describe("AWS", () => {
    let cloud: CloudProvider;
    let stack: Stack;

    before(async () => {
      const host = controlPlaneHost(bench.home.kubeconfig);
      cloud = awsProvider({ state: join(bench.home.root, "tested-aws.json"), host });
      const providers = (helm: string) => ({
        aws: cloud,
        kubernetes: kubernetesProvider({ helm, report: () => {}, credentials: host.kubeconfig }),
      });
      stack = await bench.stack("aws", providers, async () => {
        const zones = getAvailabilityZonesOutput({ state: "available" });
        const vpc = new AwsVpc("network", { cidrBlock: "10.20.0.0/16" });
        const subnetIds = [0, 1, 2].map(
          (index) =>
            new Subnet(`subnet-${index}`, {
              vpcId: vpc.id,
              cidrBlock: `10.20.${index}.0/24`,
              availabilityZone: zones.names.apply((names) => names[index] ?? ""),
            }).id,
        );
        const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
        const role = new Role("role", { assumeRolePolicy });
        const cluster = new Cluster("cluster", { roleArn: role.arn, vpcConfig: { subnetIds } });
        const group = new NodeGroup("general", {
          clusterName: cluster.name,
          nodeRoleArn: role.arn,
          subnetIds,
          instanceTypes: ["m7i.large"],
          scalingConfig: { minSize: 3, maxSize: 3, desiredSize: 3 },
        });
        const provider = clusterProvider("kubernetes", {
          kubeconfig: kubeconfig(cluster),
          identifier: "aws/test",
        });
        createNamespace(
          "work",
          { namespace: "work-aws", podSecurity: "baseline" },
          { provider, dependsOn: group },
        );
        return { kubeconfig: kubeconfig(cluster) };
      });
      await stack.setConfig("aws:region", { value: "eu-central-1" });
    });

    /** As a component would write it: no secret in it, the token comes from AWS's own program. */
    function kubeconfig({ endpoint, certificateAuthority, name }: Cluster): Output<string> {
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "aws",
        args: ["eks", "get-token", "--cluster-name", name],
        interactiveMode: "Never",
      };
      const authority = interpolate`${certificateAuthority.data}`;
      return jsonStringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "eks", cluster: { server: endpoint, "certificate-authority-data": authority } }],
        users: [{ name: "aws", user: { exec } }],
        contexts: [{ name: "eks", context: { cluster: "eks", user: "aws" } }],
        "current-context": "eks",
      });
    }

    it("spreads a group's nodes over the zones, and lets a kubeconfig with AWS's program through", async () => {
      await stack.up();
      const made = await nodes();
      assert.deepEqual(made.map(({ zone }) => zone).sort(), [
        "eu-central-1a",
        "eu-central-1b",
        "eu-central-1c",
      ]);
      assert.equal(made[0]?.allocatable.pods, "29");
      const namespace = await bench.client.get({ apiVersion: "v1", kind: "Namespace", name: "work-aws" });
      assert.equal(namespace?.status.phase, "Active");
    });

    it("changes nothing when nothing has changed (F8)", async () => {
      assert.deepEqual(Object.keys(changes((await stack.up()).summary)), ["same"]);
    });

    it("leaves nothing when destroyed", async () => {
      await stack.destroy();
      assert.deepEqual([await nodes(), cloud.leftovers()], [[], []]);
    });
  });
});
