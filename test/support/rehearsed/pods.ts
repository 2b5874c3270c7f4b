import assert from "node:assert/strict";
import { traefikName } from "../../../components/edge/traefik-values.ts";
import { secretsOf, secretTable } from "../../../components/secrets/table.ts";
import { podSecurityLabels } from "../../../components/security/namespace.ts";
import { podExceptions } from "../../../components/security/pod-security.ts";
import { workload, workloads } from "../../../components/speckle/workloads.ts";
import type { KubernetesClient } from "../../../rehearsal/kubernetes/client.ts";
import type { KubernetesObject } from "../../../rehearsal/kubernetes/objects.ts";
import { eventually } from "../control-plane.ts";

const options = { fieldManager: "test", force: true };

/** Service accounts whose pods ask the Kubernetes API. */
const askers = [
  "cert-manager",
  "cert-manager-cainjector",
  "cert-manager-webhook",
  "cloudnative-pg",
  "speckle-postgres",
  "traefik",
];

/** Every pod is `restricted` in the API server's own judgement but the exceptions, and no other would be let in. */
export async function assertPodsAreRestricted(client: KubernetesClient): Promise<void> {
  const pods = await environmentPods(client);
  const namespaces = await client.list("v1", "Namespace");
  const levelOf = (name = "") =>
    namespaces.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[
      "pod-security.kubernetes.io/enforce"
    ] ?? "none";
  const refused = await refusedAsRestricted(client, pods);
  const exceptions = levelOf("speckle") === "baseline" ? podExceptions.map(({ pod }) => pod) : [];
  assert.deepEqual([...new Set(refused.map(({ metadata }) => metadata.labels?.app))], exceptions);
  for (const namespace of new Set(pods.map(({ metadata }) => metadata.namespace ?? ""))) {
    assert.equal(levelOf(namespace), namespace === "speckle" ? levelOf("speckle") : "restricted", namespace);
    const error = await tryCreate(client, { ...careless, metadata: { ...careless.metadata, namespace } });
    assert.match(String(error), /violates PodSecurity "restricted/, namespace);
  }
}

/** A chart that brings what an exception makes up for is noticed: the exception can go. */
export async function assertExceptionsAreNeeded(client: KubernetesClient): Promise<void> {
  const deployments = await client.list("apps/v1", "Deployment", { namespace: "speckle" });
  for (const { pod } of podExceptions) {
    const [container] =
      deployments.find(({ metadata }) => metadata.name === pod)?.spec.template.spec.containers ?? [];
    assert.ok(container && !container.securityContext, pod);
  }
}

/** A Speckle pod is given the Secrets its workload reads, and no other. */
export async function assertSecretsAreOnlyThoseNeeded(client: KubernetesClient): Promise<void> {
  for (const { metadata, spec } of await environmentPods(client)) {
    const own = workloads.find(({ name }) => name === metadata.labels?.app);
    if (!own) continue;
    const named = [
      ...JSON.stringify(spec).matchAll(/"secret(?:KeyRef|Ref)?":{[^}]*"(?:name|secretName)":"([^"]+)"/g),
    ];
    const needed = secretsOf(own.key).flatMap((secret) =>
      secretTable[secret].carriers.map(({ name }) => name),
    );
    assert.deepEqual(
      named.map(([, name]) => name).filter((name) => !needed.includes(name ?? "")),
      [],
      metadata.name,
    );
    assert.equal(named.length > 0, needed.length > 0, metadata.name);
  }
}

/** A pod that says nothing of its security. */
const careless = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "careless" },
  spec: {
    containers: [{ name: "main", image: "busybox", resources: { limits: { cpu: "10m", memory: "1Mi" } } }],
  },
};

