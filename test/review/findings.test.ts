import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { PlainObject } from "../../components/merge.ts";
import { costOf } from "../../review/cost/cost.ts";
import { prices } from "../../review/cost/prices.ts";
import { imageChanges } from "../../review/findings/images.ts";
import { permissionChanges } from "../../review/findings/permissions.ts";
import { routeChanges } from "../../review/findings/routes.ts";
import { storesOf } from "../../review/findings/stores.ts";
import { fitOf } from "../../review/fit/fit.ts";
import { compare } from "../../review/review.ts";
import { claim, database, object, plan, rendered, resource, workload } from "./support.ts";

describe("what a review finds beside effects", () => {
  it("names the images that change", () => {
    const [before, after] = ["speckle:1", "speckle:2"].map((image) => [
      rendered(workload("Deployment", {}, { image })),
    ]);
    assert.deepEqual(imageChanges(before ?? [], after ?? []), [
      { container: "Deployment speckle/server main", from: "speckle:1", to: "speckle:2" },
    ]);
  });

  it("names new permissions, through the binding that gives them", () => {
    const role = (verbs: string[]) =>
      rendered(
        object("rbac.authorization.k8s.io/v1", "Role", "r", {
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs }],
        }),
      );
    const binding = rendered(
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", {
        roleRef: { kind: "Role", name: "r" },
        subjects: [{ kind: "ServiceAccount", namespace: "speckle", name: "server" }],
      }),
    );
    const { granted, withdrawn } = permissionChanges(
      [role(["get"]), binding],
      [role(["get", "list"]), binding],
    );
    assert.deepEqual(granted, [
      { who: "ServiceAccount speckle/server", where: "speckle", verb: "list", what: "secrets" },
    ]);
    assert.deepEqual(withdrawn, []);
  });

  it("says that a binding to a role of somebody else's gives everything of it", () => {
    const binding = rendered({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "b" },
      roleRef: { kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "Group", name: "everyone" }],
    });
    assert.deepEqual(permissionChanges([], [binding]).granted, [
      { who: "Group everyone", where: "", verb: "everything of", what: "ClusterRole cluster-admin" },
    ]);
  });

  it("names routes that appear, vanish and lead elsewhere", () => {
    const routes = (...pairs: [string, string][]) => [
      rendered(
        object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
          spec: { routes: pairs.map(([match, name]) => ({ match, services: [{ name, port: 80 }] })) },
        }),
      ),
    ];
    const found = routeChanges(routes(["/a", "x"], ["/b", "x"]), routes(["/b", "y"], ["/c", "x"]));
    assert.deepEqual(
      found.appeared.map(({ match }) => match),
      ["/c"],
    );
    assert.deepEqual(
      found.vanished.map(({ match }) => match),
      ["/a"],
    );
    assert.deepEqual(
      found.changed.map(({ from, to }) => [from.service, to.service]),
      [["x:80", "y:80"]],
    );
  });
});

describe("the stores of an environment's picture", () => {
  const golden = (stack: string): { type: string; name: string; inputs: PlainObject }[] =>
    JSON.parse(readFileSync(new URL(`../golden/${stack}.json`, import.meta.url), "utf8"));
  const resourcesOf = (stack: string) =>
    golden(stack).map(({ type, name, inputs }) => resource(type, name, inputs));

  it("are those a cloud runs, with their size", () => {
    assert.deepEqual(storesOf(plan(resourcesOf("staging"))), [
      { name: "speckle-cache-server", size: "1 × db-s-1vcpu-2gb" },
      { name: "speckle-object-store-bucket", size: "Spaces" },
      { name: "speckle-postgres-server", size: "1 × db-s-2vcpu-4gb" },
    ]);
    assert.deepEqual(storesOf(plan(resourcesOf("prod"))), [
      { name: "speckle-cache-server", size: "2 × cache.m7g.large" },
      { name: "speckle-object-store-bucket", size: "S3" },
      { name: "speckle-postgres-server", size: "2 × db.m7g.large" },
    ]);
  });

  it("are those in its cluster, and those that were there before", () => {
    const before = plan([], [rendered(database()), rendered(claim("2Gi"))]);
    const file = { "postgres.mode": "inCluster", "cache.mode": "existing", "objectStore.mode": "inCluster" };
    assert.deepEqual(storesOf({ ...before, settings: { ...before.settings, file } }), [
      { name: "Cluster speckle/speckle-postgres", size: "3 × 20Gi" },
      { name: "PersistentVolumeClaim speckle/files", size: "2Gi" },
      { name: "Valkey", size: "existing" },
    ]);
  });
});

