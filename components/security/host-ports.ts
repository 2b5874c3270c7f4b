import { everyContainer, podRefusal } from "./admission.ts";
import { restrictedRules } from "./pod-security.ts";

/** The one pod of an environment that may have ports of its node: where Traefik is reached at them. */
export interface HostPorts {
  readonly namespace: string;
  /** The pod's service account, and its label `app.kubernetes.io/name`. */
  readonly pod: string;
  readonly ports: readonly number[];
}

const unsaid = (field: string) =>
  `!(variables.pod.hasValue() && has(variables.pod.value().${field})) && ${everyContainer(`!has(c.securityContext) || !has(c.securityContext.${field})`)}`;

/** What `baseline` refuses beyond `restricted`, where the namespace enforces neither; stricter where nobody needs more. */
const baselineRules: Readonly<Record<string, string>> = {
  "host namespaces": ["hostNetwork", "hostPID", "hostIPC"]
    .map((field) => `!(has(object.spec.${field}) && object.spec.${field})`)
    .join(" && "),
  privileged: everyContainer(
    "!has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged",
  ),
  procMount: everyContainer(
    '!has(c.securityContext) || !has(c.securityContext.procMount) || c.securityContext.procMount == "Default"',
  ),
  seLinuxOptions: unsaid("seLinuxOptions"),
  appArmorProfile: unsaid("appArmorProfile"),
  windowsOptions: unsaid("windowsOptions"),
  sysctls: "!(variables.pod.hasValue() && has(variables.pod.value().sysctls))",
  "hosts of probes": everyContainer(
    ["livenessProbe", "readinessProbe", "startupProbe"].map(withoutHost).join(" && "),
  ),
  "hosts of hooks": everyContainer(
    `!has(c.lifecycle) || (${["lifecycle.postStart", "lifecycle.preStop"].map(withoutHost).join(" && ")})`,
  ),
  "ephemeral containers":
    "!has(object.spec.ephemeralContainers) || object.spec.ephemeralContainers.size() == 0",
};

function withoutHost(action: string): string {
  const named = ["httpGet", "tcpSocket"].map(
    (way) => `(has(c.${action}.${way}) && has(c.${action}.${way}.host))`,
  );
  return `(!has(c.${action}) || !(${named.join(" || ")}))`;
}

/**
 * Refuses in a namespace every pod short of `restricted`, but for ports of the node that one pod may have: both
 * `baseline` and `restricted` refuse any such port, so the namespace itself can enforce neither. Kubernetes 1.30 or
 * later.
 */
export function hostPortGuard({ namespace, pod, ports }: HostPorts) {
  return podRefusal(`${namespace}-host-ports`, namespace, {
    resources: ["pods", "pods/ephemeralcontainers"],
    variables: [
      {
        name: "isExcepted",
        expression: `object.spec.?serviceAccountName.orValue("") == "${pod}" && object.metadata.?labels["app.kubernetes.io/name"].orValue("") == "${pod}"`,
      },
    ],
    rules: { ...baselineRules, ...restrictedRules, hostPort: portsOfOne(ports) },
    exceptions: `only ${pod} may have the ports ${ports.join(", ")} of its node`,
  });
}

function portsOfOne(ports: readonly number[]): string {
  const own = `(variables.isExcepted && p.hostPort in [${ports.join(", ")}])`;
  return everyContainer(
    `!has(c.ports) || c.ports.all(p, (!has(p.hostIP) || p.hostIP == "") && (!has(p.hostPort) || p.hostPort == 0 || ${own}))`,
  );
}