/** Asked of the API server itself, in a namespace that enforces `restricted`; nothing is made. */
async function refusedAsRestricted(client: KubernetesClient, pods: readonly KubernetesObject[]) {
  const namespace = "restricted-probe";
  const probe = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: podSecurityLabels("restricted") },
  };
  await client.apply(probe, options);
  const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace };
  await eventually(() => client.get(account));
  const answers = await Promise.all(
    pods.map(async (pod) => {
      const { nodeName: _, serviceAccount: __, serviceAccountName: ___, ...spec } = pod.spec;
      const error = await tryCreate(client, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: pod.metadata.name, namespace, labels: pod.metadata.labels ?? {} },
        spec: { ...spec, automountServiceAccountToken: false },
      });
      if (error) assert.match(error.message, /violates PodSecurity/);
      return error ? [pod] : [];
    }),
  );
  await client.delete({ ...probe, name: namespace });
  return answers.flat();
}

async function tryCreate(client: KubernetesClient, object: KubernetesObject): Promise<Error | undefined> {
  try {
    await client.create(object, { dryRun: true });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The Kubernetes API is asked by operators and Traefik alone; Speckle has neither a token nor a right. */
export async function assertNobodyElseAsksTheApi(client: KubernetesClient): Promise<void> {
  const pods = await environmentPods(client);
  const withToken = pods.filter(({ spec }) =>
    spec.volumes?.some(({ projected }: any) =>
      projected?.sources.some((source: object) => "serviceAccountToken" in source),
    ),
  );
  const accounts = new Set(withToken.map(({ spec }) => spec.serviceAccountName));
  assert.deepEqual(
    [...accounts].filter((name) => !askers.includes(name)),
    [],
  );
  const names = workloads.map(({ name }) => name);
  for (const { name } of workloads) {
    const own = pods.filter(({ metadata }) => metadata.labels?.app === name);
    for (const { metadata, spec } of own) assert.equal(spec.serviceAccountName, name, metadata.name);
  }
  for (const kind of ["RoleBinding", "ClusterRoleBinding"])
    for (const { metadata, subjects } of (await client.list("rbac.authorization.k8s.io/v1", kind)) as any[])
      for (const subject of subjects ?? []) assert.ok(!names.includes(subject.name), metadata.name);
}

/** What a container may write to its node's disk is limited, and reserved where it opens files of strangers. */
export async function assertScratchSpaceIsLimited(client: KubernetesClient): Promise<void> {
  const importers = /^speckle-(preview|fileimport|ifc-import)-service-/;
  for (const { metadata, spec } of await environmentPods(client))
    for (const { name, resources } of spec.containers) {
      const { limits = {}, requests = {} } = resources;
      assert.ok(limits["ephemeral-storage"], `${metadata.name} ${name}`);
      if (!importers.test(metadata.name)) continue;
      assert.match(limits["ephemeral-storage"], /^[24]Gi$/, metadata.name);
      assert.equal(requests["ephemeral-storage"], "256Mi", metadata.name);
    }
}

/** Pods that requests come to are kept by the kubelet for a while before they end: Speckle's images have no `sleep`. */
export async function assertPodsAnswerUntilNothingLeadsToThem(client: KubernetesClient): Promise<void> {
  const answering = [workload("server"), workload("objects"), workload("frontend_2")].map(({ name }) => name);
  const found = (await environmentPods(client)).flatMap(({ metadata, spec }) => {
    const name = metadata.labels?.app ?? metadata.labels?.["app.kubernetes.io/name"] ?? "";
    if (![...answering, traefikName].includes(name)) return [];
    const seconds = spec.containers[0].lifecycle?.preStop?.sleep?.seconds;
    assert.ok(seconds >= 5 && seconds < spec.terminationGracePeriodSeconds, metadata.name);
    return [name];
  });
  assert.deepEqual([...new Set(found)].sort(), [...answering, traefikName].sort());
}

/** The pods of the environment's own namespaces: those with a default denial. */
export async function environmentPods(client: KubernetesClient): Promise<KubernetesObject[]> {
  const policies = await client.list("networking.k8s.io/v1", "NetworkPolicy");
  const namespaces = policies.map(({ metadata }) => metadata.namespace);
  const pods = await client.list("v1", "Pod");
  return pods.filter(
    ({ metadata }) => namespaces.includes(metadata.namespace) && !metadata.deletionTimestamp,
  );
}
