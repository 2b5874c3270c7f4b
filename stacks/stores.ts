import type {
  CacheChoice,
  ManagedPostgresArgs,
  ObjectStoreChoice,
  PostgresChoice,
  StoreChoices,
} from "../components/data/args.ts";
import { planFacts } from "../components/data/plans.ts";
import { isPlainObject } from "../components/merge.ts";
import type { Problem } from "../components/problem.ts";
import { inClusterPostgres } from "./backup.ts";
import { type CloudName, type CloudPreset, cloudPresets } from "./cloud-presets.ts";
import { given } from "./given.ts";
import { type Preset, presets } from "./presets.ts";
import type { StackFile } from "./schema.ts";
import { storeSchemas } from "./store-schema.ts";

type StoreName = keyof typeof storeSchemas;
const storeNames = Object.keys(storeSchemas) as StoreName[];

/** The settings with every store's mode: what a cloud can run is managed, everything else is in the cluster. */
export function withStoreModes(input: Record<string, unknown>): Record<string, unknown> {
  const type = isPlainObject(input.cluster) ? input.cluster.type : undefined;
  const mode = type === "digitalocean" || type === "aws" ? "managed" : "inCluster";
  const completed = storeNames.flatMap((name) => {
    const store = input[name] ?? {};
    return isPlainObject(store) && store.mode === undefined ? [[name, { mode, ...store }]] : [];
  });
  return { ...input, ...Object.fromEntries(completed) };
}

/** The stores of a stack, complete, or what is wrong with them. */
export function storeChoices(file: StackFile): StoreChoices | readonly Problem[] {
  const cloud = cloudOf(file.cluster.type);
  const sizes = { preset: presets[file.preset], cloud: cloud && cloudPresets[cloud][file.preset] };
  const postgres = postgresChoice(file, sizes);
  const cache = cacheChoice(file, sizes);
  const objectStore = objectStoreChoice(file, sizes);
  if (isProblem(postgres) || isProblem(cache) || isProblem(objectStore))
    return [postgres, cache, objectStore].filter(isProblem);
  return { postgres, cache, objectStore };
}

/** The cloud of a cluster's type; undefined when it is none. */
export function cloudOf(type: StackFile["cluster"]["type"]): CloudName | undefined {
  return type === "digitalocean" || type === "aws" ? type : undefined;
}

interface Sizes {
  readonly preset: Preset;
  readonly cloud: CloudPreset | undefined;
}

function postgresChoice(file: StackFile, { preset, cloud }: Sizes): PostgresChoice | Problem {
  const { postgres, postgresPassword: password } = file;
  switch (postgres.mode) {
    case "managed":
      return cloud
        ? knownPlan(file, { ...cloud.postgres, data: dataOf(file), ...given(postgres) })
        : notManaged("postgres", file);
    case "inCluster":
      return inClusterPostgres(file, postgres, preset);
    case "existing": {
      const { connection, secret, importQueueSecret, ...rest } = postgres;
      if (secret && importQueueSecret?.name === secret.name)
        return sameSecret("postgres", "importQueueSecret");
      if (secret && !importQueueSecret && file.ifcImport) return noImportQueue;
      if (secret && !connection && !password) return { ...rest, access: { secret, importQueueSecret } };
      if (!secret && !importQueueSecret && connection && password)
        return { ...rest, access: { ...connection, password } };
      return unclearAccess("postgres", "postgresPassword", ", with importQueueSecret for IFC imports,");
    }
  }
}

function knownPlan({ cluster }: StackFile, choice: ManagedPostgresArgs): ManagedPostgresArgs | Problem {
  const cloud = cloudOf(cluster.type);
  if (cloud && planFacts[cloud].connections(choice.plan)) return choice;
  const reason = `${choice.plan} is no database plan of ${cluster.type}'s that this program knows, so nobody could say how many connections it gives`;
  const known = cloud && Object.values(cloudPresets[cloud]).map(({ postgres }) => postgres.plan);
  return { path: "postgres.plan", reason, fix: `Choose one such as ${known?.join(", ")}.` };
}

function cacheChoice(file: StackFile, { preset, cloud }: Sizes): CacheChoice | Problem {
  const { cache, cachePassword: password } = file;
  switch (cache.mode) {
    case "managed":
      if (!cloud) return notManaged("cache", file);
      return { ...cloud.cache, ...given(cache) };
    case "inCluster":
      return { ...preset.cache, ...given(cache) };
    case "existing": {
      const { connection, secret, previewSecret, ...rest } = cache;
      if (secret && previewSecret && secret.name === previewSecret.name)
        return sameSecret("cache", "previewSecret");
      if (secret && previewSecret && !connection && !password)
        return { ...rest, access: { secret, previewSecret } };
      if (!secret && !previewSecret && connection && password)
        return { ...rest, access: { ...connection, password } };
      return unclearAccess("cache", "cachePassword", " and previewSecret");
    }
  }
}

function objectStoreChoice(file: StackFile, { preset, cloud }: Sizes): ObjectStoreChoice | Problem {
  const { objectStore, objectStoreSecretKey: secretKey } = file;
  switch (objectStore.mode) {
    case "managed":
      if (!cloud) return notManaged("objectStore", file);
      return { ...objectStore, data: objectStore.data ?? dataOf(file) };
    case "inCluster": {
      const { data, ...own } = objectStore;
      return data === "precious" ? notKept : { ...preset.objectStore, ...given(own) };
    }
    case "existing": {
      const { secret, publicEndpoint = objectStore.endpoint, ...rest } = objectStore;
      if (secret && !secretKey) return { ...rest, publicEndpoint, access: { secret } };
      if (!secret && secretKey) return { ...rest, publicEndpoint, access: { secretKey } };
      return unclearAccess("objectStore", "objectStoreSecretKey");
    }
  }
}

/** Somebody who tries things out wants to throw them away; everybody else has work in there. */
function dataOf({ preset }: StackFile) {
  return preset === "dev" ? ("rebuildable" as const) : ("precious" as const);
}

function isProblem(choice: object): choice is Problem {
  return "reason" in choice;
}

function notManaged(store: StoreName, { cluster }: StackFile): Problem {
  const reason = `a managed store comes with a cloud's own cluster, and the cluster is of type ${cluster.type}`;
  return { path: `${store}.mode`, reason, fix: "Set it to inCluster, or to existing with its address." };
}

function unclearAccess(store: StoreName, password: string, also = ""): Problem {
  const what = store === "objectStore" ? "" : " connection and";
  return {
    path: store,
    reason: "needs exactly one way in: by its parts, or by a Secret that is already there",
    fix: `Give${what} ${password} (with \`pulumi config set --secret ${password}\`), or ${store}.secret${also} alone.`,
  };
}

const notKept: Problem = {
  path: "objectStore.data",
  reason: "an object store in the cluster goes with its volume, and nothing backs it up",
  fix: "Set objectStore.mode to managed or existing, or its data to rebuildable.",
};

function sameSecret(store: StoreName, second: string): Problem {
  return {
    path: `${store}.${second}`,
    reason: `is the same Secret as ${store}.secret; the chart would list it twice, which the API server refuses`,
    fix: "Put the same URL into a second Secret, and name that one.",
  };
}

const noImportQueue: Problem = {
  path: "postgres.importQueueSecret",
  reason:
    "is required with ifcImport and postgres.secret: the chart names a Secret of its own for the queue of imports, and would list one that serves for both twice",
  fix: "Put the same URL into a second Secret, without `sslmode`, so that postgres.tls says how it is checked; or leave ifcImport off.",
};
