import type { Row } from "./requirement.ts";

const policies = "components/network/policies.ts";
const safety = "support/rehearsed/safety.ts";
const matrix = "components/network/proof.test.ts: allow exactly what the matrix says";

/** Asked by those who answer for what runs: a reference of it, its network and its storage. */
export const reference: readonly Row[] = [
  [
    "C1",
    "what is there once it is deployed with defaults",
    ["test/golden/dev.json", "docs/components.md"],
    ["golden.test.ts: is the recorded one"],
  ],
  [
    "C2",
    "most values open to change",
    ["components/merge.ts", "components/speckle/values.ts"],
    ["stacks/settings.test.ts: are refused with every problem's path, reason and fix"],
  ],
  [
    "C3",
    "every pod meets the baseline",
    ["components/security/namespace.ts"],
    ["rehearsal/charts.test.ts: that their namespace admits"],
  ],
  [
    "C4",
    "exceptions by name and reason",
    ["components/security/pod-security.ts", "docs/security.md"],
    [
      "components/security/pod-security.test.ts: refuses the chart's frontend where restricted is enforced",
      `${safety}: has no exception that its chart has made needless`,
    ],
  ],
  [
    "C5",
    "everything else is restricted",
    ["components/security/pod-security.ts"],
    [`${safety}: runs restricted pods but for the exceptions`],
  ],
  [
    "C6",
    "features that loosen security say so",
    ["components/security/relaxations.ts", "docs/security.md", "docs/network.md", "docs/outbound.md"],
    ["components/security/relaxations.test.ts: is tried for each of them"],
  ],
  ["C7", "who may talk to whom, whole", ["components/network/matrix.ts", "docs/network.md"], [matrix]],
  [
    "C8",
    "connections between organisations",
    [policies],
    ["components/network/proof.test.ts: deny both ways in every namespace of the environment"],
    "a list of peers in other clusters: nothing of Speckle's talks to another server",
  ],
  [
    "C9",
    "rows of their own for jobs",
    ["components/network/cert-manager-roles.ts"],
    [matrix],
    "jobs for backup, restore and smoke tests, and so their rows",
  ],
  [
    "C10",
    "names for every pod",
    ["components/network/platform-roles.ts"],
    ["components/network/proof.test.ts: answers names over"],
  ],
  ["C11", "no network plugin of its own", ["components/network/network-policy.ts"], [matrix]],
  ["C12", "small policies like roles", ["components/network/role.ts", policies], [matrix]],
  [
    "C13",
    "policies for one's own network",
    ["stacks/schema.ts", "components/network/peers.ts", "docs/network.md"],
    ["stacks/stores.test.ts: are let through to their own ranges alone, where these are given"],
    "edges as settings: a policy of one's own beside the program's opens one more",
  ],
  [
    "C14",
    "pods that compute are cut off",
    ["components/network/speckle-roles.ts", "components/security/runtime-class.ts"],
    [
      "components/network/outbound.test.ts: never names pods that open files of strangers",
      "components/security/runtime-class.test.ts: is given to previews and importers",
    ],
  ],
  ["C15", "stores reachable from inside alone", ["components/network/peers.ts"], [matrix]],
  [
    "C16",
    "the internet for those who need it",
    ["components/network/cidr.ts", "components/network/outbound.ts"],
    ["components/network/cidr.test.ts: keep private addresses, the metadata service and the cluster out"],
  ],
  [
    "C17",
    "a table of what is stored",
    ["components/security/volumes.ts", "docs/volumes.md", "review/findings/sketch.ts"],
    [`${safety}: has no volume but those in the table, written by nobody else`],
  ],
  [
    "C18",
    "which storage matters, and why",
    ["components/data/managed.ts", "components/security/volumes.ts", "docs/volumes.md"],
    ["components/data/managed.test.ts: are protected and kept when they are precious"],
  ],
  [
    "C19",
    "a choice of the access mode",
    [],
    [],
    "not there: every store of an environment has one pod that writes, or a protocol of its own",
  ],
  [
    "C20",
    "default sizes that may grow",
    ["stacks/presets.ts", "stacks/store-schema.ts"],
    ["review/effects.test.ts: the effect of a change"],
  ],
  [
    "C21",
    "the storage class, chosen",
    ["components/cluster/contract.ts", "components/cluster/aws.ts"],
    ["components/cluster/clouds.test.ts: has an encrypted default StorageClass"],
  ],
  [
    "C22",
    "what becomes of a volume",
    ["components/data/managed.ts"],
    ["components/data/managed.test.ts: are protected and kept when they are precious"],
    "volumes of stores in the cluster that are kept: those stores cannot be precious",
  ],
  [
    "C23",
    "storage that is there already",
    ["components/data/existing.ts", "stacks/stores.ts"],
    ["stacks/stores.test.ts: are the cloud's where there is one, and in the cluster elsewhere"],
    "volumes that are there already: existing stores are reached by their address",
  ],
  [
    "C24",
    "storage outside the stack",
    ["components/data/existing.ts"],
    ["stacks/stores.test.ts: are the cloud's where there is one, and in the cluster elsewhere"],
  ],
  [
    "C25",
    "scratch space, said plainly",
    ["components/speckle/values.ts", "docs/volumes.md"],
    [`${safety}: limits what each container may write to its node's disk`],
  ],
  [
    "C26",
    "parts only when they are chosen",
    ["components/environment.ts", "components/data/args.ts"],
    ["stacks/stores.test.ts: are refused as"],
  ],
  [
    "C27",
    "a frontend without state",
    ["components/speckle/workloads.ts"],
    [`${safety}: has no volume but those in the table, written by nobody else`],
  ],
  [
    "C28",
    "certificate authorities of one's own",
    ["stacks/stores.ts", "components/speckle/values.ts"],
    ["stacks/stores.test.ts: take further certificate authorities from a file"],
  ],
  [
    "C29",
    "a way in besides the reference",
    ["README.md", "docs/clouds.md", "docs/edge.md", "docs/incidents.md"],
    ["rehearsal/recovery.test.ts: an environment like"],
  ],
];
