import type { Row } from "./requirement.ts";

const order = "rehearsal/clouds.test.ts: leaves nothing, and takes Traefik before nodes before networks";
const routes = "components/edge/routes.ts";
const traefik = "components/edge/traefik-values.ts";

/** Asked by those who design a cluster for a few applications. */
export const cluster: readonly Row[] = [
  [
    "D1",
    "any one part may fail",
    ["stacks/capacity.ts"],
    ["rehearsal/clouds.test.ts: runs everything while any one of its general nodes is lost"],
  ],
  [
    "D2",
    "more capacity by one number",
    ["stacks/settings.ts", "components/cluster/pools.ts"],
    ["rehearsal/cloud-engine.test.ts: replaces the heavy pool alone for larger machines"],
  ],
  [
    "D3",
    "portable between clouds",
    ["components/cluster/contract.ts"],
    ["rehearsal/clouds.test.ts: then comes up complete"],
    "moving the data: a database in the cluster begins with a backup, nothing else does",
  ],
  [
    "D4",
    "https by Let's Encrypt",
    ["components/edge/certificate-objects.ts"],
    ["edge/cert-manager.edge.ts: comes by itself once the names are entered"],
  ],
  [
    "D5",
    "little care",
    ["components/edge/certificate.ts", "components/secrets/table.ts"],
    ["rehearsal/agent.test.ts: does for a Certificate what cert-manager does, and keeps its Secret"],
    "secrets rotated on a schedule: rotation is a setting",
  ],
  [
    "D6",
    "a control plane run by somebody else",
    ["components/cluster/digitalocean.ts", "components/cluster/aws.ts"],
    ["components/cluster/clouds.test.ts: says whether its control plane is doubled"],
  ],
  [
    "D7",
    "complexity told and hidden",
    ["stacks/presets.ts", "review/review.ts"],
    ["stacks/settings.test.ts: are complete from three keys, for every preset"],
  ],
  [
    "D8",
    "nothing of one provider but where it must be",
    ["components/cluster/cloud.ts", "stacks/clouds.ts"],
    ["imports.test.ts: are imported in the clouds' own files alone, module by module"],
  ],
  [
    "D9",
    "the simplest thing",
    ["components/charts.ts"],
    ["rehearsal/charts.test.ts: load balancers between them"],
  ],
  [
    "D10",
    "a cloud's own volumes",
    ["components/cluster/contract.ts"],
    ["rehearsal/kubernetes-provider.test.ts: waits for a Deployment, a claim and a load balancer's address"],
  ],
  [
    "D11",
    "Kubernetes' own Secrets",
    ["components/secrets/generate.ts"],
    ["components/secrets/rehearsed.test.ts: are all in the table, each as long as it says"],
    "secrets kept in a vault elsewhere, but for those of existing stores",
  ],
  [
    "D12",
    "words people know",
    ["stacks/settings-words.ts"],
    ["stacks/page.test.ts: has no words for a setting that is gone"],
  ],
  [
    "D13",
    "a namespace for each",
    ["components/security/namespaces.ts"],
    ["support/rehearsed/safety.ts: runs restricted pods but for the exceptions"],
  ],
  [
    "D14",
    "443 alone comes in",
    [traefik, "components/network/speckle-roles.ts"],
    ["edge/routes.edge.ts: sends everything from http to https"],
  ],
  [
    "D15",
    "Traefik ends TLS",
    ["components/edge/traefik.ts"],
    ["edge/certificate.edge.ts: is shown for both hosts"],
  ],
  [
    "D16",
    "further ports",
    ["components/edge/traefik-ports.ts", "stacks/extra-ports.ts"],
    ["edge/extra-ports.edge.ts: leads to its Service, byte by byte"],
  ],
  [
    "D17",
    "a sign-in page in front",
    ["components/edge/middlewares.ts"],
    ["components/edge/routes.test.ts: put a sign-in page in front of pages, never of what connectors call"],
    "installing oauth2-proxy: its Service is named in the settings",
  ],
  [
    "D18",
    "load balancer, node port or host port",
    ["stacks/edge-schema.ts", traefik],
    [
      "stacks/exposure.test.ts: or through node ports",
      "stacks/exposure.test.ts: or through ports 80 and 443 of nodes themselves",
      "components/security/host-ports.test.ts: are Traefik's, 80 and 443",
    ],
    "a tunnel without any port",
  ],
  [
    "D19",
    "load balancers cost",
    [traefik, "review/cost/billed.ts"],
    ["rehearsal/charts.test.ts: load balancers between them"],
  ],
  [
    "D20",
    "one fixed address",
    ["components/cluster/digitalocean-entry.ts", "components/cluster/aws-entry.ts"],
    [
      "components/entry/fixed-entry.test.ts: is told its secret as a secret, and keeps its address when it is made anew",
    ],
  ],
  [
    "D21",
    "HAProxy on a machine in front",
    ["components/entry/machine.ts", "components/entry/receiver.py"],
    ["edge/fixed-entry.edge.ts: leads to Traefik as soon as the cluster's nodes are reported"],
    "a machine that cloud-init has really set up; a cluster that somebody else runs",
  ],
  [
    "D22",
    "a proxy that follows the nodes",
    ["components/entry/reporter.py"],
    ["edge/fixed-entry.edge.ts: loses no request and no websocket while nodes come, go, and break"],
  ],
  [
    "D23",
    "tied to where Traefik runs",
    [traefik],
    ["edge/arguments.test.ts: is kept by the load balancer, or carried by the PROXY protocol"],
  ],
  [
    "D24",
    "a guarded call to the proxy",
    ["components/entry/receiver.py"],
    ["edge/fixed-entry.edge.ts: is refused, and nothing changes"],
  ],
  [
    "D25",
    "its configuration is tried first",
    ["components/entry/receiver.py"],
    ["edge/fixed-entry.edge.ts: that HAProxy refuses is never loaded, and the answer says why"],
  ],
  [
    "D26",
    "names lead to that address",
    ["components/edge/name-service.ts", "components/edge/names.ts"],
    ["components/edge/records.test.ts: are records for both hosts in DigitalOcean's name service"],
    "name services besides DigitalOcean's and Route 53: the records are printed",
  ],
  ["D27", "routes by host and path", [routes], ["edge/routes.edge.ts: path untouched"]],
  [
    "D28",
    "other protocols past Traefik",
    ["components/edge/traefik-ports.ts"],
    ["edge/extra-ports.edge.ts: leads to its Service, byte by byte"],
    "past Traefik: they go through it, byte by byte; a database is not for the internet",
  ],
  [
    "D29",
    "backups by themselves",
    ["components/data/aws-plan.ts", "components/data/postgres-backup.ts"],
    [
      "components/data/managed.test.ts: keep files private, with what was overwritten for a while",
      "rehearsal/backup.test.ts: comes up with its backups, whose key is in a Secret alone",
    ],
    "drills, and backups of files in the cluster",
  ],
  [
    "D30",
    "recipes by Helm",
    ["components/release.ts"],
    ["rehearsal/charts.test.ts: what the genuine chart does"],
  ],
  ["D31", "an order to begin and end in", ["components/environment.ts"], [order]],
  [
    "D32",
    "a picture of it",
    ["review/report/picture.ts", "README.md"],
    ["review/page.test.ts: draws the nodes with their pods, the stores and the ways in"],
  ],
  [
    "D33",
    "the same names in several namespaces",
    ["components/security/namespaces.ts", "components/sharing/claim.ts"],
    ["rehearsal/many-environments.test.ts: both come up, and an up of either changes nothing then"],
  ],
];
