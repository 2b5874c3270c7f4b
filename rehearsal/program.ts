import { type ResourceTransformationArgs, runtime } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { heavyTaint, poolLabels } from "../components/cluster/pools.ts";
import { isPlainObject } from "../components/merge.ts";
import program from "../index.ts";
import type { Settings } from "../stacks/settings.ts";
import { localChart, type ResolvedCharts } from "./charts/resolve.ts";
import { applyNodes, type NodeSpec, nodeObject, removeNodes } from "./control-plane/nodes.ts";
import { applyStandardStorageClass } from "./control-plane/storage.ts";
import type { Home } from "./home.ts";
import type { KubernetesClient } from "./kubernetes/client.ts";
import { describeObject } from "./kubernetes/objects.ts";
import { releaseType } from "./providers/kubernetes/release.ts";
import { project } from "./stack-file.ts";

/** Context of kwokctl's kubeconfig. */
const context = "kwok-rehearsal";

/** The stack's settings with the rehearsal's control plane in the place of a cluster that is already there. */
export function rehearsedConfig(config: Record<string, unknown>, host: Home): Record<string, unknown> {
  const { cluster } = config;
  if (!isPlainObject(cluster) || cluster.type !== "existing") return config;
  // The control plane is another cluster than the one that is recorded, every time.
  const { uid: _, ...own } = cluster;
  return { ...config, cluster: { ...own, kubeconfig: host.kubeconfig, context } };
}

/** The program, unchanged, with these settings; charts come from local files. */
export function rehearsedProgram(config: Record<string, unknown>, charts: ResolvedCharts): PulumiFn {
  return async () => {
    for (const [key, value] of Object.entries(config)) {
      // Within this process only: on a command line every user of the machine could read a secret setting.
      runtime.setConfig(`${project}:${key}`, typeof value === "string" ? value : JSON.stringify(value));
    }
    runtime.registerStackTransformation(({ type, props, opts }: ResourceTransformationArgs) => {
      if (type !== releaseType) return undefined;
      const { repositoryOpts, ...rest } = props;
      const chart = localChart(charts, { chart: props.chart, version: props.version, repositoryOpts });
      return chart === undefined ? undefined : { props: { ...rest, chart }, opts };
    });
    return program();
  };
}

/** Gives a cluster that is already there the nodes and the StorageClass it comes with; returns what that is, in words. */
export async function prepareExistingCluster(
  client: KubernetesClient,
  settings: Pick<Settings, "cluster" | "pools">,
): Promise<string[]> {
  if (settings.cluster.type !== "existing") return [];
  const wanted = existingNodes(settings);
  const present = await client.list("v1", "Node");
  const names = new Set(wanted.map(({ name }) => name));
  const storageClass = await applyStandardStorageClass(client);
  await applyNodes(client, wanted);
  await removeNodes(
    client,
    present.map(({ metadata }) => metadata.name).filter((name) => !names.has(name)),
  );
  return [storageClass, ...wanted.map(nodeObject)].map(describeObject);
}

function existingNodes({ pools }: Pick<Settings, "pools">): NodeSpec[] {
  return pools.flatMap(({ role, nodes, size }) =>
    Array.from({ length: nodes }, (_, index) => ({
      name: `${role}-${index + 1}`,
      labels: poolLabels(role),
      taints: role === "heavy" ? [heavyTaint] : [],
      ...size,
    })),
  );
}
