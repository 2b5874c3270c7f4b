import assert from "node:assert/strict";
import type { SecretKey } from "../../components/secrets/table.ts";
import { workloads } from "../../components/speckle/workloads.ts";
import { applyNodes } from "../../rehearsal/control-plane/nodes.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Command, Outcome } from "../../rehearsal/outcome.ts";
import { type Fault, parseFault } from "../../rehearsal/providers/cloud/faults.ts";
import { expectRejection } from "../hooks.ts";
import { loseNodes, nodesOf } from "../support/nodes.ts";
import { itRotates } from "../support/rehearsed/rotation.ts";
import { itIsSafe } from "../support/rehearsed/safety.ts";
import { stage } from "../support/stage.ts";

/** One change of a stack's file: what it does to which resources, or which of them it must not be allowed to destroy. */
interface Change {
  readonly what: string;
  readonly set: string;
  readonly does?: readonly string[];
  readonly refused?: RegExp;
}

interface Suite {
  readonly stack: string;
  readonly cloud: string;
  /** Settings besides the stack's file. */
  readonly sets: readonly string[];
  /** How credentials of another account or team are refused. */
  readonly otherAccount: RegExp;
  /** What the first attempt fails at, and the resource that says so. */
  readonly fault: Fault;
  readonly failing: RegExp;
  /** What must go in this order when everything goes. */
  readonly order: readonly string[];
  readonly protectedResources: readonly string[];
  /** Whether any general node may be lost. */
  readonly survivesLoss: boolean;
  /** Its parts in US dollars a month, and the record that leads to it. */
  readonly balancer: { readonly monthly: readonly number[]; readonly record: RegExp };
  readonly changes: readonly Change[];
  /** Secrets that the program has made itself, and the type of the bucket's key. */
  readonly rotatable: readonly SecretKey[];
  readonly bucketKey: string;
}

