import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { lookAround } from "../../components/cluster/existing-nodes.ts";
import { plannedSizeLabels } from "../../components/cluster/kind-config.ts";
import { removeDefinitions } from "../control-plane/definitions.ts";
import { applyNodes, type NodeSpec, removeNodes } from "../control-plane/nodes.ts";
import { applyStandardStorageClass, removeStandardStorageClass } from "../control-plane/storage.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { reveal, secretValue } from "./marshal.ts";
import type { CheckFailure, Properties, ProviderPlugin } from "./plugin.ts";

/** A node of kind's configuration file, as far as it matters here. */
interface KindNode {
  readonly role?: "control-plane" | "worker";
  readonly labels?: Record<string, string>;
  readonly kubeadmConfigPatches?: readonly string[];
}

/** What a node offers when its labels plan no size. */
const defaultSize = { cpu: "4", memory: "8Gi" };
const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };

/**
 * Stands in for commands: runs none. It knows the creation of a kind cluster, for which it makes the nodes of the
 * cluster's configuration on the rehearsal's control plane, an update that only says why it cannot be done, and the
 * list of a cluster's nodes and namespaces.
 * @param kubeconfig path of the control plane's kubeconfig
 */
export function commandProvider({ kubeconfig }: { readonly kubeconfig: string }): ProviderPlugin {
  const nodes = (inputs: Properties) => kindNodes(clusterName(inputs), String(reveal(inputs.stdin)));
  const withClient = async <T>(use: (client: KubernetesClient) => Promise<T>): Promise<T> => {
    const client = KubernetesClient.fromFile(kubeconfig);
    return use(client).finally(() => client.close());
  };
  return {
    check: async (_resource, inputs) => ({ inputs, failures: checkCommand(inputs) }),
    diff: async (_resource, olds, news) => {
      const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
      const changes = [...keys].filter((key) => !isDeepStrictEqual(olds[key], news[key]));
      return { changes, replaces: changes.filter((key) => key === "triggers") };
    },
    // The kubeconfig is known in a preview too, so that the very first one already asks the API server.
    create: async (_resource, inputs, { preview }) => {
      if (!preview) await withClient((client) => makeCluster(client, nodes(inputs)));
      return { id: `kind-${clusterName(inputs)}`, outputs: outputsOf(inputs, kubeconfig) };
    },
    update: async (_resource, _id, _olds, news, { preview }) => {
      const words = /^echo '(.*)' >&2; exit 1$/.exec(String(reveal(news.update)))?.[1];
      if (words && !preview) throw new Error(words);
      return outputsOf(news, kubeconfig);
    },
    delete: async (_resource, _id, olds) => withClient((client) => removeCluster(client, nodes(olds))),
    invoke: async (token, args) => {
      if (token !== "command:local:run" || reveal(args.command) !== lookAround)
        throw new Error("the rehearsal runs no commands; it knows only how to list nodes and namespaces");
      const items = await withClient(async (client) => [
        ...(await client.list("v1", "Node")),
        ...(await client.list("v1", "Namespace")),
      ]);
      return { stdout: JSON.stringify({ items }), stderr: "" };
    },
  };
}

async function makeCluster(client: KubernetesClient, nodes: readonly NodeSpec[]): Promise<void> {
  await applyStandardStorageClass(client);
  await applyNodes(client, nodes);
}

/** With kind's cluster go the definitions that charts leave behind; any other object left is for `down` to name. */
async function removeCluster(client: KubernetesClient, nodes: readonly NodeSpec[]): Promise<void> {
  await removeDefinitions(client);
  await removeStandardStorageClass(client);
  await removeNodes(
    client,
    nodes.map(({ name }) => name),
  );
}

/** The nodes of a kind cluster, named as kind names them. */
export function kindNodes(cluster: string, configuration: string): NodeSpec[] {
  const nodes: readonly KindNode[] = parse(configuration).nodes ?? [{ role: "control-plane" }];
  const counts = new Map<string, number>();
  const alone = nodes.length === 1;
  return nodes.map((node) => {
    const role = node.role ?? "control-plane";
    const count = (counts.get(role) ?? 0) + 1;
    counts.set(role, count);
    const labels = node.labels ?? {};
    return {
      name: `${cluster}-${role}${count > 1 ? count : ""}`,
      labels,
      taints: [...(role === "control-plane" && !alone ? [controlPlaneTaint] : []), ...patchedTaints(node)],
      cpu: labels[plannedSizeLabels.cpu] ?? defaultSize.cpu,
      memory: labels[plannedSizeLabels.memory] ?? defaultSize.memory,
    };
  });
}

function patchedTaints(node: KindNode): NodeSpec["taints"] {
  return (node.kubeadmConfigPatches ?? []).flatMap((patch) => parse(patch).nodeRegistration?.taints ?? []);
}

function outputsOf(inputs: Properties, kubeconfig: string): Properties {
  return { ...inputs, stdout: secretValue(readFileSync(kubeconfig, "utf8")), stderr: "" };
}

function checkCommand(inputs: Properties): CheckFailure[] {
  if (kindCreation(inputs)) return [];
  const reason = "the rehearsal runs no commands; it knows only the creation of a kind cluster";
  return [{ property: "create", reason }];
}

function clusterName(inputs: Properties): string {
  return kindCreation(inputs) ?? "";
}

function kindCreation(inputs: Properties): string | undefined {
  return /\bkind create cluster\b.*?--name[= ](\S+)/.exec(String(reveal(inputs.create)))?.[1];
}
