/** A CEL expression with the name that the API server's refusals give it. */
export interface Named {
  readonly name: string;
  readonly expression: string;
}

/** CEL for a rule that holds for every container `c` of a pod, those that run first included. */
export const everyContainer = (rule: string) => `variables.containers.all(c, ${rule})`;

/** What is refused among a namespace's pods. */
export interface PodRefusal {
  readonly resources?: readonly string[];
  /** Pods that are looked at: those for which all of these hold; default: every one. */
  readonly conditions?: readonly Named[];
  /** What rules may use besides `pod`, the pod's own security context, and `containers`. */
  readonly variables?: readonly Named[];
  /** Rules by the names of Pod Security's `restricted`. */
  readonly rules: Readonly<Record<string, string>>;
  /** Who may break which of them, in words. */
  readonly exceptions: string;
}

/** A policy that refuses pods of one namespace which break a rule. Kubernetes 1.30 or later. */
export function podRefusal(name: string, namespace: string, refusal: PodRefusal) {
  const { resources = ["pods"], conditions, variables = [], rules, exceptions } = refusal;
  const { metadata, spec } = binding(name, namespace);
  return {
    policy: {
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: podsOf(["CREATE", "UPDATE"], resources),
        ...(conditions && { matchConditions: [...conditions] }),
        variables: [
          { name: "pod", expression: "object.spec.?securityContext" },
          {
            name: "containers",
            expression: "object.spec.containers + object.spec.?initContainers.orValue([])",
          },
          ...variables,
        ],
        validations: Object.entries(rules).map(([rule, expression]) => ({
          expression,
          message: `violates PodSecurity "restricted": ${rule}; ${exceptions}`,
        })),
      },
    },
    binding: { metadata, spec: { ...spec, validationActions: ["Deny"] } },
  };
}

/** A policy that changes new pods of one namespace, where all conditions hold. Kubernetes 1.36 or later. */
export function podChange(name: string, namespace: string, conditions: readonly Named[], patch: string) {
  return {
    policy: {
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: podsOf(["CREATE"], ["pods"]),
        matchConditions: [...conditions],
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: patch } }],
      },
    },
    binding: binding(name, namespace),
  };
}

function podsOf(operations: readonly string[], resources: readonly string[]) {
  return {
    resourceRules: [
      { apiGroups: [""], apiVersions: ["v1"], operations: [...operations], resources: [...resources] },
    ],
  };
}

function binding(name: string, namespace: string) {
  return {
    metadata: { name },
    spec: {
      policyName: name,
      matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
    },
  };
}
