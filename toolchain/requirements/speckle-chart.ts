import type { Row } from "./requirement.ts";

const rehearsed = "rehearsal/rehearse.test.ts: brings everything up";
const matrix = "components/network/proof.test.ts: allow exactly what the matrix says";
const table = "components/network/matrix.ts";

const safety = "support/rehearsed/safety.ts";
/** Asked by those who run Speckle's own chart. */
export const speckleChart: readonly Row[] = [
  ["A1", "a Speckle server of one's own", ["components/environment.ts"], [rehearsed]],
  [
    "A2",
    "an easy way to begin",
    ["Pulumi.dev.yaml", "components/cluster/kind.ts"],
    [rehearsed],
    "moving over from docker compose: no way in for a dump and a bucket",
  ],
  ["A3", "every step of a deployment, in order", ["README.md", "components/environment.ts"], [rehearsed]],
  [
    "A4",
    "work spread over machines, so that one may fail",
    ["stacks/presets.ts", "stacks/capacity.ts"],
    [
      "rehearsal/clouds.test.ts: runs everything while any one of its general nodes is lost",
      "rehearsal/clouds.test.ts: has no two pods of a workload on one general node",
    ],
  ],
  [
    "A5",
    "recovery without anybody's doing",
    ["components/speckle/values.ts", "stacks/capacity.ts", "components/monitoring/speckle-alarms.ts"],
    [
      "rehearsal/clouds.test.ts: gets a heavy node again when the last one is lost",
      "edge/alarms.edge.ts: a pod restarts every ten minutes (A5)",
    ],
  ],
  [
    "A6",
    "more capacity under load",
    ["components/cluster/aws-autoscaler-values.ts", "components/cluster/digitalocean-plan.ts"],
    ["rehearsal/cloud-engine.test.ts: adds nodes while pods wait, up to the pool's maximum"],
    "more pods by themselves: replicas are a setting",
  ],
  [
    "A7",
    "less capacity in quiet times",
    ["stacks/cloud-presets.ts"],
    ["components/cluster/clouds.test.ts: has a heavy pool that may idle at none"],
    "a schedule on which an environment sleeps",
  ],
  [
    "A8",
    "the same on any cloud, and on one's own machines",
    ["components/cluster/contract.ts", "components/cluster/existing.ts"],
    [
      "rehearsal/clouds.test.ts: then comes up complete",
      "rehearsal/rehearse.test.ts: comes up behind a load balancer",
    ],
    "Google's and Azure's own clusters: they are existing clusters here",
  ],
  [
    "A9",
    "templates that install themselves",
    ["components/release.ts", "components/charts.ts"],
    ["rehearsal/charts.test.ts: what the genuine chart does"],
  ],
  [
    "A10",
    "a choice of where it is installed",
    ["stacks/cluster-schema.ts"],
    ["stacks/settings.test.ts: are refused with every problem's path, reason and fix"],
  ],
  [
    "A11",
    "a choice of features",
    ["stacks/schema.ts", "components/speckle/values.ts"],
    ["components/secrets/rehearsed.test.ts: let IFC import be switched on, off and on again"],
    "settings for several regions and Gendo: by `extraValues` alone",
  ],
  [
    "A12",
    "every variable of the chart",
    ["components/speckle/values.ts", "components/merge.ts"],
    ["stacks/settings.test.ts: are refused with every problem's path, reason and fix"],
  ],
  [
    "A13",
    "few variables that matter",
    ["stacks/presets.ts", "stacks/settings.ts"],
    ["stacks/settings.test.ts: are complete from three keys, for every preset"],
  ],
  [
    "A14",
    "every variable described",
    ["stacks/page.ts", "docs/settings.md"],
    ["stacks/page.test.ts: says of every setting what it is and what changing it does"],
  ],
  [
    "A15",
    "values held against a schema",
    ["stacks/schema.ts", "review/plan/render.ts"],
    ["rehearsal/charts.test.ts: are given no value the genuine"],
  ],
  [
    "A16",
    "mistakes found early, all at once",
    ["stacks/problems.ts"],
    ["stacks/settings.test.ts: never end in anything but settings or a report"],
  ],
  [
    "A17",
    "needs of each part",
    ["components/speckle/workloads.ts"],
    ["components/speckle/workloads.test.ts: cover every Deployment the genuine chart renders"],
  ],
  [
    "A18",
    "previews and imports on strong machines",
    ["components/cluster/pools.ts", "components/speckle/values.ts"],
    ["components/speckle/values.test.ts: send the heavy workloads, and only them, to the heavy nodes"],
  ],
  [
    "A19",
    "everything else on cheaper ones",
    ["components/cluster/pools.ts"],
    ["rehearsal/control-plane.test.ts: schedules heavy pods on heavy nodes and nothing else there"],
  ],
  [
    "A20",
    "affinity",
    ["components/data/postgres-cluster.ts"],
    [],
    "a setting of its own for Speckle's pods: `extraValues` reaches the chart's `<workload>.affinity`",
  ],
  [
    "A21",
    "node selectors",
    ["components/cluster/pools.ts", "components/speckle/values.ts"],
    ["components/speckle/values.test.ts: send the heavy workloads, and only them, to the heavy nodes"],
  ],
  [
    "A22",
    "tolerations",
    ["components/cluster/pools.ts", "components/speckle/values.ts"],
    ["components/cluster/kind-config.test.ts: taints the heavy nodes and no other"],
  ],
  [
    "A23",
    "spread over machines and zones",
    ["components/cluster/aws-nodes.ts"],
    [
      "rehearsal/cloud-engine.test.ts: spreads a group's nodes over the zones",
      "rehearsal/clouds.test.ts: has no two pods of a workload on one general node, or in one zone while another has none",
    ],
    "a setting of its own: pods are spread by the scheduler's defaults, and as `extraValues` says",
  ],
  [
    "A24",
    "a service account for each part",
    ["components/speckle/workloads.ts"],
    [
      "components/speckle/workloads.test.ts: say what the genuine chart renders for",
      `${safety}: has nobody ask the Kubernetes API`,
    ],
  ],
  [
    "A25",
    "no access to the Kubernetes API",
    ["components/security/pod-security.ts"],
    [`${safety}: has nobody ask the Kubernetes API`],
  ],
  [
    "A26",
    "secrets readable only where they are needed",
    ["components/secrets/table.ts"],
    [
      "components/secrets/table.test.ts: has a workload for every purpose, and every purpose of a workload",
      `${safety}: gives a pod the Secrets that it needs, and no other`,
    ],
  ],
  [
    "A27",
    "no pod runs as root",
    ["components/security/pod-security.ts"],
    [`${safety}: runs restricted pods but for the exceptions`],
  ],
  [
    "A28",
    "no Linux capabilities",
    ["components/security/pod-security.ts"],
    [`${safety}: runs restricted pods but for the exceptions`],
  ],
  ["A29", "a firewall for each part", [table, "components/network/policies.ts"], [matrix]],
  ["A30", "one way in", [table, "components/edge/traefik.ts"], [matrix]],
  [
    "A31",
    "ways out to the stores and names alone",
    [table, "components/network/peers.ts"],
    ["components/network/outbound.test.ts: names the hosts of every right that leads out"],
  ],
  [
    "A32",
    "data cannot be carried off",
    ["components/network/cidr.ts", "components/network/outside-roles.ts"],
    ["components/network/outbound.test.ts: never names pods that open files of strangers"],
  ],
  [
    "A33",
    "no way from one part to the next",
    ["components/network/policies.ts", "components/security/namespaces.ts"],
    ["components/network/proof.test.ts: deny both ways in every namespace of the environment"],
  ],
  [
    "A34",
    "a chart that moves on",
    ["components/charts.ts", "review/effects/updates.ts"],
    ["review/findings.test.ts: names the images that change"],
  ],
];
