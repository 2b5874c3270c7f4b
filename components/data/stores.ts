import { type ComponentResource, type Resource, secret } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import { ProblemsError } from "../problem.ts";
import type { Rotations } from "../secrets/table.ts";
import type {
  CacheChoice,
  InClusterPostgresArgs,
  ObjectStoreChoice,
  PostgresChoice,
  StoreChoices,
} from "./args.ts";
import { Cache } from "./cache.ts";
import type { CacheConnection, ObjectStoreConnection, PostgresConnection } from "./connections.ts";
import { existingCache, existingObjectStore, existingPostgres } from "./existing.ts";
import type { Acknowledging } from "./keeping.ts";
import type { ManagedStores } from "./managed.ts";
import { ObjectStore } from "./object-store.ts";
import { type BackupStore, Postgres } from "./postgres.ts";

/** Where an environment's stores are made. */
export interface StoresContext extends Acknowledging {
  readonly namespace: string;
  /** Created before any pod. */
  readonly namespaces: Resource;
  readonly cluster: Cluster;
  /** Origin whose pages may upload: the address of the environment. */
  readonly origin: string;
  /** Host at which browsers reach an object store in the cluster. */
  readonly objectStoreHost: string;
  readonly rotations?: Rotations | undefined;
  readonly parent: ComponentResource;
}

/** The connections to an environment's three stores. */
export interface Stores {
  readonly postgres: PostgresConnection;
  readonly cache: CacheConnection;
  readonly objectStore: ObjectStoreConnection;
}

/** Makes the stores, each where it was chosen to be. */
export function createStores(name: string, choices: StoreChoices, context: StoresContext): Stores {
  const objectStore = createObjectStore(`${name}-object-store`, choices.objectStore, context);
  return {
    postgres: createPostgres(`${name}-postgres`, choices.postgres, context, objectStore),
    cache: createCache(`${name}-cache`, choices.cache, context),
    objectStore,
  };
}

function createPostgres(
  name: string,
  choice: PostgresChoice,
  context: StoresContext,
  objectStore: ObjectStoreConnection,
): PostgresConnection {
  const { parent, acknowledged, rotations } = context;
  switch (choice.mode) {
    case "managed": {
      const args = { ...choice, acknowledged, rotations };
      return managedStores(context, "postgres").postgres(name, args, { parent });
    }
    case "inCluster": {
      const { mode: _, ...args } = choice;
      const backupStore = backupBucket(choice, objectStore);
      return new Postgres(name, { ...inCluster(context), ...args, acknowledged, backupStore }, { parent });
    }
    case "existing":
      return existingPostgres(choice);
  }
}

function createCache(name: string, choice: CacheChoice, context: StoresContext): CacheConnection {
  const { parent, rotations } = context;
  switch (choice.mode) {
    case "managed":
      return managedStores(context, "cache").cache(name, { ...choice, rotations }, { parent });
    case "inCluster": {
      const { mode: _, ...size } = choice;
      return new Cache(name, { ...inCluster(context), ...size }, { parent });
    }
    case "existing":
      return existingCache(choice);
  }
}

function createObjectStore(
  name: string,
  choice: ObjectStoreChoice,
  context: StoresContext,
): ObjectStoreConnection {
  const { parent, origin, objectStoreHost: publicHost, acknowledged, rotations } = context;
  switch (choice.mode) {
    case "managed": {
      const args = { ...choice, acknowledged, rotations, origin };
      return managedStores(context, "objectStore").objectStore(name, args, { parent });
    }
    case "inCluster": {
      const { storage } = choice;
      return new ObjectStore(name, { ...inCluster(context), storage, origin, publicHost }, { parent });
    }
    case "existing":
      return existingObjectStore(choice);
  }
}

/** Where backups go: a bucket of their own, or the environment's. */
function backupBucket({ backup }: InClusterPostgresArgs, objectStore: ObjectStoreConnection): BackupStore {
  if (!backup?.to) return objectStore;
  const { secretKey, ...bucket } = backup.to;
  return { ...bucket, secretKey: { text: secret(secretKey) }, ready: [] };
}

function inCluster({ namespace, namespaces, cluster, rotations }: StoresContext) {
  return { namespace, namespaces, cluster, rotations };
}

function managedStores({ cluster }: StoresContext, store: keyof StoreChoices): ManagedStores {
  if (cluster.stores) return cluster.stores;
  const reason = "only a cloud's own cluster brings managed stores, and this one is none";
  const fix = `Set ${store}.mode to inCluster or existing.`;
  throw new ProblemsError([{ path: `${store}.mode`, reason, fix }]);
}
