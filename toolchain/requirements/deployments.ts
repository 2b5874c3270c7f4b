import type { Row } from "./requirement.ts";

const review = "review/cli.test.ts";
const workflows = "docs/workflows.test.ts";

/** Asked by a team that deploys one application many times. */
export const deployments: readonly Row[] = [
  [
    "B1",
    "many setups of one application, often changed",
    ["review/run.ts", "bench/review.ts"],
    [`${review}: reviews every environment, those that are new or gone as well`],
  ],
  [
    "B2",
    "deployments that everybody sees",
    ["docs/workflows/review-comment.yml", "review/report/markdown.ts"],
    [`${workflows}: is never started with the rights of this repository on a stranger's code`],
  ],
  [
    "B3",
    "containers alone",
    ["components/charts.ts"],
    ["components/network/rehearsed.test.ts: has only images of registries that the ledger names"],
    "settings for images by digest, or from another registry: `extraValues` reaches the chart's `<workload>.image`",
  ],
  [
    "B4",
    "bare machines",
    ["components/cluster/existing.ts", "components/data/postgres-cluster.ts"],
    ["rehearsal/rehearse.test.ts: comes up behind a load balancer"],
  ],
  [
    "B5",
    "everything in code, and drift found",
    ["components/environment.ts", "docs/workflows/drift.yml"],
    ["rehearsal/state.test.ts: tells of a Secret that somebody else has changed"],
  ],
  [
    "B6",
    "pull requests for infrastructure",
    ["docs/workflows/review.yml", "review/run.ts"],
    [`${workflows}: has no secret where a fork's code runs`],
  ],
  [
    "B7",
    "slightly different setups",
    ["stacks/presets.ts", "settings/table.ts"],
    [
      "stacks/settings.test.ts: change only what the file changes",
      "settings/cli.test.ts: tells what two stacks have different, and nothing that is the same",
    ],
  ],
  [
    "B8",
    "quick releases",
    ["components/environment.ts"],
    ["rehearsal/rehearse.test.ts: touches only what a changed setting concerns"],
  ],
  [
    "B9",
    "simple upgrades",
    ["components/charts.ts"],
    [
      "review/findings.test.ts: names the images that change",
      "upgrade.test.ts: is upgraded where it runs, by the real engine",
    ],
    "a snapshot before each upgrade",
  ],
  [
    "B10",
    "sensible defaults",
    ["stacks/presets.ts", "stacks/cloud-presets.ts"],
    ["stacks/settings.test.ts: are complete from three keys, for every preset"],
  ],
  [
    "B11",
    "useful abstractions",
    ["components/index.ts", "docs/components.md"],
    ["library/consumers.test.ts: plans an environment from"],
    "a component for backup: it is a part of Postgres",
  ],
  [
    "B12",
    "a declarative, versioned whole",
    ["review/plan/plan.ts", "review/report/manifests.ts"],
    [
      "golden.test.ts: is the recorded one",
      "review/cli.test.ts: writes every object of an environment as manifests, without its secrets",
    ],
  ],
  [
    "B13",
    "monitoring",
    ["components/monitoring/monitoring.ts", "components/monitoring/watch.ts", "docs/monitoring.md"],
    [
      "components/monitoring/rehearsed.test.ts: has every PodMonitor and the alarms",
      "edge/alarms.edge.ts: are silent when that is so in another environment",
      "edge/alarms.edge.ts: shows something of an environment that is well, and nothing of another",
    ],
    "a Prometheus of its own: it uses the one that is there",
  ],
  [
    "B14",
    "limits of resources",
    ["components/security/limits.ts"],
    ["components/security/rehearsed.test.ts: fit into the quota of their namespace"],
  ],
  [
    "B15",
    "health checks",
    ["components/network/speckle-roles.ts", "smoke/questions.ts", "docs/workflows/deploy.yml"],
    [
      "components/network/proof.test.ts: let every probe through",
      "edge/smoke.edge.ts: is content with the store, with its bucket or before it is made",
      "smoke/smoke.test.ts: waits until all is as it should be, when it is told to",
    ],
  ],
  [
    "B16",
    "rolling updates",
    [
      "components/speckle/values.ts",
      "components/speckle/disruption.ts",
      "components/security/pre-stop.ts",
      "stacks/capacity.ts",
    ],
    [
      "edge/updates.edge.ts: an update of Speckle's pods under load, at the real Traefik",
      "edge/traefik-updates.edge.ts: loses nothing, and sends nothing twice",
      "stacks/capacity.test.ts: counts old and new pods of a rolling update",
      "rehearsal/clouds.test.ts: lets its nodes be emptied, of several pods of a workload one at a time",
    ],
  ],
  [
    "B17",
    "parts that last",
    ["components/charts.ts", "stacks/support.ts"],
    ["stacks/support.test.ts: the support of a Kubernetes version"],
  ],
  [
    "B18",
    "a library instead of copies",
    ["components/index.ts", "package.json"],
    ["library/consumers.test.ts: plans an environment from"],
  ],
  [
    "B19",
    "several releases in one cluster",
    ["components/sharing/services.ts", "docs/many-environments.md"],
    [
      "rehearsal/many-environments.test.ts: reach nothing of each other but through what both share",
      "rehearsal/many-environments.test.ts: refuse the end of the first while the second lives",
    ],
  ],
  [
    "B20",
    "the way back of a release",
    ["components/release.ts"],
    [],
    "a command: Helm keeps five revisions, and migrations of the database know no way back",
  ],
  [
    "B21",
    "one file of parameters for each release",
    ["Pulumi.dev.yaml", "stacks/schema.ts"],
    ["rehearsal/stack-file.test.ts: gives the project's own settings"],
  ],
  [
    "B22",
    "one command from any state",
    ["components/environment.ts"],
    [
      "rehearsal/rehearse.test.ts: changes nothing the second time",
      "rehearsal/interrupted.test.ts: ends where an up without interruption does",
    ],
  ],
  [
    "B23",
    "all releases at once",
    ["review/run.ts", "docs/workflows/deploy.yml"],
    [`${review}: reviews every environment, those that are new or gone as well`],
  ],
  [
    "B24",
    "a merge deploys",
    ["docs/workflows/deploy.yml"],
    [`${workflows}: ends by itself, and never cuts off what changes an environment`],
  ],
  [
    "B25",
    "only what a change concerns",
    ["docs/workflows/deploy.yml"],
    [`${review}: says in one line that an unchanged tree changes nothing`],
  ],
  [
    "B26",
    "manifests compared before they are sent",
    ["review/review.ts", "review/plan/render.ts"],
    [`${review}: tells what a bigger server does, in the objects its chart renders`],
  ],
  [
    "B27",
    "an image is one parameter",
    ["components/charts.ts"],
    ["components/speckle/values.test.ts: images have an exact tag"],
  ],
  [
    "B28",
    "new pods serve only when they are ready",
    ["components/speckle/values.ts"],
    ["components/speckle/values.test.ts: rolling updates are percent texts"],
  ],
  [
    "B29",
    "a summary where people talk",
    ["docs/workflows/review-comment.yml", "review/report/markdown.ts"],
    ["review/page.test.ts: shows what a proposal says as text, never as markup"],
  ],
  [
    "B30",
    "requirements traced to what fulfils them",
    ["toolchain/requirements/page.ts", "docs/requirements.md"],
    ["docs/requirements.test.ts: names a file and a test that are there"],
  ],
];
