/** A pod's condition that a kubelet sets once everything the pod names is there; the agent sets it here. */
export const startCondition = "PodReadyToStartContainers";

/**
 * How simulated nodes and pods behave, as kwok's own Stages. kwok drops its defaults as soon as it is given any, so
 * all are here; they differ from kwok's in one thing: a pod starts only after the agent has let it.
 */
export function stages(): object[] {
  return [nodeReady, podRunning, podComplete, podDeleted];
}

const ready = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const mayStart = `.status.conditions.[] | select( .type == "${startCondition}" ) | .status`;
const deletion = ".metadata.deletionTimestamp";

const nodeReady = stage("node-ready", "Node", [{ key: ready, operator: "NotIn", values: ["True"] }], {
  statusTemplate: `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
nodeInfo:
  architecture: amd64
  operatingSystem: linux
  kubeletVersion: {{ printf "kwok-%s" Version }}
  kubeProxyVersion: ""
  containerRuntimeVersion: ""
  kernelVersion: ""
  osImage: simulated
  bootID: ""
  machineID: ""
  systemUUID: ""
phase: Running
`,
});

const podRunning = stage(
  "pod-running",
  "Pod",
  [
    { key: deletion, operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Pending"] },
    { key: mayStart, operator: "In", values: ["True"] },
  ],
  {
    statusTemplate: `
{{ $now := Now }}
conditions:
{{ range list "Initialized" "Ready" "ContainersReady" }}
- { type: {{ . }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  started: true
  restartCount: 0
  state: { running: { startedAt: {{ $now | Quote }} } }
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  restartCount: 0
  {{ if eq ( or .restartPolicy "" ) "Always" }}
  started: true
  state: { running: { startedAt: {{ $now | Quote }} } }
  {{ else }}
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
  {{ end }}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
phase: Running
startTime: {{ $now | Quote }}
`,
  },
);

const podComplete = stage(
  "pod-complete",
  "Pod",
  [
    { key: deletion, operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: ".metadata.ownerReferences.[].kind", operator: "In", values: ["Job"] },
  ],
  {
    statusTemplate: `
{{ $now := Now }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
{{ end }}
phase: Succeeded
`,
  },
);

const podDeleted = stage("pod-deleted", "Pod", [{ key: deletion, operator: "Exists" }], { delete: true });

function stage(name: string, kind: "Node" | "Pod", matchExpressions: object[], next: object): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, next },
  };
}
