import { parseQuantity } from "../../../components/quantity.ts";
import type { NodeSpec } from "../../control-plane/nodes.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";

type Taint = NodeSpec["taints"][number];

/** A toleration of a pod, as Kubernetes has it. */
interface Toleration {
  readonly key?: string;
  readonly operator?: "Equal" | "Exists";
  readonly value?: string;
  readonly effect?: string;
}

/** Whether a pod would run on an empty node: by its node selector, its tolerations and its requests. */
export function fitsOn(pod: KubernetesObject, node: NodeSpec): boolean {
  const { nodeSelector = {}, tolerations = [], containers = [] } = pod.spec;
  const selected = Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value);
  const repelling = node.taints.filter(({ effect }) => effect !== "PreferNoSchedule");
  const tolerated = repelling.every((taint) =>
    tolerations.some((each: Toleration) => tolerates(each, taint)),
  );
  const requested = (resource: string) =>
    containers.reduce(
      (sum: number, container: any) => sum + amount(container.resources?.requests?.[resource] ?? "0"),
      0,
    );
  const large = requested("cpu") > amount(node.cpu) || requested("memory") > amount(node.memory);
  return selected && tolerated && !large;
}

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (operator === "Exists") return !key || key === taint.key;
  return key === taint.key && (value ?? "") === (taint.value ?? "");
}

/** A Kubernetes quantity as a number: cores, or bytes. @throws Error when it is none */
export function amount(quantity: string | number): number {
  const value = parseQuantity(String(quantity));
  if (value === undefined) throw new Error(`"${quantity}" is no Kubernetes quantity, such as 500m or 2Gi`);
  return value;
}
