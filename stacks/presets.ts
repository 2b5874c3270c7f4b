import type { Pool } from "../components/cluster/pools.ts";
import type { CacheSize } from "../components/data/cache-values.ts";
import type { PostgresSize } from "../components/data/postgres-cluster.ts";
import type { WorkloadSize } from "../components/speckle/values.ts";
import { type WorkloadKey, workloads } from "../components/speckle/workloads.ts";

/** Names of the presets, smallest first. */
export const presetNames = ["dev", "small", "production", "large"] as const;
export type PresetName = (typeof presetNames)[number];

/** Sizes of everything in one environment. */
export interface Preset {
  /** Whom it is for. */
  readonly about: string;
  readonly pools: readonly Pool[];
  readonly workloads: Record<WorkloadKey, WorkloadSize>;
  readonly postgres: PostgresSize;
  readonly cache: CacheSize;
  readonly objectStore: { readonly storage: string };
  readonly traefikReplicas: number;
  /** General nodes that may be lost while everything still fits. */
  readonly spareNodes: number;
}

/** The chart's, but for the memory it asks for: 64Mi, where 143 MiB are in use when nothing happens. */
const monitoring = size(1, "100m", "192Mi", "200m", "512Mi");

/** The four presets. */
export const presets: Record<PresetName, Preset> = {
  dev: {
    about: "one person on a laptop: everything once, as little of it as starts",
    pools: [
      { role: "general", nodes: 1, size: { cpu: "4", memory: "8Gi" } },
      { role: "heavy", nodes: 1, size: { cpu: "2", memory: "6Gi" } },
    ],
    workloads: sizes({
      server: size(1, "250m", "512Mi", "1500m", "2Gi"),
      objects: size(1, "250m", "512Mi", "1500m", "2Gi"),
      frontend_2: size(1, "100m", "256Mi", "1000m", "512Mi"),
      preview_service: size(1, "250m", "1Gi", "1000m", "3Gi"),
      webhook_service: size(1, "50m", "128Mi", "500m", "512Mi"),
      monitoring: size(1, "50m", "192Mi", "200m", "256Mi"),
    }),
    postgres: { instances: 1, storage: "5Gi", cpu: "250m", memory: "512Mi", connections: 120 },
    cache: { memoryMi: 256, storage: "1Gi" },
    objectStore: { storage: "10Gi" },
    traefikReplicas: 1,
    spareNodes: 0,
  },
  small: {
    about: "a team of about ten: everything once, with room to work",
    pools: [
      { role: "general", nodes: 2, size: { cpu: "4", memory: "8Gi" } },
      { role: "heavy", nodes: 1, size: { cpu: "4", memory: "8Gi" } },
    ],
    workloads: sizes({ webhook_service: size(1, "100m", "256Mi", "500m", "1Gi"), monitoring }),
    postgres: { instances: 1, storage: "20Gi", cpu: "500m", memory: "1Gi", connections: 120 },
    cache: { memoryMi: 512, storage: "2Gi" },
    objectStore: { storage: "50Gi" },
    traefikReplicas: 1,
    spareNodes: 0,
  },
  production: {
    about: "an office of about a hundred: survives the loss of a node",
    pools: [
      { role: "general", nodes: 3, size: { cpu: "4", memory: "16Gi" } },
      { role: "heavy", nodes: 2, size: { cpu: "4", memory: "16Gi" } },
    ],
    workloads: sizes({
      server: size(2, "1000m", "1Gi", "2000m", "3Gi"),
      objects: size(2, "1000m", "1Gi", "2000m", "3Gi"),
      frontend_2: size(2, "250m", "256Mi", "1000m", "512Mi"),
      preview_service: size(2, "500m", "2Gi", "1500m", "4Gi"),
      webhook_service: size(1, "100m", "256Mi", "500m", "1Gi"),
      monitoring,
    }),
    postgres: { instances: 3, storage: "100Gi", cpu: "1000m", memory: "4Gi", connections: 200 },
    cache: { memoryMi: 1024, storage: "4Gi" },
    objectStore: { storage: "500Gi" },
    traefikReplicas: 2,
    spareNodes: 1,
  },
  large: {
    about: "several offices: more of everything",
    pools: [
      { role: "general", nodes: 4, size: { cpu: "8", memory: "32Gi" } },
      { role: "heavy", nodes: 3, size: { cpu: "8", memory: "32Gi" } },
    ],
    workloads: sizes({
      server: size(4, "1500m", "2Gi", "3000m", "4Gi"),
      objects: size(4, "1500m", "2Gi", "3000m", "4Gi"),
      frontend_2: size(3, "500m", "512Mi", "1500m", "1Gi"),
      preview_service: size(4, "1000m", "4Gi", "2000m", "8Gi"),
      fileimport_service: size(1, "1000m", "2Gi", "2000m", "8Gi"),
      webhook_service: size(1, "250m", "512Mi", "1000m", "2Gi"),
      monitoring,
    }),
    postgres: { instances: 3, storage: "500Gi", cpu: "4000m", memory: "16Gi", connections: 400 },
    cache: { memoryMi: 4096, storage: "16Gi" },
    objectStore: { storage: "2Ti" },
    traefikReplicas: 3,
    spareNodes: 1,
  },
};

function size(
  replicas: number,
  cpu: string,
  memory: string,
  cpuLimit: string,
  memoryLimit: string,
): WorkloadSize {
  return { replicas, requests: { cpu, memory }, limits: { cpu: cpuLimit, memory: memoryLimit } };
}

/** What a preset leaves out is run once, with the chart's own requests and limits. */
function sizes(given: Partial<Record<WorkloadKey, WorkloadSize>>): Record<WorkloadKey, WorkloadSize> {
  const complete = workloads.map(({ key, requests, limits }) => [
    key,
    given[key] ?? { replicas: 1, requests, limits },
  ]);
  return Object.fromEntries(complete);
}