const suites: Suite[] = [
  {
    stack: "staging",
    cloud: "digitalocean",
    sets: ["postgres.data=precious", "objectStore.data=precious"],
    otherAccount: /do not lead to the project 4e1bfbc3-/,
    fault: parseFault("quota=KubernetesNodePool"),
    failing: /^KubernetesNodePool speckle-cluster-(general|heavy)$/,
    order: [
      "Release speckle-release",
      "Release speckle-edge-traefik",
      "KubernetesNodePool speckle-cluster-general",
      "KubernetesCluster speckle-cluster-control-plane",
      "Vpc speckle-cluster-network",
    ],
    protectedResources: [
      "DatabaseCluster speckle-postgres-server",
      "DatabaseDb speckle-postgres-database",
      "SpacesBucket speckle-object-store-bucket",
    ],
    survivesLoss: false,
    balancer: { monthly: [12], record: /^speckle-staging\.example\.com\. 300 IN A [\d.]+$/ },
    rotatable: ["session", "objectStore"],
    bucketKey: "SpacesKey",
    changes: [
      {
        what: "more heavy nodes at most",
        set: 'pools.heavy.scale={"least":1,"most":3}',
        does: ["~ KubernetesNodePool speckle-cluster-heavy"],
      },
      {
        what: "other machines for heavy work, a new pool first (F37)",
        set: "pools.heavy.machine=s-8vcpu-16gb",
        does: ["± KubernetesNodePool speckle-cluster-heavy"],
      },
      {
        what: "one general node more",
        set: "pools.general.nodes=3",
        does: ["~ KubernetesNodePool speckle-cluster-general"],
      },
      {
        what: "other general machines, the cluster stays (F22)",
        set: "pools.general.machine=s-8vcpu-16gb",
        does: ["± KubernetesNodePool speckle-cluster-general"],
      },
      {
        what: "a second control plane",
        set: "cluster.highAvailability=true",
        does: ["~ KubernetesCluster speckle-cluster-control-plane"],
      },
      {
        what: "another day for maintenance",
        set: "cluster.maintenance.day=monday",
        does: ["~ KubernetesCluster speckle-cluster-control-plane"],
      },
      {
        what: "an API for the office alone",
        set: 'cluster.apiAllowFrom=["203.0.113.0/24"]',
        does: ["~ KubernetesCluster speckle-cluster-control-plane"],
      },
      {
        what: "a larger database",
        set: "postgres.plan=db-s-4vcpu-8gb",
        does: ["~ DatabaseCluster speckle-postgres-server"],
      },
      {
        what: "a larger volume of the database",
        set: "postgres.storageGi=100",
        does: ["~ DatabaseCluster speckle-postgres-server"],
      },
      {
        what: "a standby for the database",
        set: "postgres.standbys=1",
        does: ["~ DatabaseCluster speckle-postgres-server"],
      },
      {
        what: "a standby for the cache",
        set: "cache.standbys=1",
        does: ["~ DatabaseCluster speckle-cache-server"],
      },
      {
        what: "two servers",
        set: "workloads.server.replicas=2",
        does: ["~ Release speckle-release", "~ ResourceQuota speckle-namespaces-speckle-quota"],
      },
      {
        what: "an environment for the office alone",
        set: 'allowFrom=["203.0.113.0/24"]',
        does: [
          "+ Middleware speckle-edge-middleware-speckle-allow",
          "~ IngressRoute speckle-edge-ingressroute-speckle",
          "~ IngressRoute speckle-edge-ingressroute-speckle-registration-link",
        ],
      },
      {
        what: "accounts for everybody",
        set: "registration=open",
        does: [
          "- IngressRoute speckle-edge-ingressroute-speckle-registration-link",
          "- Middleware speckle-edge-middleware-speckle-invitation",
          "- Middleware speckle-edge-middleware-speckle-refuse",
          "- Middleware speckle-edge-middleware-speckle-registration-form",
          "- Middleware speckle-edge-middleware-speckle-registration-pass",
          "- RandomPassword speckle-edge-registration",
          "~ IngressRoute speckle-edge-ingressroute-speckle",
        ],
      },
      {
        what: "another link for the first administrator",
        set: "rotate.registration=1",
        does: [
          "± RandomPassword speckle-edge-registration",
          "~ IngressRoute speckle-edge-ingressroute-speckle-registration-link",
          "~ Middleware speckle-edge-middleware-speckle-registration-pass",
        ],
      },
      {
        what: "values of the chart beyond the program's",
        set: "extraValues.enable_prometheus_monitoring=true",
        does: ["~ Release speckle-release"],
      },
      { what: "another region", set: "cluster.region=ams3", refused: /speckle-postgres-/ },
      { what: "another range", set: "cluster.ranges.network=10.60.0.0/20", refused: /speckle-postgres-/ },
      {
        what: "another bucket, which the provider calls an update",
        set: "objectStore.bucket=another-bucket",
        refused: /speckle-object-store-bucket/,
      },
    ],
  },
  {
    stack: "prod",
    cloud: "aws",
    // No machine for heavy work until there is some.
    sets: ["pools.heavy.nodes=0", 'pools.heavy.scale={"least":0,"most":4}'],
    otherAccount: /AWS account ID not allowed: 999999999999/,
    fault: parseFault("quota=NatGateway"),
    failing: /^NatGateway speckle-cluster-network-gateway-[abc]$/,
    order: [
      "Release speckle-release",
      "Release speckle-edge-traefik",
      "NodeGroup speckle-cluster-nodes-general",
      "Cluster speckle-cluster-control-plane-cluster",
      "Vpc speckle-cluster-network-vpc",
    ],
    protectedResources: ["Bucket speckle-object-store-bucket", "Instance speckle-postgres-server"],
    survivesLoss: true,
    balancer: {
      monthly: [0.0225 * 730, 3 * 0.005 * 730],
      record: /^speckle\.example\.com\. 300 IN CNAME \S+\.$/,
    },
    rotatable: ["postgres", "cache", "objectStore"],
    bucketKey: "AccessKey",
    changes: [
      {
        what: "more heavy nodes at most",
        set: 'pools.heavy.scale={"least":0,"most":6}',
        does: ["~ NodeGroup speckle-cluster-nodes-heavy"],
      },
      {
        what: "other machines for heavy work, a new group first (F37)",
        set: "pools.heavy.machine=m7i.2xlarge",
        does: [
          "± NodeGroup speckle-cluster-nodes-heavy",
          "± Tag speckle-cluster-nodes-heavy-label",
          "± Tag speckle-cluster-nodes-heavy-taint",
        ],
      },
      {
        what: "one general node more",
        set: "pools.general.nodes=4",
        does: ["~ NodeGroup speckle-cluster-nodes-general"],
      },
      {
        what: "an API for another office",
        set: 'cluster.apiAllowFrom=["198.51.100.0/24"]',
        does: ["~ Cluster speckle-cluster-control-plane-cluster"],
      },
      {
        what: "no administrators but the maker",
        set: "cluster.administrators=[]",
        does: [
          "- AccessEntry speckle-cluster-control-plane-administrator-0-entry",
          "- AccessPolicyAssociation speckle-cluster-control-plane-administrator-0-rights",
        ],
      },
      {
        what: "a larger database",
        set: "postgres.plan=db.m7g.xlarge",
        does: ["~ Instance speckle-postgres-server"],
      },
      {
        what: "a larger volume of the database",
        set: "postgres.storageGi=200",
        does: ["~ Instance speckle-postgres-server"],
      },
      {
        what: "no standby for the database",
        set: "postgres.standbys=0",
        does: ["~ Instance speckle-postgres-server"],
      },
      {
        what: "a larger cache",
        set: "cache.plan=cache.m7g.xlarge",
        does: ["~ ReplicationGroup speckle-cache-server"],
      },
      {
        what: "three servers",
        set: "workloads.server.replicas=3",
        does: ["~ Release speckle-release", "~ ResourceQuota speckle-namespaces-speckle-quota"],
      },
      { what: "another region", set: "cluster.region=eu-west-1", refused: /speckle-postgres-server/ },
      {
        what: "another range",
        set: "cluster.ranges.network=10.60.0.0/16",
        refused: /speckle-postgres-server/,
      },
      {
        what: "another bucket",
        set: "objectStore.bucket=another-bucket",
        refused: /speckle-object-store-bucket/,
      },
    ],
  },
];

