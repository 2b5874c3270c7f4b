/** What one machine of a size offers to pods, in Kubernetes quantities. */
export interface Machine {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
}

/** Memory for pods by droplet size, in GiB: DigitalOcean's table "Allocatable Memory" of 2025-11-10. */
const dropletMemory: Record<string, number> = {
  "s-1vcpu-2gb": 1,
  "s-2vcpu-2gb": 1,
  "s-1vcpu-3gb": 1.66,
  "s-2vcpu-4gb": 2.5,
  "s-4vcpu-8gb": 6,
  "s-8vcpu-16gb": 13,
  "s-6vcpu-16gb": 13,
  "s-8vcpu-32gb": 28,
  "s-12vcpu-48gb": 43,
  "s-16vcpu-64gb": 58,
  "c-2": 2.5,
  "c-4": 6,
  "c-8": 13,
  "c-16": 28,
  "c-32": 58,
  "g-2vcpu-8gb": 6,
  "g-4vcpu-16gb": 13,
  "g-8vcpu-32gb": 28,
  "g-16vcpu-64gb": 58,
  "gd-2vcpu-8gb": 6,
  "gd-4vcpu-16gb": 13,
  "gd-8vcpu-32gb": 28,
  "gd-16vcpu-64gb": 58,
  "m-2vcpu-16gb": 13,
  "m-4vcpu-32gb": 28,
  "m-8vcpu-64gb": 58,
};

/** What DOKS keeps of a droplet's CPU for itself, in millicores: seen on its nodes (3900m of 4). */
const dropletReservedCpu = 100;

/** A droplet as a DOKS node; undefined for a size the rehearsal does not know. Premium sizes are as the plain ones. */
export function droplet(size: string): Machine | undefined {
  const plain = size.replace(/-(amd|intel)$/, "");
  const memory = dropletMemory[plain];
  const cpus = Number(/-(\d+)vcpu/.exec(plain)?.[1] ?? /^c-(\d+)$/.exec(plain)?.[1]);
  if (memory === undefined || !cpus) return undefined;
  return {
    cpu: `${cpus * 1000 - dropletReservedCpu}m`,
    memory: `${Math.floor(memory * 1024)}Mi`,
    pods: "110",
  };
}

/** vCPUs, memory in GiB, network interfaces and addresses per interface of the general families, by size. */
const sizes = {
  t: {
    small: [2, 2, 3, 4],
    medium: [2, 4, 3, 6],
    large: [2, 8, 3, 12],
    xlarge: [4, 16, 4, 15],
    "2xlarge": [8, 32, 4, 15],
  },
  m: {
    large: [2, 8, 3, 10],
    xlarge: [4, 16, 4, 15],
    "2xlarge": [8, 32, 4, 15],
    "4xlarge": [16, 64, 8, 30],
    "8xlarge": [32, 128, 8, 30],
  },
  c: {
    large: [2, 4, 3, 10],
    xlarge: [4, 8, 4, 15],
    "2xlarge": [8, 16, 4, 15],
    "4xlarge": [16, 32, 8, 30],
  },
  r: {
    large: [2, 16, 3, 10],
    xlarge: [4, 32, 4, 15],
    "2xlarge": [8, 64, 4, 15],
    "4xlarge": [16, 128, 8, 30],
  },
} as const;

/** Families the rehearsal knows; each has its letter's sizes. EC2 instance types guide, 2026-08. */
const families = [
  "t3",
  "t3a",
  "m5",
  "m5a",
  "m6i",
  "m6a",
  "m7i",
  "m7a",
  "c5",
  "c6i",
  "c6a",
  "c7i",
  "r5",
  "r6i",
  "r7i",
];

/** Share of an instance's memory the hypervisor and kernel keep: Karpenter's default, rather too much than too little. */
const memoryOverhead = 0.075;
/** kubelet's eviction threshold, in MiB. */
const evictionMemory = 100;

/**
 * An EC2 instance as an EKS node; undefined for a type the rehearsal does not know. Reserved CPU, memory and the number
 * of pods follow the rules of the EKS node images: pods by addresses, 255 MiB and 11 MiB per pod, CPU by steps.
 */
export function instance(type: string): Machine | undefined {
  const [family = "", size = ""] = type.split(".");
  const known: Record<string, readonly number[]> | undefined = sizes[family[0] as keyof typeof sizes];
  const [cpus, gib, interfaces, addresses] = (families.includes(family) && known?.[size]) || [];
  if (!cpus || !gib || !interfaces || !addresses) return undefined;
  const pods = interfaces * (addresses - 1) + 2;
  const memory = gib * 1024 * (1 - memoryOverhead) - (255 + 11 * pods) - evictionMemory;
  return {
    cpu: `${cpus * 1000 - reservedCpu(cpus)}m`,
    memory: `${Math.floor(memory)}Mi`,
    pods: String(pods),
  };
}

/** 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the others, in millicores. */
function reservedCpu(cpus: number): number {
  return Array.from({ length: cpus }, (_, core) =>
    core === 0 ? 60 : core === 1 ? 10 : core < 4 ? 5 : 2.5,
  ).reduce((sum, millicores) => sum + millicores, 0);
}