describe("whether an environment fits", () => {
  const asking = (cpu: string, memory: string, more: Record<string, unknown> = {}) =>
    rendered(workload("Deployment", more, { resources: { requests: { cpu, memory } } }));

  it("finds the pods that no node takes", () => {
    assert.deepEqual(fitOf(plan([], [asking("5", "1Gi")])).waiting, ["server-1"]);
    assert.deepEqual(fitOf(plan([], [asking("4", "8Gi")])).waiting, []);
  });

  it("keeps pods without the toleration off heavy nodes, and selectors on theirs (F57)", () => {
    const { nodes, waiting } = fitOf(plan([], [asking("3", "1Gi", { replicas: 2 })]));
    assert.equal(waiting.length, 1);
    assert.deepEqual(
      nodes.filter(({ pods }) => pods.length > 0).map(({ node }) => node.name),
      ["general-1"],
    );
  });

  it("counts the new pods beside the old ones while everything is updated", () => {
    const { waiting, waitingDuringUpdate } = fitOf(plan([], [asking("3", "1Gi")]));
    assert.deepEqual([waiting, waitingDuringUpdate], [[], ["server-2"]]);
  });

  it("says who waits when the fullest node of a pool is lost", () => {
    const { afterLossOf } = fitOf(plan([], [asking("1", "1Gi")]));
    assert.deepEqual(afterLossOf[0], { node: "general-1", waiting: ["server-1"] });
  });

  it("finds private ranges that share addresses", () => {
    const ranges = (pods: string) =>
      plan([
        resource("digitalocean:index/vpc:Vpc", "network", { ipRange: "10.40.0.0/20" }),
        resource("digitalocean:index/kubernetesCluster:KubernetesCluster", "cluster", {
          clusterSubnet: pods,
          serviceSubnet: "10.42.0.0/19",
        }),
      ]);
    assert.deepEqual(compare(plan([]), ranges("10.41.0.0/16")).problems, []);
    const [problem] = compare(plan([]), ranges("10.40.8.0/21")).problems;
    assert.match(
      problem?.reason ?? "",
      /the network \(10.40.0.0\/20\) and pods \(10.40.8.0\/21\)|pods .* and the network/,
    );
  });

  it("counts the database's own pods", () => {
    const { nodes } = fitOf(
      plan([], [rendered(database({ resources: { requests: { cpu: "1", memory: "1Gi" } } }))]),
    );
    assert.equal(nodes.flatMap(({ pods }) => pods).length, 3);
  });

  it("fails when a rolling update opens more connections than the server grants (F30)", () => {
    const server = (replicas: number) => {
      const one = workload("Deployment", { replicas });
      return rendered({ ...one, metadata: { name: "speckle-server", namespace: "speckle" } });
    };
    const review = compare(plan([], [server(1)]), plan([], [server(20)]));
    assert.deepEqual(review.fit?.after.connections, { atRest: 180, atPeak: 225, max: 115 });
    assert.ok(review.problems.some(({ path }) => path === "postgres.connections"));
  });

  it("counts the connections that IFC import adds, in the size that is set (F30)", () => {
    const one = workload("Deployment", { replicas: 2 });
    const server = rendered({ ...one, metadata: { name: "speckle-server", namespace: "speckle" } });
    const before = plan([], [server]);
    const after = { ...before, settings: { ...before.settings, ifcImport: true, connectionsPerPool: 6 } };
    const { fit } = compare(before, after);
    assert.deepEqual(fit?.before?.connections.atRest, 18);
    assert.deepEqual(fit?.after.connections.atRest, 38);
  });
});

