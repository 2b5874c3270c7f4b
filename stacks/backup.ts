import type { InClusterPostgresArgs } from "../components/data/args.ts";
import type { Problem } from "../components/problem.ts";
import { given } from "./given.ts";
import { pairProblems } from "./pair.ts";
import type { Preset } from "./presets.ts";
import type { StackFile } from "./schema.ts";

type InClusterFile = Extract<StackFile["postgres"], { mode: "inCluster" }>;

/** A database in the cluster, complete, or why its data would not be as safe as it is called. */
export function inClusterPostgres(
  file: StackFile,
  postgres: InClusterFile,
  preset: Preset,
): InClusterPostgresArgs | Problem {
  const { data = "rebuildable", backup, restore, ...own } = postgres;
  const problem = backupProblem(file, postgres);
  if (problem) return problem;
  const secretKey = file.backupSecretKey ?? "";
  return {
    operator: file.clusterServices,
    ...preset.postgres,
    ...given(own),
    data,
    ...(backup && { backup: { ...backup, to: backup.to && { ...backup.to, secretKey } } }),
    ...(restore && { restore }),
  };
}

/** What is wrong with the key of a bucket for backups. */
export function backupKeyProblems({ postgres, backupSecretKey }: StackFile): Problem[] {
  const needed = postgres.mode === "inCluster" && Boolean(postgres.backup?.to);
  return pairProblems(
    "backupSecretKey",
    backupSecretKey,
    needed,
    "postgres.backup.to names a bucket of its own",
  );
}

/** The first thing that is wrong with the backup of a database in the cluster. */
function backupProblem(file: StackFile, { data, backup, restore }: InClusterFile): Problem | undefined {
  if (data === "precious" && !backup) return notBackedUp;
  if (restore && !backup) return noBucket;
  if (restore && restore.path === backup?.path) return sameFolder;
  return backup && !backup.to ? ownBucketProblem(file, data === "precious") : undefined;
}

function ownBucketProblem({ objectStore }: StackFile, precious: boolean): Problem | undefined {
  if (objectStore.mode === "inCluster") return sameCluster;
  if (!precious || objectStore.mode === "existing") return undefined;
  return objectStore.data === "rebuildable" ? sameFate : undefined;
}

const elsewhere =
  "Name a bucket outside the cluster under postgres.backup.to, with the secret backupSecretKey.";

const notBackedUp: Problem = {
  path: "postgres.backup",
  reason: "is required for precious data: a database in the cluster goes with its volumes",
  fix: "Add `backup: {}` to use the environment's own bucket, or backup.to with another; or set data to rebuildable.",
};

const noBucket: Problem = {
  path: "postgres.restore",
  reason: "needs postgres.backup, whose bucket the backup is read from",
  fix: "Add postgres.backup, with another path than the one to restore from.",
};

const sameFolder: Problem = {
  path: "postgres.backup.path",
  reason:
    "is the folder that is restored from; a new database begins its backups in an empty folder alone, so that none is overwritten",
  fix: "Choose another path for the backups from now on, such as postgres-2.",
};

const sameCluster: Problem = {
  path: "postgres.backup.to",
  reason: "is required while the object store is in the cluster: a backup there goes when the cluster goes",
  fix: elsewhere,
};

const sameFate: Problem = {
  path: "postgres.backup.to",
  reason: "is required while the environment's own bucket is rebuildable: the backup would go with it",
  fix: `${elsewhere} Or set objectStore.data to precious.`,
};
