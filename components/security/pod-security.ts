import { workload } from "../speckle/workloads.ts";
import { everyContainer, podChange, podRefusal } from "./admission.ts";

/** A pod that falls short of the `restricted` Pod Security Standard as its chart makes it. */
export interface PodException {
  /** Its label `app`, and its service account: a pod that only calls itself so is no exception. */
  readonly pod: string;
  /** The rules of `restricted` it breaks. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** Numeric user and group of its image that `restricted` allows. */
  readonly user: number;
}

/** Every pod of an environment that is not `restricted` by itself. */
export const podExceptions: readonly PodException[] = [
  {
    pod: workload("frontend_2").name,
    rules: ["allowPrivilegeEscalation", "capabilities", "runAsNonRoot", "seccompProfile"],
    reason: "Speckle's chart gives it no security context and has no value for one",
    // `nonroot` of the distroless image: a kubelet cannot tell that a name is not root's.
    user: 65532,
  },
];

const isException = ({ pod }: PodException) =>
  `has(object.metadata.labels) && "app" in object.metadata.labels && object.metadata.labels["app"] == "${pod}" && has(object.spec.serviceAccountName) && object.spec.serviceAccountName == "${pod}"`;

/**
 * Gives an exception's pods the security context `restricted` asks for, as the API server takes them in: the chart's
 * own objects stay as they are, and a chart that brings a context of its own is left alone. Kubernetes 1.36 or later.
 */
export function repair(exception: PodException, namespace: string) {
  const name = `${namespace}-repair-${exception.pod}`;
  const { user } = exception;
  const pod = `Object.spec.securityContext{runAsNonRoot: true, runAsUser: ${user}, runAsGroup: ${user}, seccompProfile: Object.spec.securityContext.seccompProfile{type: "RuntimeDefault"}}`;
  const container = `Object.spec.containers.securityContext{allowPrivilegeEscalation: false, capabilities: Object.spec.containers.securityContext.capabilities{drop: ["ALL"]}}`;
  const conditions = [
    { name: "exception", expression: isException(exception) },
    { name: "without-a-context", expression: "!has(object.spec.containers[0].securityContext)" },
  ];
  return podChange(
    name,
    namespace,
    conditions,
    `[JSONPatch{op: "add", path: "/spec/securityContext", value: ${pod}}, JSONPatch{op: "add", path: "/spec/containers/0/securityContext", value: ${container}}]`,
  );
}

/** Of a field that a container's own security context may say, and the pod's says for those that do not. */
const inherited = (field: string, test: (at: string) => string) =>
  everyContainer(
    `has(c.securityContext) && has(c.securityContext.${field}) ? ${test(`c.securityContext.${field}`)} : variables.pod.hasValue() && has(variables.pod.value().${field}) && ${test(`variables.pod.value().${field}`)}`,
  );
const own = (test: string) => everyContainer(`has(c.securityContext) && ${test}`);

/** The rules of `restricted` beyond `baseline`, by the names the API server's own refusals give them. */
export const restrictedRules: Readonly<Record<string, string>> = {
  allowPrivilegeEscalation: own(
    "has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation",
  ),
  capabilities: own(
    'has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop) && "ALL" in c.securityContext.capabilities.drop && (!has(c.securityContext.capabilities.add) || c.securityContext.capabilities.add.all(each, each == "NET_BIND_SERVICE"))',
  ),
  runAsNonRoot: inherited("runAsNonRoot", (at) => at),
  runAsUser:
    "!(variables.pod.hasValue() && has(variables.pod.value().runAsUser) && variables.pod.value().runAsUser == 0) && variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.runAsUser) || c.securityContext.runAsUser != 0)",
  seccompProfile: inherited("seccompProfile", (at) => `${at}.type in ["RuntimeDefault", "Localhost"]`),
  "restricted volume types": `!has(object.spec.volumes) || object.spec.volumes.all(v, ${[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
  ]
    .map((type) => `has(v.${type})`)
    .join(" || ")})`,
};

/**
 * Refuses every pod of a namespace that is not `restricted` and no exception, where the namespace itself can only
 * enforce `baseline` for the exceptions' sake. Kubernetes 1.30 or later.
 */
export function refusal(exceptions: readonly PodException[], namespace: string) {
  return podRefusal(`${namespace}-restricted-pods`, namespace, {
    conditions: exceptions.map((exception) => ({
      name: exception.pod,
      expression: `!(${isException(exception)})`,
    })),
    rules: restrictedRules,
    exceptions: `the exceptions are ${exceptions.map(({ pod }) => pod).join(", ")}`,
  });
}
