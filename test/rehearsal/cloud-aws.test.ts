import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { planFacts } from "../../components/data/plans.ts";
import { awsProvider, awsTables } from "../../rehearsal/providers/aws/provider.ts";
import type { Properties } from "../../rehearsal/providers/plugin.ts";
import { type Bench, cluster, type Network, network, subnetType } from "../support/aws.ts";
import { cloudBench, type Held } from "../support/cloud.ts";
import { sdkSchema } from "../support/sdk-schema.ts";

const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const groupType = "aws:eks/nodeGroup:NodeGroup";
const databaseType = "aws:rds/instance:Instance";
const cacheType = "aws:elasticache/replicationGroup:ReplicationGroup";
const parametersType = "aws:rds/parameterGroup:ParameterGroup";
const scalingConfig = { minSize: 0, maxSize: 3, desiredSize: 1 };
const databaseInputs = {
  identifier: "prod-pg",
  engine: "postgres",
  engineVersion: "16",
  instanceClass: "db.t4g.medium",
  allocatedStorage: 50,
  username: "speckle",
  password: "canary-password",
  deletionProtection: true,
  finalSnapshotIdentifier: "prod-pg-final",
};
const cacheInputs = {
  replicationGroupId: "prod-cache",
  description: "cache",
  engine: "valkey",
  engineVersion: "8.0",
  nodeType: "cache.t4g.small",
  numCacheClusters: 2,
  automaticFailoverEnabled: true,
  transitEncryptionEnabled: true,
  authToken: "canary-token",
};

async function group(bench: Bench, { subnetIds, role }: Network, inputs: Properties = {}) {
  return bench.make(groupType, "heavy", {
    clusterName: "prod",
    nodeRoleArn: role.open.arn,
    subnetIds,
    instanceTypes: ["m7i.large"],
    scalingConfig,
    ...inputs,
  });
}

