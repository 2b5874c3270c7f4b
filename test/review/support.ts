import type { PlainObject } from "../../components/merge.ts";
import type { KubernetesObject, Plan, PlannedObject, PlannedResource } from "../../review/plan/plan.ts";
import { ownObject } from "../../review/plan/plans.ts";
import { presets } from "../../stacks/presets.ts";

const { pools, postgres } = presets.dev;

/** A plan of these resources, and of objects that releases render. */
export function plan(resources: readonly PlannedResource[], objects: readonly PlannedObject[] = []): Plan {
  return {
    stack: "test",
    settings: {
      pools,
      ifcImport: false,
      connections: postgres.connections,
      file: {},
      acknowledgeDataLoss: [],
      warnings: [],
    },
    resources,
    objects: [...resources.flatMap(ownObject), ...objects],
    standIns: [],
  };
}

/** A resource as the program would register it. */
export function resource(
  type: string,
  name: string,
  inputs: PlainObject,
  options: Partial<PlannedResource> = {},
): PlannedResource {
  return {
    urn: `${type}::${name}`,
    type,
    name,
    provider: "",
    inputs,
    aliases: [],
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    ...options,
  };
}

/** An object the program registers itself. */
export function registered(
  object: PlainObject,
  name = "own",
  options: Partial<PlannedResource> = {},
): PlannedResource {
  return resource(`kubernetes:${object.apiVersion}:${object.kind}`, name, object, options);
}

/** An object the release `release` renders. */
export function rendered(object: PlainObject, kept = false): PlannedObject {
  return { object: object as KubernetesObject, owner: "release", by: "release", kept };
}

/** An object in the namespace `speckle`. */
export function object(apiVersion: string, kind: string, name: string, rest: PlainObject = {}): PlainObject {
  return { apiVersion, kind, metadata: { name, namespace: "speckle" }, ...rest };
}

/** A workload of one container. */
export function workload(
  kind: "Deployment" | "StatefulSet" | "DaemonSet",
  spec: PlainObject = {},
  container: PlainObject = {},
  podSpec: PlainObject = {},
): PlainObject {
  const labels = { app: "speckle" };
  return object("apps/v1", kind, "server", {
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "speckle:1", ...container }], ...podSpec },
      },
      ...spec,
    },
  });
}

/** A claim of a volume. */
export function claim(size: string, rest: PlainObject = {}): PlainObject {
  return object("v1", "PersistentVolumeClaim", "files", {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } }, ...rest },
  });
}

/** A database of CloudNativePG. */
export function database(spec: PlainObject = {}): PlainObject {
  return object("postgresql.cnpg.io/v1", "Cluster", "speckle-postgres", {
    spec: {
      instances: 3,
      imageName: "postgresql:16.14",
      storage: { size: "20Gi" },
      postgresql: { parameters: { max_connections: "100" } },
      ...spec,
    },
  });
}
