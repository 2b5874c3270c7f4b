import assert from "node:assert/strict";
import { storeLocations } from "../../components/data/locations.ts";
import { ProblemsError } from "../../components/problem.ts";
import { parseSettings } from "../../stacks/settings.ts";

const clusters = {
  kind: { type: "kind" },
  existing: { type: "existing", kubeconfig: "kubeconfig.yaml", context: "c" },
  digitalocean: { type: "digitalocean", region: "fra1", version: "1.36.1-do.0" },
  aws: { type: "aws", region: "eu-central-1", version: "1.36", accountId: "123456789012" },
};
type ClusterType = keyof typeof clusters;
const clouds: readonly ClusterType[] = ["digitalocean", "aws"];

const postgresParts = { host: "db.example.com", database: "speckle", user: "u" };
const cacheParts = { host: "cache.example.com" };
const files = { endpoint: "https://s3.example.com", region: "r", bucket: "files", accessKey: "AK" };
const secret = { name: "given", key: "url" };

function settingsFor(type: ClusterType, config: Record<string, unknown>) {
  const cluster = clusters[type];
  const objectStore = clouds.includes(type) ? { mode: "managed", bucket: "speckle-files" } : {};
  return parseSettings(
    { preset: "small", domain: "speckle.example.com", cluster, objectStore, ...config },
    (path) => `text of ${path}`,
  );
}