describe("the simulated AWS", () => {
  let bench: Bench;
  let net: Network;
  beforeEach(async () => {
    bench = cloudBench(awsProvider);
    net = await network(bench);
  });
  const refused = (type: string, inputs: () => Properties, reason: RegExp) => async () => {
    await assert.rejects(bench.make(type, "one", inputs()), reason);
  };
  const in10 =
    (cidrBlock: string, availabilityZone = "eu-central-1a") =>
    () => ({
      vpcId: net.vpc.id,
      cidrBlock,
      availabilityZone,
    });
  const rule = (inputs: Properties) => () => ({ securityGroupId: "sg-none", ipProtocol: "tcp", ...inputs });

  it(
    "does not create a subnet outside its network",
    refused(subnetType, in10("10.1.0.0/24"), /not within the VPC's/),
  );
  it(
    "does not create a subnet over another",
    refused(subnetType, in10("10.0.1.128/25"), /InvalidSubnet.Conflict/),
  );
  it(
    "does not create a subnet in a zone that is not there",
    refused(subnetType, in10("10.0.9.0/24", "eu-central-1x"), /zone eu-central-1x does not exist/),
  );
  it(
    "does not create a network of a wrong size",
    refused("aws:ec2/vpc:Vpc", () => ({ cidrBlock: "10.0.0.0/8" }), /InvalidVpc.Range/),
  );
  it(
    "does not create a rule of a group that is not there",
    refused(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      rule({ cidrIpv4: "0.0.0.0/0" }),
      /securityGroupId names SecurityGroup sg-none, which does not exist/,
    ),
  );
  it(
    "does not take a policy that is no policy",
    refused("aws:iam/role:Role", () => ({ assumeRolePolicy: "{" }), /MalformedPolicyDocument/),
  );
  it(
    "does not create a bucket with a wrong name",
    refused("aws:s3/bucket:Bucket", () => ({ bucket: "Not_A_Bucket" }), /InvalidBucketName/),
  );
  it(
    "does not create an unknown instance class",
    refused(
      databaseType,
      () => ({ ...databaseInputs, instanceClass: "db.z9.large" }),
      /"db.z9.large" does not exist/,
    ),
  );
  it(
    "does not create a cache with a token and without TLS",
    refused(
      cacheType,
      () => ({ ...cacheInputs, transitEncryptionEnabled: false }),
      /authToken needs transit/,
    ),
  );
  it("refuses Kubernetes' own name of an effect", async () => {
    await cluster(bench, net);
    const taints = [{ key: "a", effect: "NoSchedule" }];
    await assert.rejects(group(bench, net, { taints }), /taints\[0\].effect must be one of NO_SCHEDULE/);
  });
  it("does not create a node group of an unknown machine, or beyond its own bounds", async () => {
    await cluster(bench, net);
    await assert.rejects(group(bench, net, { instanceTypes: ["m99.large"] }), /"m99.large" does not exist/);
    const beyond = { minSize: 0, maxSize: 1, desiredSize: 2 };
    await assert.rejects(group(bench, net, { scalingConfig: beyond }), /desiredSize 2 is not from 0 to 1/);
  });
  it("does not create a cluster in one zone, of an old version, or over its network's range (F40)", async () => {
    const one = { vpcConfig: { subnetIds: net.subnetIds.slice(0, 1) } };
    await assert.rejects(cluster(bench, net, one), /at least two zones/);
    await assert.rejects(cluster(bench, net, { version: "1.21" }), /version "1.21" is not supported/);
    const services = { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.0.0.0/20" } };
    await assert.rejects(cluster(bench, net, services), /overlaps with the VPC's 10.0.0.0\/16/);
  });
  it("says that a region is missing, or wrong", async () => {
    for (const [region, reason] of [
      ["", /no region is configured: set aws:region/],
      ["eu-mars-1", /region "eu-mars-1" is not one/],
    ] as const) {
      const elsewhere = cloudBench(awsProvider, { region });
      await elsewhere.configure();
      await assert.rejects(elsewhere.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" }), reason);
    }
  });

  it("upgrades a cluster by one minor version and never back", async () => {
    const own = await cluster(bench, net, { version: "1.34" });
    await assert.rejects(bench.update(own, { version: "1.36" }), /one minor version up at a time/);
    const next = await bench.update(own, { version: "1.35" });
    await assert.rejects(bench.update(next, { version: "1.34" }), /1.35 cannot become 1.34/);
    assert.deepEqual((await bench.diff(next, { roleArn: "x" })).replaces, ["roleArn"]);
    assert.deepEqual((await bench.diff(next, { version: "1.36" })).replaces, []);
  });

  it("gives what a kubeconfig is built from, and a security group of the cluster's own", async () => {
    const { open } = await cluster(bench, net);
    assert.equal(open.endpoint, "https://127.0.0.1:6443");
    assert.equal(open.certificateAuthority.data, "Y2E=");
    assert.equal(open.vpcConfig.vpcId, net.vpc.id);
    const data = await bench.make("aws:ec2/securityGroup:SecurityGroup", "data", { vpcId: net.vpc.id });
    await bench.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "postgres", {
      securityGroupId: data.id,
      referencedSecurityGroupId: open.vpcConfig.clusterSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    });
    await assert.rejects(bench.remove(data), /SecurityGroupIngressRule sgr-\w+ still uses it/);
  });

  it("makes a group anew for another machine, with a new name before the old one goes (F37)", async () => {
    await cluster(bench, net);
    const heavy = await group(bench, net);
    const { replaces, deleteBeforeReplace } = await bench.diff(heavy, { instanceTypes: ["m7i.xlarge"] });
    assert.deepEqual([replaces, deleteBeforeReplace], [["instanceTypes[0]"], false]);
    const named = await group(bench, net, { nodeGroupName: "fixed" });
    assert.equal((await bench.diff(named, { instanceTypes: ["m7i.xlarge"] })).deleteBeforeReplace, true);
    const bounds = await bench.diff(heavy, { scalingConfig: { ...scalingConfig, maxSize: 5 } });
    assert.deepEqual([bounds.changes, bounds.replaces], [["scalingConfig.maxSize"], []]);
    assert.equal(bench.nodes.get(heavy.open.nodeGroupName), 1);
  });

  it("grants access by entry: a policy needs one (F32)", async () => {
    await cluster(bench, net);
    const principalArn = "arn:aws:iam::123456789012:role/admins";
    const association = {
      clusterName: "prod",
      principalArn,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      accessScope: { type: "cluster" },
    };
    const type = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
    await assert.rejects(bench.make(type, "admins", association), /has no access entry for/);
    await bench.make("aws:eks/accessEntry:AccessEntry", "admins", { clusterName: "prod", principalArn });
    await bench.make(type, "admins", association);
  });

  it("keeps subnets and network while a load balancer of a deleted cluster stands in them (F31)", async () => {
    bench = cloudBench(awsProvider, { loadBalancers: ["traefik/traefik"] });
    net = await network(bench);
    const own = await cluster(bench, net);
    const heavy = await group(bench, net);
    await assert.rejects(bench.remove(own), /NodeGroup prod:heavy-\w+ still uses it/);
    await bench.remove(heavy);
    await bench.remove(own);
    for (const kept of [...net.subnets, net.vpc]) {
      await assert.rejects(
        bench.remove(kept),
        /load balancer traefik\/traefik still stands in it|still uses it/,
      );
    }
  });

  it("keeps a protected database, and a snapshot of one that goes", async () => {
    const own = await bench.make(databaseType, "database", databaseInputs);
    await assert.rejects(bench.remove(own), /deletionProtection is on/);
    const { finalSnapshotIdentifier: _, ...without } = own.inputs;
    const bare = await bench.update({ ...own, inputs: without }, { deletionProtection: false });
    await assert.rejects(bench.remove(bare), /finalSnapshotIdentifier is required/);
    const free = await bench.update(own, { deletionProtection: false });
    await bench.remove(free);
    assert.deepEqual(bench.provider.leftovers().at(-1), {
      type: "database snapshot",
      name: "prod-pg-final",
      reason: "it is the final one of database prod-pg",
      onPurpose: true,
      holds: [],
    });
    const again = await bench.make(databaseType, "again", { ...databaseInputs, deletionProtection: false });
    await assert.rejects(bench.remove(again), /snapshot prod-pg-final already exists/);
  });

  it("replaces a database only for what cannot change, and refuses what cannot be", async () => {
    const own = await bench.make(databaseType, "database", databaseInputs);
    for (const change of [
      { storageEncrypted: true },
      { username: "x" },
      { kmsKeyId: "x" },
      { region: "eu-west-1" },
    ]) {
      assert.deepEqual((await bench.diff(own, change)).replaces, Object.keys(change));
    }
    const inPlace = {
      instanceClass: "db.m7g.large",
      engineVersion: "17",
      allocatedStorage: 99,
      password: "x",
    };
    assert.deepEqual((await bench.diff(own, inPlace)).replaces, []);
    await assert.rejects(bench.update(own, { engineVersion: "17" }), /needs allowMajorVersionUpgrade/);
    await assert.rejects(bench.update(own, { engineVersion: "15" }), /16 cannot become 15/);
    await assert.rejects(bench.update(own, { allocatedStorage: 20 }), /cannot shrink from 50 to 20 GiB/);
  });

  it("knows a database's connections, by its class or by its parameters", async () => {
    const parameters = [{ name: "max_connections", value: "77" }];
    const own = await bench.make(parametersType, "parameters", { family: "postgres16", parameters });
    await bench.make(databaseType, "plain", databaseInputs);
    await bench.make(databaseType, "tuned", {
      ...databaseInputs,
      identifier: "tuned",
      parameterGroupName: own.open.name ?? own.inputs.name,
    });
    assert.deepEqual(bench.provider.connectionLimits(), { plain: 450, tuned: 77 });
    assert.equal(planFacts.aws.connections("db.r7g.8xlarge"), 5000);
    const other = await bench.make(parametersType, "older", { family: "postgres15" });
    const wrong = { ...databaseInputs, identifier: "wrong", parameterGroupName: other.inputs.name };
    await assert.rejects(bench.make(databaseType, "wrong", wrong), /is of family postgres15/);
  });

  it("keeps secrets out of its memory, and secret on their way", async () => {
    const user = await bench.make("aws:iam/user:User", "user", {});
    const key = await bench.make("aws:iam/accessKey:AccessKey", "key", { user: user.id });
    const cache = await bench.make(cacheType, "cache", cacheInputs);
    await bench.make(databaseType, "database", databaseInputs);
    const text = readFileSync(bench.state, "utf8");
    for (const secret of [key.open.secret, "canary-token", "canary-password"])
      assert.ok(!text.includes(secret));
    assert.notEqual(cache.outputs.authToken, cache.open.authToken);
    assert.match(
      cache.open.primaryEndpointAddress,
      /^master\.prod-cache\..*eu-central-1\.cache\.amazonaws\.com$/,
    );
  });

  it("writes policies as IAM does", async () => {
    const answer = await bench.provider.invoke?.("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          sid: "Tls",
          effect: "Deny",
          actions: ["s3:*"],
          resources: ["a", "b"],
          principals: [{ type: "*", identifiers: ["*"] }],
          conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
      ],
    });
    assert.deepEqual(JSON.parse(String(answer?.json)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Tls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["a", "b"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("knows its region's zones, and no other functions", async () => {
    const { names } = (await bench.provider.invoke?.(
      "aws:index/getAvailabilityZones:getAvailabilityZones",
      {},
    )) as any;
    assert.deepEqual(names, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
    await assert.rejects(
      Promise.resolve(bench.provider.invoke?.("aws:ec2/getAmi:getAmi", {})),
      /is not simulated/,
    );
  });

  it("gives no output that the SDK does not have", async () => {
    const { outputs } = sdkSchema("aws", Object.keys(awsTables.resources));
    const subnetId = net.subnetIds[0];
    const bucket = await bench.make("aws:s3/bucket:Bucket", "bucket", {});
    const eip = await bench.make("aws:ec2/eip:Eip", "eip", { domain: "vpc" });
    const table = await bench.make("aws:ec2/routeTable:RouteTable", "table", { vpcId: net.vpc.id });
    const zone = await bench.make("aws:route53/zone:Zone", "zone", { name: "example.org" });
    const key = await bench.make("aws:kms/key:Key", "key", {});
    const made: Held[] = [
      ...[net.vpc, net.role, bucket, eip, table, zone, key, ...net.subnets],
      await cluster(bench, net),
      await group(bench, net),
      await bench.make("aws:ec2/natGateway:NatGateway", "nat", { subnetId, allocationId: eip.id }),
      await bench.make("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: net.vpc.id }),
      await bench.make("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", {
        vpcId: net.vpc.id,
        serviceName: "com.amazonaws.eu-central-1.s3",
      }),
      await bench.make("aws:ec2/launchTemplate:LaunchTemplate", "template", {}),
      await bench.make("aws:eks/addon:Addon", "cni", { clusterName: "prod", addonName: "vpc-cni" }),
      await bench.make("aws:iam/policy:Policy", "policy", { policy: trust }),
      await bench.make("aws:kms/alias:Alias", "alias", { name: "alias/prod", targetKeyId: key.id }),
      await bench.make("aws:rds/subnetGroup:SubnetGroup", "pg", { subnetIds: net.subnetIds }),
      await bench.make("aws:elasticache/subnetGroup:SubnetGroup", "cache", { subnetIds: net.subnetIds }),
      await bench.make(databaseType, "database", databaseInputs),
      await bench.make(cacheType, "cache", cacheInputs),
      await bench.make("aws:route53/record:Record", "record", {
        zoneId: zone.id,
        name: "speckle",
        type: "A",
        ttl: 300,
        records: ["192.0.2.1"],
      }),
    ];
    const strange = made.flatMap(({ type, open }) =>
      Object.keys(open)
        .filter((name) => !outputs[type]?.includes(name))
        .map((name) => `${type} ${name}`),
    );
    assert.deepEqual(strange, []);
  });
});
