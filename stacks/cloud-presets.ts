import type { PoolScale } from "../components/cluster/pools.ts";
import type { PresetName } from "./presets.ts";

/** A node pool of a preset on a cloud. */
export interface CloudPoolPreset {
  /** The cloud's own name of the machine. */
  readonly machine: string;
  readonly nodes: number;
  readonly scale?: PoolScale;
}

/** Sizes of what a cloud runs for one environment; the same questions on every cloud. */
export interface CloudPreset {
  readonly highAvailability: boolean;
  readonly pools: { readonly general: CloudPoolPreset; readonly heavy: CloudPoolPreset };
  readonly postgres: { readonly plan: string; readonly standbys: number; readonly storageGi: number };
  readonly cache: { readonly plan: string; readonly standbys: number };
}

/** The clouds there are presets for. */
export type CloudName = "digitalocean" | "aws";

/** The presets on the clouds. Machines: the clouds' lists, 2026-08; what one holds is in `components/cluster/machines.ts`. */
export const cloudPresets: Record<CloudName, Record<PresetName, CloudPreset>> = {
  digitalocean: {
    dev: {
      highAvailability: false,
      pools: {
        general: { machine: "s-4vcpu-8gb", nodes: 1 },
        heavy: { machine: "s-4vcpu-8gb", nodes: 1, scale: { least: 0, most: 1 } },
      },
      postgres: { plan: "db-s-1vcpu-2gb", standbys: 0, storageGi: 30 },
      cache: { plan: "db-s-1vcpu-1gb", standbys: 0 },
    },
    small: {
      highAvailability: false,
      pools: {
        general: { machine: "s-4vcpu-8gb", nodes: 2 },
        heavy: { machine: "s-4vcpu-8gb", nodes: 1, scale: { least: 1, most: 2 } },
      },
      postgres: { plan: "db-s-2vcpu-4gb", standbys: 0, storageGi: 60 },
      cache: { plan: "db-s-1vcpu-2gb", standbys: 0 },
    },
    production: {
      highAvailability: true,
      pools: {
        general: { machine: "g-4vcpu-16gb", nodes: 3 },
        heavy: { machine: "g-4vcpu-16gb", nodes: 2, scale: { least: 2, most: 4 } },
      },
      postgres: { plan: "db-s-4vcpu-8gb", standbys: 1, storageGi: 140 },
      cache: { plan: "db-s-2vcpu-4gb", standbys: 1 },
    },
    large: {
      highAvailability: true,
      pools: {
        general: { machine: "g-8vcpu-32gb", nodes: 4 },
        heavy: { machine: "g-8vcpu-32gb", nodes: 3, scale: { least: 3, most: 8 } },
      },
      postgres: { plan: "db-s-8vcpu-32gb", standbys: 2, storageGi: 580 },
      cache: { plan: "db-s-4vcpu-8gb", standbys: 1 },
    },
  },
  aws: {
    dev: {
      highAvailability: false,
      pools: {
        general: { machine: "t3.xlarge", nodes: 1 },
        heavy: { machine: "t3.xlarge", nodes: 1, scale: { least: 0, most: 1 } },
      },
      postgres: { plan: "db.t4g.small", standbys: 0, storageGi: 20 },
      cache: { plan: "cache.t4g.small", standbys: 0 },
    },
    small: {
      highAvailability: false,
      pools: {
        general: { machine: "t3.xlarge", nodes: 2 },
        heavy: { machine: "t3.xlarge", nodes: 1, scale: { least: 0, most: 2 } },
      },
      postgres: { plan: "db.t4g.medium", standbys: 0, storageGi: 50 },
      cache: { plan: "cache.t4g.small", standbys: 0 },
    },
    production: {
      highAvailability: true,
      pools: {
        general: { machine: "m7i.xlarge", nodes: 3 },
        heavy: { machine: "m7i.xlarge", nodes: 2, scale: { least: 1, most: 4 } },
      },
      postgres: { plan: "db.m7g.large", standbys: 1, storageGi: 100 },
      cache: { plan: "cache.m7g.large", standbys: 1 },
    },
    large: {
      highAvailability: true,
      pools: {
        general: { machine: "m7i.2xlarge", nodes: 4 },
        heavy: { machine: "m7i.2xlarge", nodes: 3, scale: { least: 1, most: 8 } },
      },
      postgres: { plan: "db.m7g.2xlarge", standbys: 1, storageGi: 500 },
      cache: { plan: "cache.m7g.xlarge", standbys: 1 },
    },
  },
};