function problemsOf(type: ClusterType, config: Record<string, unknown>) {
  try {
    settingsFor(type, config);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

/** Ways to say a store, each with whether it makes sense on a cluster that is no cloud's. */
const ways: [what: string, config: Record<string, unknown>, anywhere: boolean][] = [
  ["managed Postgres", { postgres: { mode: "managed" } }, false],
  ["Postgres in the cluster", { postgres: { mode: "inCluster", storage: "30Gi" } }, true],
  [
    "existing Postgres by its parts",
    { postgres: { mode: "existing", connection: postgresParts }, postgresPassword: "canary" },
    true,
  ],
  ["existing Postgres by a Secret", { postgres: { mode: "existing", secret } }, true],
  ["a managed cache", { cache: { mode: "managed" } }, false],
  ["a cache in the cluster", { cache: { mode: "inCluster" } }, true],
  [
    "existing Postgres by a Secret, with another for IFC imports",
    {
      ifcImport: true,
      postgres: { mode: "existing", secret, importQueueSecret: { ...secret, name: "other" } },
    },
    true,
  ],
  [
    "an existing cache by its parts",
    { cache: { mode: "existing", connection: cacheParts }, cachePassword: "canary" },
    true,
  ],
  [
    "an existing cache by Secrets",
    { cache: { mode: "existing", secret, previewSecret: { ...secret, name: "other" } } },
    true,
  ],
  ["a managed bucket", { objectStore: { mode: "managed", bucket: "speckle-files" } }, false],
  ["a bucket in the cluster", { objectStore: { mode: "inCluster" } }, true],
  [
    "an existing bucket by its key",
    { objectStore: { mode: "existing", ...files }, objectStoreSecretKey: "canary" },
    true,
  ],
  ["an existing bucket by a Secret", { objectStore: { mode: "existing", ...files, secret } }, true],
  [
    "precious Postgres in the cluster, backed up to a bucket of its own",
    { postgres: { mode: "inCluster", data: "precious", backup: { to: files } }, backupSecretKey: "canary" },
    true,
  ],
  [
    "the same, backed up to the environment's existing bucket",
    {
      postgres: { mode: "inCluster", data: "precious", backup: {} },
      objectStore: { mode: "existing", ...files, secret },
    },
    true,
  ],
  [
    "the same, backed up to the environment's managed bucket",
    {
      objectStore: { mode: "managed", bucket: "speckle-files", data: "precious" },
      postgres: { mode: "inCluster", data: "precious", backup: {} },
    },
    false,
  ],
];
const inCluster = { mode: "inCluster", data: "precious" };
const kept = { ...inCluster, backup: { to: files } };

/** What is refused whatever the cluster. */
const wrong: [what: string, config: Record<string, unknown>, path: string, words: RegExp][] = [
  ["precious Postgres without a backup", { postgres: inCluster }, "postgres.backup", /goes with its volumes/],
  [
    "a backup in the same cluster",
    { postgres: { ...inCluster, backup: {} }, objectStore: { mode: "inCluster" } },
    "postgres.backup.to",
    /goes when the cluster goes/,
  ],
  ["a bucket for backups without its key", { postgres: kept }, "backupSecretKey", /is required/],
  ["a key for no backups", { backupSecretKey: "canary" }, "backupSecretKey", /used only/],
  [
    "a database that begins with the folder it writes to",
    { postgres: { ...kept, restore: { path: "postgres" } }, backupSecretKey: "canary" },
    "postgres.backup.path",
    /empty folder/,
  ],
  [
    "a restore from nowhere",
    { postgres: { mode: "inCluster", restore: { path: "postgres" } } },
    "postgres.restore",
    /needs postgres.backup/,
  ],
  [
    "precious files in the cluster",
    { objectStore: { mode: "inCluster", data: "precious" } },
    "objectStore.data",
    /nothing backs it up/,
  ],
  ["a mode that is none", { postgres: { mode: "cloud" } }, "postgres.mode", /managed, inCluster, existing/],
  [
    "a size for a managed store in the cluster's words",
    { postgres: { mode: "managed", cpu: "1" } },
    "postgres.cpu",
    /no such/,
  ],
  [
    "an existing database without its password",
    { postgres: { mode: "existing", connection: postgresParts } },
    "postgres",
    /--secret postgresPassword/,
  ],
  [
    "an existing database both ways",
    { postgres: { mode: "existing", connection: postgresParts, secret }, postgresPassword: "canary" },
    "postgres",
    /exactly one way in/,
  ],
  ["an existing database no way", { postgres: { mode: "existing" } }, "postgres", /exactly one way in/],
  [
    "IFC imports without a Secret for their queue (trap 4)",
    { ifcImport: true, postgres: { mode: "existing", secret } },
    "postgres.importQueueSecret",
    /list one that serves for both twice/,
  ],
  [
    "IFC imports with one Secret for both uses (trap 4)",
    { ifcImport: true, postgres: { mode: "existing", secret, importQueueSecret: secret } },
    "postgres.importQueueSecret",
    /list it twice/,
  ],
  [
    "an existing cache with one Secret for both uses",
    { cache: { mode: "existing", secret, previewSecret: secret } },
    "cache.previewSecret",
    /list it twice/,
  ],
  [
    "an existing bucket without its key",
    { objectStore: { mode: "existing", ...files } },
    "objectStore",
    /objectStoreSecretKey/,
  ],
  [
    "an endpoint without a scheme",
    { objectStore: { mode: "existing", ...files, endpoint: "s3.example.com", secret } },
    "objectStore.endpoint",
    /scheme/,
  ],
];

/** What is refused on a cloud. */
const wrongOnClouds: [what: string, config: Record<string, unknown>, path: string, words: RegExp][] = [
  ["a managed bucket without a name", { objectStore: { mode: "managed" } }, "objectStore.bucket", /required/],
  [
    "a plan that nobody knows",
    { postgres: { mode: "managed", plan: "huge" } },
    "postgres.plan",
    /no database plan/,
  ],
  [
    "a machine that nobody knows",
    { pools: { heavy: { machine: "huge" } } },
    "pools.heavy.machine",
    /no machine/,
  ],
  ["a size of nodes", { pools: { heavy: { size: { cpu: "4" } } } }, "pools.heavy.size", /machine decides/],
  [
    "bounds that do not hold the number of nodes",
    { pools: { heavy: { nodes: 5, scale: { least: 1, most: 2 } } } },
    "pools.heavy.scale",
    /not within 1 to 2/,
  ],
  [
    "a pod that fits no heavy node (F57)",
    { workloads: { preview_service: { requests: { memory: "40Gi" }, limits: { memory: "40Gi" } } } },
    "workloads.preview_service.requests.memory",
    /asks for 40Gi, but a node of pool heavy offers/,
  ],
  [
    "more connections than the plan gives (F30)",
    { workloads: { server: { replicas: 50 }, objects: { replicas: 50 } } },
    "postgres.plan",
    /gives \d+ connections, but Speckle opens \d+/,
  ],
];

describe("the stores of a stack", () => {
  for (const type of Object.keys(clusters) as ClusterType[]) {
    const isCloud = clouds.includes(type);
    describe(`on ${type}`, () => {
      for (const [what, config, anywhere] of ways) {
        it(`${isCloud || anywhere ? "can be" : "cannot be"} ${what}`, () => {
          const problems = problemsOf(type, config);
          if (isCloud || anywhere) return assert.deepEqual(problems, []);
          assert.deepEqual(
            problems.map(({ path }) => path),
            [`${Object.keys(config)[0]}.mode`],
          );
          assert.match(problems[0]?.reason ?? "", /a cloud's own cluster/);
        });
      }
      for (const [what, config, path, words] of [...wrong, ...(isCloud ? wrongOnClouds : [])]) {
        it(`are refused as ${what}`, () => {
          const problems = problemsOf(type, config).filter((problem) => problem.path === path);
          assert.equal(problems.length, 1, JSON.stringify(problemsOf(type, config)));
          assert.match(`${problems[0]?.reason} ${problems[0]?.fix}`, words);
          assert.doesNotMatch(JSON.stringify(problems), /canary/);
        });
      }
    });
  }

  it("are the cloud's where there is one, and in the cluster elsewhere", () => {
    const modes = (type: ClusterType) => {
      const { postgres, cache, objectStore } = settingsFor(type, {});
      return [postgres, cache, objectStore].map(({ mode }) => mode);
    };
    assert.deepEqual(modes("digitalocean"), ["managed", "managed", "managed"]);
    assert.deepEqual(modes("kind"), ["inCluster", "inCluster", "inCluster"]);
  });

  it("are precious for everybody but those who try things out", () => {
    const classOf = (preset: string) => {
      const { postgres, objectStore } = settingsFor("aws", { preset });
      return [postgres, objectStore].map((store) => "data" in store && store.data);
    };
    assert.deepEqual(classOf("dev"), ["rebuildable", "rebuildable"]);
    for (const preset of ["small", "production", "large"])
      assert.deepEqual(classOf(preset), ["precious", "precious"]);
  });

  it("are let through to their own ranges alone, where these are given", () => {
    const ranges = ["10.9.0.0/24"];
    const databases: [Record<string, unknown>, string][] = [
      [{ secret }, ""],
      [{ connection: postgresParts }, "canary"],
    ];
    for (const [access, postgresPassword] of databases) {
      const postgres = { mode: "existing", ranges, ...access };
      const settings = settingsFor("kind", { postgres, ...(postgresPassword && { postgresPassword }) });
      const { postgres: at } = storeLocations(settings, { networkRanges: [] });
      assert.deepEqual(at, { at: "outside", ranges, port: 5432 });
    }
    const cache = { mode: "existing", ranges, secret, previewSecret: { ...secret, name: "other" } };
    const { cache: at } = storeLocations(settingsFor("kind", { cache }), { networkRanges: [] });
    assert.deepEqual(at, { at: "outside", ranges, port: 6379 });
  });

  it("take further certificate authorities from a file", () => {
    assert.equal(settingsFor("kind", { certificateAuthorities: "ca.pem" }).authorities, "text of ca.pem");
  });
});
