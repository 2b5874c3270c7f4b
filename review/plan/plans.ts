import { type Problem, ProblemsError } from "../../components/problem.ts";
import type { KubernetesObject, Plan, PlannedObject, PlannedResource, Registered } from "./plan.ts";
import { inNamespace, type Renderer, releaseType } from "./render.ts";

/**
 * The whole plan of a stack: what its program registers, and the objects its charts render.
 * @throws ProblemsError when the program refused the settings, or a chart does not render
 */
export async function planOf(registered: Registered, renderer: Renderer): Promise<Plan> {
  if ("problems" in registered) throw new ProblemsError(registered.problems as Problem[]);
  const { stack, settings, resources } = registered;
  const { objects, standIns, problems } = await renderer.render(resources);
  if (problems.length > 0) throw new ProblemsError(problems);
  return { stack, settings, resources, objects: [...resources.flatMap(ownObject), ...objects], standIns };
}

/** The plan of a stack that is not there. */
export function emptyPlan(plan: Plan): Plan {
  const { stack, settings } = plan;
  return {
    stack,
    settings: { ...settings, file: {}, acknowledgeDataLoss: [] },
    resources: [],
    objects: [],
    standIns: [],
  };
}

/** The object a Kubernetes resource stands for. */
export function ownObject({ type, name, inputs, retainOnDelete }: PlannedResource): PlannedObject[] {
  const isObject = type.startsWith("kubernetes:") && type !== releaseType;
  if (!isObject || typeof inputs.kind !== "string") return [];
  const { metadata = {} } = inputs as { metadata?: { name?: string } };
  // The provider makes up the name of an object that has none.
  const object = { ...inputs, metadata: { ...metadata, name: metadata.name ?? name } } as KubernetesObject;
  return [{ object: inNamespace(object, "default"), owner: name, by: "resource", kept: retainOnDelete }];
}
