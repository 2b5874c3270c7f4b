import { isDatabase } from "../effects/removal.ts";
import { type KubernetesObject, objectName, type Plan } from "../plan/plan.ts";

/** A store as the picture shows it. */
export interface DrawnStore {
  readonly name: string;
  /** How large it is, or where: a few words. */
  readonly size: string;
}

/** Where the data of an environment is: in its cluster, with its cloud, or somewhere that was there before. */
export function storesOf({ objects, resources, settings }: Plan): DrawnStore[] {
  return [
    ...objects.flatMap(({ object }) => inCluster(object)),
    ...resources.flatMap(({ name, type, inputs }) => {
      const size = managed[type]?.(inputs);
      return size === undefined ? [] : [{ name, size }];
    }),
    ...Object.entries(settingNames)
      .filter(([setting]) => settings.file[`${setting}.mode`] === "existing")
      .map(([, name]) => ({ name, size: "existing" })),
  ];
}

function inCluster(object: KubernetesObject): DrawnStore[] {
  const { kind, spec } = object;
  const name = objectName(object);
  if (isDatabase(object)) return [{ name, size: `${spec?.instances ?? 1} × ${spec?.storage?.size}` }];
  if (kind === "PersistentVolumeClaim") return [{ name, size: String(spec?.resources?.requests?.storage) }];
  if (kind === "StatefulSet")
    return (spec?.volumeClaimTemplates ?? []).map(
      (claim: { spec?: { resources?: { requests?: { storage?: string } } } }) => ({
        name,
        size: `${spec?.replicas ?? 1} × ${claim.spec?.resources?.requests?.storage}`,
      }),
    );
  return [];
}

/** Stores that clouds run, by the type of their resource. */
const managed: Readonly<Record<string, (inputs: Record<string, any>) => string>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": ({ nodeCount, size }) =>
    `${nodeCount ?? 1} × ${size}`,
  "digitalocean:index/spacesBucket:SpacesBucket": () => "Spaces",
  "aws:rds/instance:Instance": ({ multiAz, instanceClass }) => `${multiAz ? 2 : 1} × ${instanceClass}`,
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ numCacheClusters, nodeType }) =>
    `${numCacheClusters ?? 1} × ${nodeType}`,
  "aws:s3/bucket:Bucket": () => "S3",
};

const settingNames = { postgres: "PostgreSQL", cache: "Valkey", objectStore: "Object store" } as const;