for (const suite of suites) {
  const {
    stack,
    cloud,
    sets,
    otherAccount,
    fault,
    failing,
    order,
    protectedResources,
    survivesLoss,
    balancer,
    changes,
    rotatable,
    bucketKey,
  } = suite;
  describe(`a rehearsal of ${stack} on ${cloud}`, function () {
    this.timeout(300_000);
    const { run, runWith, end, ...rest } = stage(stack);
    const { home, finished } = rest;
    const rehearsed = {
      ...rest,
      run: (command: Command, ...more: string[]) => run(command, ...sets, ...more),
    };
    after(end);

    it("is refused with credentials of another account, before anything is made (F14)", async () => {
      expectRejection(otherAccount);
      const { result, problems } = await runWith([parseFault("other-account")], "up", ...sets);
      assert.equal(result, "failed");
      assert.ok(problems.some(({ reason }) => otherAccount.test(reason)));
      assert.deepEqual(
        finished.filter((line) => /[+~±-] (?!Random)[A-Z]/.test(line)),
        [],
      );
    });

    it("fails at what the cloud refuses, and names it", async () => {
      const { result, problems } = await runWith([fault], "up", ...sets);
      assert.equal(result, "failed");
      for (const { path, reason } of problems) {
        assert.match(path, failing);
        assert.match(reason, /quota is exceeded/);
      }
    });

    it("then comes up complete, heavy pods on heavy nodes and nobody else there (F13, F57)", async () => {
      const up = await run("up", ...sets);
      assert.deepEqual(up.problems, []);
      assert.ok(up.pods.length >= 8 && up.pods.every(({ ready }) => ready));
      assert.ok(up.standIns.providers.includes(cloud));
      for (const { name, pool } of up.pods) assert.equal(pool === "heavy", isHeavy(name), name);
    });

    it("says what the one load balancer costs, and the records to make for it", async () => {
      const { loadBalancers, names } = await run("up", ...sets);
      assert.deepEqual(
        new Set(loadBalancers.map(({ resource }) => resource)),
        new Set(["Service traefik/traefik"]),
      );
      assert.deepEqual(
        loadBalancers.flatMap(({ monthly = [] }) => monthly),
        balancer.monthly,
      );
      assert.deepEqual(names.length, 1);
      assert.match(names[0] ?? "", balancer.record);
    });

    it("changes nothing the second time (F8, F19)", async () => {
      assert.deepEqual(changed(await run("up", ...sets)), [0, 0, 0, 0]);
    });

    itIsSafe(rehearsed);

    it("has heavy nodes for the pods that want them, where it began with none as well", async () => {
      const client = KubernetesClient.fromFile(home.kubeconfig);
      const nodes = await nodesOf(client, "heavy").finally(() => client.close());
      assert.ok(nodes.length >= 1);
    });

    if (survivesLoss)
      it("runs everything while any one of its general nodes is lost (F57)", async () => {
        const client = KubernetesClient.fromFile(home.kubeconfig);
        try {
          const nodes = await nodesOf(client, "general");
          for (const node of nodes) {
            const pods = await loseNodes(client, [node.name]);
            assert.ok(pods.every(({ pool, name }) => (pool === "heavy") === isHeavy(name)));
            await applyNodes(client, [node]);
          }
        } finally {
          client.close();
        }
      });

    it("gets a heavy node again when the last one is lost (F24)", async () => {
      const client = KubernetesClient.fromFile(home.kubeconfig);
      try {
        const names = (await nodesOf(client, "heavy")).map(({ name }) => name);
        const pods = await loseNodes(client, names);
        assert.ok(pods.some(({ pool }) => pool === "heavy"));
        assert.ok(pods.every(({ pool, name }) => (pool === "heavy") === isHeavy(name)));
      } finally {
        client.close();
      }
    });

    it("needs no credentials that end by themselves (F21)", async () => {
      const { problems, ...outcome } = await runWith([parseFault("expired-token")], "up", ...sets);
      assert.deepEqual([problems, ...changed({ ...outcome, problems })], [[], 0, 0, 0, 0]);
    });

    for (const { what, set, does, refused } of changes) {
      it(`${refused ? "is not allowed" : "takes"} ${what}`, async () => {
        finished.length = 0;
        const { problems } = await run("preview", ...sets, set);
        if (refused) {
          const protectedOnes = problems.filter(({ reason }) => /marked for protection/.test(reason));
          assert.ok(protectedOnes.length > 0);
          assert.ok(protectedOnes.some(({ path, reason }) => refused.test(`${path} ${reason}`)));
          assert.match(protectedOnes[0]?.fix ?? "", /data: rebuildable/);
        } else {
          assert.deepEqual(problems, []);
          assert.deepEqual(finished.map((line) => line.trim()).sort(), [...(does ?? [])].sort());
        }
      });
    }

    itRotates(rehearsed, rotatable, bucketKey);

    it("leaves nothing, and takes Traefik before nodes before networks (F25, F31)", async () => {
      finished.length = 0;
      const down = await run("down");
      assert.deepEqual([down.problems, down.leftovers, down.result], [[], [], "succeeded"]);
      const positions = order.map((name) => finished.findIndex((line) => line.trim() === `- ${name}`));
      assert.deepEqual(
        [...positions].sort((a, b) => a - b),
        positions,
      );
      assert.ok(positions.every((position) => position >= 0));
      assert.deepEqual([...down.protectedResources].sort(), protectedResources);
    });
  });
}

/** Whether a pod does heavy work. */
function isHeavy(name: string): boolean {
  return workloads.some(({ pool, name: workload }) => pool === "heavy" && name.startsWith(workload));
}

function changed({ operations }: Outcome): number[] {
  const { create, update, replace, delete: removed } = operations;
  return [create, update, replace, removed];
}