describe("what an environment costs", () => {
  const cluster = (inputs: Record<string, unknown>) =>
    resource("digitalocean:index/kubernetesCluster:KubernetesCluster", "cluster", inputs);

  it("adds up what is known and names what is not", () => {
    const priced = plan([
      cluster({ ha: true, nodePool: { size: "s-2vcpu-4gb", nodeCount: 2 } }),
      resource("digitalocean:index/databaseCluster:DatabaseCluster", "db", {
        engine: "pg",
        size: "db-x",
        nodeCount: 1,
      }),
    ]);
    const { monthly, lines } = costOf(priced);
    assert.equal(monthly, 40 + 2 * 24);
    assert.deepEqual(
      lines.filter((line) => line.monthly === undefined).map(({ resource }) => resource),
      ["db"],
    );
  });

  for (const stack of ["staging", "prod"]) {
    it(`knows a price for everything ${stack} plans, of its unit where the use decides`, () => {
      const golden = readFileSync(new URL(`../golden/${stack}.json`, import.meta.url), "utf8");
      const resources = (JSON.parse(golden) as { type: string; name: string; inputs: object }[]).map(
        ({ type, name, inputs }) => resource(type, name, { ...inputs }),
      );
      const balancer = rendered(object("v1", "Service", "traefik", { spec: { type: "LoadBalancer" } }));
      const { monthly, lines } = costOf(plan(resources, [balancer]));
      assert.ok(monthly > 100 && lines.length > 5);
      for (const line of lines) {
        assert.ok(line.monthly !== undefined || line.rate, `${line.resource}: ${line.what}`);
        assert.notEqual(line.source, "");
      }
    });
  }

  it("counts the disks of nodes, and the addresses of a load balancer", () => {
    const subnet = (name: string, role: string) =>
      resource("aws:ec2/subnet:Subnet", name, { tags: { [`kubernetes.io/role/${role}`]: "1" } });
    const { lines } = costOf(
      plan(
        [
          resource("aws:eks/cluster:Cluster", "eks", {}),
          resource("aws:ec2/launchTemplate:LaunchTemplate", "template", {
            blockDeviceMappings: [{ ebs: { volumeSize: 60 } }],
          }),
          resource("aws:eks/nodeGroup:NodeGroup", "general", {
            instanceTypes: ["m7i.xlarge"],
            scalingConfig: { desiredSize: 3, maxSize: 3 },
            launchTemplate: { id: "template-id" },
          }),
          subnet("a", "elb"),
          subnet("b", "elb"),
          subnet("c", "internal-elb"),
        ],
        [rendered(object("v1", "Service", "traefik", { spec: { type: "LoadBalancer" } }))],
      ),
    );
    const what = lines.map((line) => line.what);
    assert.ok(what.includes("180 × EBS gp3 GB (disks of the nodes)"));
    assert.ok(what.includes("2 × public IPv4 address (one in each zone)"));
  });

  it("counts hours, copies and the volumes a cluster orders (F39)", () => {
    const priced = plan(
      [
        resource("aws:eks/cluster:Cluster", "eks", {}),
        resource("aws:ec2/natGateway:NatGateway", "nat", {}),
        resource("aws:rds/instance:Instance", "db", {
          instanceClass: "db.t3.large",
          multiAz: true,
          allocatedStorage: 100,
        }),
      ],
      [rendered(claim("100Gi"))],
    );
    assert.equal(costOf(priced).monthly.toFixed(2), (73 + 32.85 + 2 * 105.85 + 2 * 11.5 + 8).toFixed(2));
  });

  it("has the machine of a fixed entry with its address, in the place of a load balancer", () => {
    const droplet = resource("digitalocean:index/droplet:Droplet", "entry", { size: "s-1vcpu-1gb" });
    const reserved = resource("digitalocean:index/reservedIp:ReservedIp", "address", {});
    assert.deepEqual(
      costOf(plan([droplet, reserved])).lines.map(({ monthly }) => monthly),
      [6, 0],
    );
    const instance = resource("aws:ec2/instance:Instance", "entry", {
      instanceType: "t3.micro",
      rootBlockDevice: { volumeSize: 8 },
    });
    const address = resource("aws:ec2/eip:Eip", "address", {});
    assert.deepEqual(
      costOf(plan([instance, address])).lines.map(({ monthly }) => monthly?.toFixed(2)),
      ["7.59", "0.64", "3.65"],
    );
  });

  it("is nothing for a cluster without a cloud's bill", () => {
    assert.deepEqual(costOf(plan([], [rendered(claim("100Gi"))])), { monthly: 0, lines: [] });
  });

  it("fails beyond the budget, when the change is what leads there", () => {
    const [small, large] = [1, 9].map((nodeCount) =>
      plan([cluster({ nodePool: { size: "s-2vcpu-4gb", nodeCount } })]),
    );
    const limited = { ...large, settings: { ...large?.settings, monthlyBudget: 100 } } as typeof large;
    assert.ok(small && large && limited);
    assert.deepEqual(
      compare(small, limited).problems.map(({ path }) => path),
      ["monthlyBudget"],
    );
    assert.deepEqual(
      compare(large, { ...limited, objects: [rendered(workload("Deployment"))] }).problems,
      [],
    );
  });

  it("has a source and a date on every price", () => {
    for (const [thing, { source, date }] of Object.entries(prices)) {
      assert.match(date, /^20\d\d-\d\d(-\d\d)?$/, thing);
      assert.ok(source.length > 10, thing);
    }
  });
});
