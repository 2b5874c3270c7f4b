import type { ChartKey } from "../../components/charts.ts";
import type { SecretKey } from "../../components/secrets/table.ts";
import { type Fault, parseFault } from "../../rehearsal/providers/cloud/faults.ts";

/** One change of a stack: what it does to which resources, or which of them it must not be allowed to destroy. */
export interface Change {
  readonly what: string;
  /** A change of the stack's file. */
  readonly set?: string;
  /** A change of the program: another version of a chart. */
  readonly chart?: { readonly key: ChartKey; readonly version: string };
  readonly does?: readonly string[];
  readonly refused?: RegExp;
}

export interface Suite {
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
  readonly sacrifices: readonly Sacrifice[];
  /** Secrets that the program has made itself, and the type of the bucket's key. */
  readonly rotatable: readonly SecretKey[];
  readonly bucketKey: string;
}

/** A change that destroys something precious on purpose. */
export interface Sacrifice {
  readonly what: string;
  /** Whether it is made; otherwise it is looked at alone, since no cluster can be moved from under what runs in it. */
  readonly made: boolean;
  /** What has to be named, and nothing else. */
  readonly named: readonly string[];
  readonly set: string;
  /** What the acknowledgement alone does in the cloud. */
  readonly unlocks: readonly string[];
  /** What is protected still while the change comes together with its acknowledgement. */
  readonly atOnce?: RegExp;
  /** Some of what the change does then. */
  readonly does: readonly string[];
  /** A change of something else that is precious, refused all the same. */
  readonly other: { readonly set: string; readonly refused: RegExp };
}

/** The changes of each cloud's example stack. */
export const suites: readonly Suite[] = [
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
        does: [
          "~ Release speckle-release",
          "~ ResourceQuota speckle-namespaces-speckle-quota",
          "+ PodDisruptionBudget speckle-server-disruption",
        ],
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
      {
        what: "another version of Speckle's chart",
        chart: { key: "speckle", version: "2.31.15" },
        does: ["~ Release speckle-release"],
      },
      {
        what: "a newer PostgreSQL, in its place (F72)",
        set: "postgres.version=17",
        does: ["~ DatabaseCluster speckle-postgres-server"],
      },
      { what: "another region", set: "cluster.region=ams3", refused: /speckle-postgres-/ },
      { what: "another range", set: "cluster.ranges.network=10.60.0.0/20", refused: /speckle-postgres-/ },
      {
        what: "another bucket, which the provider calls an update",
        set: "objectStore.bucket=another-bucket",
        refused: /speckle-object-store-bucket/,
      },
    ],
    sacrifices: [
      {
        what: "another bucket",
        made: true,
        named: ["speckle-object-store-bucket"],
        set: "objectStore.bucket=another-bucket",
        unlocks: ["~ SpacesBucket speckle-object-store-bucket"],
        does: ["± SpacesBucket speckle-object-store-bucket"],
        other: { set: "cluster.ranges.network=10.60.0.0/20", refused: /speckle-postgres-/ },
      },
      {
        what: "another range",
        made: false,
        named: ["speckle-postgres-server", "speckle-postgres-database"],
        set: "cluster.ranges.network=10.60.0.0/20",
        unlocks: [],
        atOnce: /speckle-postgres-/,
        does: ["± Vpc speckle-cluster-network", "± DatabaseCluster speckle-postgres-server"],
        other: { set: "objectStore.bucket=a-third-bucket", refused: /speckle-object-store-bucket/ },
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
      {
        what: "another version of Speckle's chart",
        chart: { key: "speckle", version: "2.31.15" },
        does: ["~ Release speckle-release", "± Job speckle-accounts-job"],
      },
      {
        what: "proofs of its names by records in Route 53",
        set: 'certificate={"mode":"acme","challenge":{"type":"dns01","provider":"route53","region":"eu-central-1","hostedZoneId":"Z0123456789"}}',
        does: [
          "+ NetworkPolicy speckle-namespaces-network-cert-manager-identity-egress",
          "+ NetworkPolicy speckle-namespaces-network-cert-manager-records-egress",
          "+ PodIdentityAssociation speckle-certificate-prover-identity",
          "+ Role speckle-certificate-prover-role",
          "+ RolePolicy speckle-certificate-prover-rights",
          "- NetworkPolicy speckle-namespaces-network-cert-manager-own-challenge-egress",
          "- NetworkPolicy speckle-namespaces-network-cert-manager-own-challenge-ingress",
          "- NetworkPolicy speckle-namespaces-network-routes-challenges-egress",
          "- NetworkPolicy speckle-namespaces-network-routes-challenges-ingress",
          "~ Issuer speckle-certificate-issuer-speckle",
          "~ Issuer speckle-certificate-issuer-speckle-staging",
          "~ Release speckle-certificate-cert-manager",
          "~ ResourceQuota speckle-namespaces-speckle-quota",
        ],
      },
      {
        what: "a newer PostgreSQL, in its place (F72)",
        set: "postgres.version=17",
        does: ["~ Instance speckle-postgres-server", "± ParameterGroup speckle-postgres-parameters"],
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
    sacrifices: [
      {
        what: "another bucket",
        made: true,
        named: ["speckle-object-store-bucket"],
        set: "objectStore.bucket=another-bucket",
        unlocks: ["~ Bucket speckle-object-store-bucket"],
        does: ["± Bucket speckle-object-store-bucket"],
        other: { set: "cluster.ranges.network=10.60.0.0/16", refused: /speckle-postgres-server/ },
      },
      {
        what: "another range",
        made: false,
        named: ["speckle-postgres-server"],
        set: "cluster.ranges.network=10.60.0.0/16",
        unlocks: ["~ Instance speckle-postgres-server"],
        atOnce: /speckle-postgres-server/,
        does: ["± Vpc speckle-cluster-network-vpc", "± Instance speckle-postgres-server"],
        other: { set: "objectStore.bucket=a-third-bucket", refused: /speckle-object-store-bucket/ },
      },
    ],
  },
];
