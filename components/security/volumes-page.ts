import { type DataClass, postgresVersions } from "../data/args.ts";
import { postgresPlan } from "../data/aws-plan.ts";
import { oldVersionDays } from "../data/managed.ts";
import { code, table } from "../markdown.ts";
import { type VolumeFacts, volumes, writableRoots } from "./volumes.ts";

/** The page `docs/volumes.md`: everything that holds data, whose it is, and what its loss means. */
export function volumesPage(): string {
  return [
    "# Volumes",
    "",
    "Generated from `components/security/volumes.ts` and the plans of stores by `npm run docs`; a rehearsal of every",
    "environment compares it with the volumes of the pods it finds. What is `precious` nobody can make again; what is",
    "`rebuildable` is asked for again, or signs people out; `scratch` goes with its pod. A cloud's managed store has no",
    "volume here: see below.",
    "",
    "## Of pods",
    ...table(
      ["pods", "volume", "kind", "at most", "written by", "what it holds", "loss"],
      volumes.map(volumeRow),
    ),
    "",
    "CloudNativePG gives an instance's pod two more, `scratch-data` (the node's disk) and `shm` (memory). No other pod has a",
    "volume: Speckle's web pages and previews keep nothing. No volume is a folder of a node, and none is shared between",
    "pods. Above its limit of disk space a pod is evicted, and its neighbours are not.",
    "",
    "A container's own file system is read-only, but for:",
    "",
    ...Object.entries(writableRoots).map(([pod, reason]) => `- ${code(pod)}: ${reason}.`),
    "",
    "## What outlives pods",
    ...table(["store", "where", "size", "encrypted", "when the environment goes"], keptRows()),
    "",
    "A claim is `ReadWriteOnce`, since each store has one writer, and of the class that the cluster brings: `standard` on",
    "kind, `do-block-storage` on DigitalOcean, an encrypted `gp3` on AWS, yours (`cluster.storageClass`) elsewhere. A claim",
    "of the database's or of files grows in place and never shrinks; the cache's is made anew. Classes delete with their",
    "claim, so what is precious belongs into a managed store of `data: precious`, into a database in the cluster with",
    "`postgres.backup`, or into a store that is already there: `mode: existing` takes a database, a cache or a bucket that",
    "was made elsewhere, and leaves it alone. A store in the cluster is only made where no other is chosen.",
    "",
  ].join("\n");
}

function volumeRow({ pods, volume, kind, medium, limit, writtenBy, what, data }: VolumeFacts): string[] {
  const kinds = medium ? `${kind} (memory)` : kind;
  return [
    pods.map(code).join(", "),
    code(volume.endsWith("-") ? `${volume}*` : volume),
    kinds,
    limit ?? (kind !== "emptyDir" ? "" : medium ? "the container's memory" : "the container's scratch space"),
    writtenBy.length > 0 ? writtenBy.map(code).join(", ") : "nobody",
    what,
    code(data),
  ];
}

function keptRows(): string[][] {
  const database = (data: DataClass) =>
    postgresPlan("", {
      mode: "managed",
      version: postgresVersions[0],
      plan: "",
      standbys: 0,
      storageGi: 1,
      data,
    });
  const { maxAllocatedStorage } = database("precious");
  const days = (data: DataClass) => database(data).backupRetentionPeriod;
  const versions = `what is overwritten stays ${oldVersionDays} days`;
  const precious = "`precious`: protected and kept";
  return [
    [
      "PostgreSQL",
      "in the cluster: one claim per instance",
      "`postgres.storage`",
      "by the class",
      "`precious`: protected, and kept in the bucket of `postgres.backup`; `rebuildable`: goes",
    ],
    [
      "PostgreSQL",
      "AWS",
      `\`postgres.storageGi\`, growing to ${maxAllocatedStorage} times that`,
      "yes",
      `${precious}, ${days("precious")} days of any moment, a last snapshot; \`rebuildable\`: goes, after ${days("rebuildable")} day of any moment`,
    ],
    [
      "PostgreSQL",
      "DigitalOcean",
      "`postgres.storageGi`",
      "yes",
      `${precious}, 7 days of any moment; \`rebuildable\`: goes`,
    ],
    ["Files", "in the cluster: one claim", "`objectStore.storage`", "by the class", "goes"],
    [
      "Files",
      "AWS, DigitalOcean: a bucket",
      "as it comes",
      "yes",
      `${precious}, and ${versions}; \`rebuildable\`: goes`,
    ],
    ["Cache", "in the cluster: one claim", "`cache.storage`", "by the class", "goes: `rebuildable`"],
    ["Cache", "AWS, DigitalOcean", "the plan's", "yes", "goes: `rebuildable`"],
  ];
}
