import assert from "node:assert/strict";
import { traefikName, traefikNamespace, traefikValues } from "../../../components/edge/traefik-values.ts";
import { hostPortGuard } from "../../../components/security/host-ports.ts";
import { podSecurityLabels } from "../../../components/security/namespace.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { eventually, ownControlPlane } from "../../support/control-plane.ts";

const namespace = traefikNamespace;
const options = { fieldManager: "test", force: true };
const own = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const context = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const ports = (...hostPorts: number[]) =>
  hostPorts.map((hostPort) => ({ containerPort: 8000 + (hostPort % 1000), hostPort }));

/** A pod that is restricted but for its ports, as Traefik's is. */
function pod(
  name: string,
  change: { app?: string; account?: string; spec?: object; container?: object } = {},
) {
  const { app = traefikName, account = app, spec, container } = change;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { "app.kubernetes.io/name": app } },
    spec: {
      serviceAccountName: account,
      securityContext: context,
      containers: [{ name: "main", image: "x", securityContext: own, ports: ports(80, 443), ...container }],
      ...spec,
    },
  };
}

const bare = { ports: [] };
const refused: [what: string, rule: string, object: object][] = [
  ["somebody else with a port of the node", "hostPort", pod("other", { app: "other" })],
  ["the label alone", "hostPort", pod("label", { account: "default" })],
  ["another port", "hostPort", pod("port", { container: { ports: ports(22) } })],
  [
    "one address of the node",
    "hostPort",
    pod("ip", { container: { ports: [{ ...ports(80)[0], hostIP: "10.0.0.1" }] } }),
  ],
  ["the node's network", "host namespaces", pod("network", { spec: { hostNetwork: true }, container: bare })],
  ["the node's processes", "host namespaces", pod("processes", { spec: { hostPID: true } })],
  [
    "all rights",
    "privileged",
    pod("privileged", {
      container: { securityContext: { privileged: true, capabilities: own.capabilities } },
    }),
  ],
  [
    "kept capabilities",
    "capabilities",
    pod("kept", { container: { securityContext: { allowPrivilegeEscalation: false } } }),
  ],
  ["root", "runAsUser", pod("root", { spec: { securityContext: { ...context, runAsUser: 0 } } })],
  [
    "a folder of the node",
    "restricted volume types",
    pod("folder", { spec: { volumes: [{ name: "v", hostPath: { path: "/" } }] } }),
  ],
  [
    "SELinux options",
    "seLinuxOptions",
    pod("selinux", { spec: { securityContext: { ...context, seLinuxOptions: { type: "spc_t" } } } }),
  ],
  [
    "no AppArmor",
    "appArmorProfile",
    pod("apparmor", { container: { securityContext: { ...own, appArmorProfile: { type: "Unconfined" } } } }),
  ],
  [
    "settings of the kernel",
    "sysctls",
    pod("sysctls", {
      spec: { securityContext: { ...context, sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
    }),
  ],
  [
    "a probe of another host",
    "hosts of probes",
    pod("probe", { container: { livenessProbe: { httpGet: { port: 80, host: "169.254.169.254" } } } }),
  ],
  [
    "a hook to another host",
    "hosts of hooks",
    pod("hook", {
      container: { lifecycle: { preStop: { httpGet: { port: 80, host: "169.254.169.254" } } } },
    }),
  ],
];

describe("ports of nodes, on a real API server", function () {
  this.timeout(240_000);
  const server = ownControlPlane();
  const create = (object: object) =>
    server
      .client()
      .create(object as KubernetesObject, { dryRun: true })
      .then(
        () => "",
        (error: Error) => error.message,
      );

  before(async () => {
    const client = server.client();
    const { policy, binding } = hostPortGuard({ namespace, pod: traefikName, ports: [80, 443] });
    const labels = podSecurityLabels("privileged");
    const admission = { apiVersion: "admissionregistration.k8s.io/v1" };
    for (const object of [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
      ...[traefikName, "other", "default"].map((name) => ({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace },
      })),
      { ...admission, kind: "ValidatingAdmissionPolicy", ...policy },
      { ...admission, kind: "ValidatingAdmissionPolicyBinding", ...binding },
    ])
      await client.apply(object as KubernetesObject, options);
    await eventually(async () => /: hostPort;/.test(await create(pod("probe", { app: "other" }))));
  });

  it("are Traefik's, 80 and 443", async () => {
    assert.equal(await create(pod("traefik")), "");
  });

  it("are not what other pods need, which are taken when they are restricted", async () => {
    assert.equal(await create(pod("plain", { app: "other", container: bare })), "");
  });

  for (const [what, rule, object] of refused)
    it(`are no way to ${what}`, async () => {
      assert.match(await create(object), new RegExp(`violates PodSecurity "restricted": ${rule};`));
    });
});

describe("Traefik at ports of nodes (D18)", () => {
  const values = traefikValues({
    entry: { type: "HostPort", nodeLabels: { edge: "yes" } },
    replicas: 3,
    extraPorts: [
      { name: "tunnel", port: 7000, service: "tunnel", servicePort: 7000, podLabels: {}, podPort: 7000 },
    ],
  });

  it("is one pod on each node, and no Service leads in besides", () => {
    assert.equal("kind" in values.deployment && values.deployment.kind, "DaemonSet");
    assert.deepEqual(values.service, { spec: { type: "ClusterIP" } });
    assert.deepEqual("nodeSelector" in values && values.nodeSelector, { edge: "yes" });
  });

  it("has the ports that the outside knows", () => {
    const found = Object.values(values.ports).map((port) => "hostPort" in port && port.hostPort);
    assert.deepEqual(found, [80, 443, 7000]);
  });
});
