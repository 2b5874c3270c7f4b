import assert from "node:assert/strict";
import { podSecurityLabels } from "../../../components/security/namespace.ts";
import { podExceptions } from "../../../components/security/pod-security.ts";
import { workloads } from "../../../components/speckle/workloads.ts";
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
    ];
  const refused = await refusedAsRestricted(client, pods);
  for (const { metadata } of refused)
    assert.ok(
      podExceptions.some(({ pod }) => pod === metadata.labels?.app) &&
        levelOf(metadata.namespace) === "baseline",
      metadata.name,
    );
  for (const namespace of new Set(pods.map(({ metadata }) => metadata.namespace ?? ""))) {
    assert.match(levelOf(namespace) ?? "", /^(restricted|baseline)$/, namespace);
    const error = await tryCreate(client, { ...careless, metadata: { ...careless.metadata, namespace } });
    assert.match(String(error), /violates PodSecurity "restricted/, namespace);
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

/** The pods of the environment's own namespaces: those with a default denial. */
async function environmentPods(client: KubernetesClient): Promise<KubernetesObject[]> {
  const policies = await client.list("networking.k8s.io/v1", "NetworkPolicy");
  const namespaces = policies.map(({ metadata }) => metadata.namespace);
  const pods = await client.list("v1", "Pod");
  return pods.filter(
    ({ metadata }) => namespaces.includes(metadata.namespace) && !metadata.deletionTimestamp,
  );
}
