import type { z } from "zod";
import type { CloudExposure } from "../components/cluster/cloud.ts";
import type { Entry } from "../components/cluster/contract.ts";
import { droplet, instance, type Machine } from "../components/cluster/machines.ts";
import type { Pool, PoolRole, PoolScale } from "../components/cluster/pools.ts";
import type { ClusterChoice } from "../components/environment-args.ts";
import type { Problem } from "../components/problem.ts";
import { type CloudName, cloudPresets } from "./cloud-presets.ts";
import type { exposure as exposureSchema } from "./edge-schema.ts";
import { given } from "./given.ts";
import { presets } from "./presets.ts";
import type { StackFile } from "./schema.ts";
import type { ReadText } from "./settings.ts";
import { cloudOf } from "./stores.ts";

const machines: Record<CloudName, (name: string) => Machine | undefined> = {
  digitalocean: droplet,
  aws: instance,
};

/** The cluster of a stack, complete. @param readText reads the kubeconfig that an existing cluster names */
export function clusterChoice(file: StackFile, readText: ReadText): ClusterChoice {
  const { cluster } = file;
  const name = `speckle-${file.namespace}`;
  switch (cluster.type) {
    case "kind":
      return { ...cluster, name: cluster.name ?? name };
    case "existing": {
      const { exposure, ...rest } = cluster;
      return { ...rest, kubeconfig: readText(cluster.kubeconfig), entry: entryOf(exposure) };
    }
    case "digitalocean":
      return { ...cluster, ...cloudChoice({ ...file, cluster }, cluster.type), name: cluster.name ?? name };
    case "aws":
      return { ...cluster, ...cloudChoice({ ...file, cluster }, cluster.type), name: cluster.name ?? name };
  }
}

function entryOf(exposure: z.infer<typeof exposureSchema>): Entry {
  if (exposure.type === "nodePort")
    return { type: "NodePort", httpNodePort: exposure.http, httpsNodePort: exposure.https };
  if (exposure.type === "hostPort") return { ...exposure, type: "HostPort" };
  return { ...exposure, type: "LoadBalancer" };
}

/** Node pools of a stack: on a cloud their nodes are what the machines offer to pods. */
export function pools(file: StackFile): Pool[] {
  const cloud = cloudOf(file.cluster.type);
  if (cloud) return (["general", "heavy"] as const).map((role) => cloudPool(file, cloud, role));
  const there = presets[file.preset].pools.filter(({ role }) => role === "general" || !lacksHeavy(file));
  return there.map((pool) => {
    const own = file.pools[pool.role];
    return { ...pool, nodes: own?.nodes ?? pool.nodes, size: { ...pool.size, ...given(own?.size ?? {}) } };
  });
}

function lacksHeavy({ cluster }: StackFile): boolean {
  return cluster.type === "existing" && cluster.heavyNodes === "none";
}

/** What is wrong with a stack's pools. */
export function poolProblems(file: StackFile): Problem[] {
  const cloud = cloudOf(file.cluster.type);
  return (["general", "heavy"] as const).flatMap((role) => {
    const own = file.pools[role] ?? {};
    const path = `pools.${role}`;
    if (role === "heavy" && file.pools.heavy && lacksHeavy(file)) return [deniedPool(path)];
    if (!cloud) return [...strange(path, own, "machine"), ...strange(path, own, "scale")];
    const machine = machineOf(file, cloud, role);
    if (!machines[cloud](machine)) return [unknownMachine(`${path}.machine`, machine, cloud)];
    return [...(own.size ? [ownSize(path)] : []), ...scaleProblems(path, cloudPool(file, cloud, role))];
  });
}

/** The smallest machines: HAProxy passes bytes on, and decrypts nothing. */
const entryMachines: Record<CloudName, string> = { digitalocean: "s-1vcpu-1gb", aws: "t3.micro" };

function cloudExposure({ exposure }: Cloud, cloud: CloudName): CloudExposure {
  if (exposure.type === "loadBalancer") return exposure;
  return { type: exposure.type, machine: exposure.machine ?? entryMachines[cloud] };
}

type Cloud = Extract<StackFile["cluster"], { type: CloudName }>;

function cloudChoice(file: StackFile & { cluster: Cloud }, cloud: CloudName) {
  return {
    highAvailability: file.cluster.highAvailability ?? cloudPresets[cloud][file.preset].highAvailability,
    exposure: cloudExposure(file.cluster, cloud),
    machines: {
      general: machineOf(file, cloud, "general"),
      heavy: machineOf(file, cloud, "heavy"),
    },
  };
}

function machineOf(file: StackFile, cloud: CloudName, role: PoolRole): string {
  return file.pools[role]?.machine ?? cloudPresets[cloud][file.preset].pools[role].machine;
}

function cloudPool(file: StackFile, cloud: CloudName, role: PoolRole): Pool {
  const preset = cloudPresets[cloud][file.preset].pools[role];
  const own = file.pools[role];
  const { cpu = "0", memory = "0" } = machines[cloud](machineOf(file, cloud, role)) ?? {};
  const scale = own?.scale ?? widened(preset.scale, own?.nodes);
  return { role, nodes: own?.nodes ?? preset.nodes, size: { cpu, memory }, ...(scale && { scale }) };
}

/** A number of nodes beyond a preset's bounds moves them: it is what was asked for. */
function widened(scale: PoolScale | undefined, nodes: number | undefined): PoolScale | undefined {
  if (!scale || nodes === undefined) return scale;
  return { least: scale.least === 0 ? 0 : nodes, most: Math.max(scale.most, nodes) };
}

function scaleProblems(path: string, { nodes, scale }: Pool): Problem[] {
  if (!scale || (scale.least <= scale.most && nodes >= scale.least && nodes <= scale.most)) return [];
  const reason = `${nodes} nodes to start with are not within ${scale.least} to ${scale.most}`;
  return [{ path: `${path}.scale`, reason, fix: "Give bounds that hold the number of nodes." }];
}

function deniedPool(path: string): Problem {
  const reason = "describes nodes that `cluster.heavyNodes: none` says are not there";
  return { path, reason, fix: `Remove ${path}, or set cluster.heavyNodes to present.` };
}

function strange(path: string, own: object, key: "machine" | "scale"): Problem[] {
  if (!(key in own)) return [];
  const reason = "only a cloud makes nodes by machine and number, and this cluster is none of a cloud's";
  return [{ path: `${path}.${key}`, reason, fix: "Remove it; nodes and size say what is there." }];
}

function ownSize(path: string): Problem {
  const reason = "on a cloud the machine decides what a node offers";
  return { path: `${path}.size`, reason, fix: `Choose another ${path}.machine instead.` };
}

function unknownMachine(path: string, machine: string, cloud: CloudName): Problem {
  const reason = `${machine} is no machine of ${cloud}'s whose size this program knows, so nothing about capacity could be said`;
  const examples = [
    ...new Set(Object.values(cloudPresets[cloud]).map(({ pools: { general } }) => general.machine)),
  ];
  return {
    path,
    reason,
    fix: `Choose one such as ${examples.join(", ")}, or add it to components/cluster/machines.ts.`,
  };
}
