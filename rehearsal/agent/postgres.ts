import { createHash, randomBytes } from "node:crypto";
import { connectionUrl, type SecretRef } from "../../components/speckle/secrets.ts";
import { type KubernetesClient, refOf } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { isReady } from "../kubernetes/objects.ts";
import { operatorFieldManager, operatorReady, ownedBy, readyCondition } from "./operators.ts";
import type { Reconciler } from "./reconciler.ts";

/** Does what CloudNativePG's operator does for a `Cluster`: Secret, Services, volumes, instances, status. */
export const postgresClusters: Reconciler = {
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Cluster",
  simulates:
    "CloudNativePG: a Cluster gets its Secret, Services, volumes and instance pods; no PostgreSQL runs, and none is backed up",
  async reconcile(cluster, client) {
    if (cluster.metadata.deletionTimestamp) return "done";
    if (!(await operatorReady(client, "cloudnative-pg"))) return "again";
    if (!(await credentials(cluster, client)) || !(await archives(cluster, client))) return "again";
    const options = { fieldManager: operatorFieldManager, force: true };
    for (const object of [account(cluster), ...services(cluster), ...instanceClaims(cluster)])
      await client.apply(object, options);
    const instances = await Promise.all(instancePods(cluster).map((pod) => instance(client, pod)));
    const ready = instances.filter(isReady).length;
    if (cluster.status?.readyInstances !== ready || !isReady(cluster))
      await client.merge(refOf(cluster), { status: statusOf(cluster, ready) }, "status");
    return ready === instances.length && isReady(cluster) ? "done" : "again";
  },
};

const port = 5432;
const fingerprint = "rehearsal/specification";

/** The owner's Secret: the one the Cluster names, or one of the operator's own; false while a named one is missing. */
async function credentials(cluster: KubernetesObject, client: KubernetesClient): Promise<boolean> {
  const { name } = cluster.spec.bootstrap?.initdb?.secret ?? {};
  const { namespace } = cluster.metadata;
  if (name) return (await client.get({ apiVersion: "v1", kind: "Secret", namespace, name })) !== undefined;
  await createOnce(client, connectionSecret(cluster));
  return true;
}

/** Whether what backups need is there: Barman's programs, which one variant of the images has, and every key. */
async function archives({ metadata, spec }: KubernetesObject, client: KubernetesClient): Promise<boolean> {
  const stores = [spec.backup, ...(spec.externalClusters ?? [])].flatMap(
    (holder) => holder?.barmanObjectStore ?? [],
  );
  if (stores.length > 0 && !spec.imageName.includes("-system-")) return false;
  const refs = stores.flatMap(({ s3Credentials }) => Object.values(s3Credentials)) as SecretRef[];
  const found = refs.map(async ({ name, key }) => {
    const secret = { apiVersion: "v1", kind: "Secret", namespace: metadata.namespace, name };
    return (await client.get(secret))?.data?.[key] !== undefined;
  });
  return (await Promise.all(found)).every(Boolean);
}

async function createOnce(client: KubernetesClient, object: KubernetesObject): Promise<void> {
  if (!(await client.get(refOf(object)))) await client.create(object);
}

/** An instance whose specification has changed is made anew, as the operator's rolling update does. */
async function instance(client: KubernetesClient, pod: KubernetesObject): Promise<KubernetesObject> {
  const live = await client.get(refOf(pod));
  if (!live) return client.create(pod);
  const same = live.metadata.annotations?.[fingerprint] === pod.metadata.annotations?.[fingerprint];
  if (!same && !live.metadata.deletionTimestamp) await client.delete(refOf(pod), { gracePeriodSeconds: 0 });
  return same ? live : { ...live, status: {} };
}

function owned(cluster: KubernetesObject, apiVersion: string, kind: string, name: string): KubernetesObject {
  const { namespace } = cluster.metadata;
  const labels = { "cnpg.io/cluster": cluster.metadata.name };
  const metadata = { name, labels, ownerReferences: ownedBy(cluster), ...(namespace && { namespace }) };
  return { apiVersion, kind, metadata };
}

function account(cluster: KubernetesObject): KubernetesObject {
  return owned(cluster, "v1", "ServiceAccount", cluster.metadata.name);
}

/** The Secret `<cluster>-app`, with the keys the operator's documentation lists. */
function connectionSecret(cluster: KubernetesObject): KubernetesObject {
  const { name, namespace } = cluster.metadata;
  const { database = "app", owner: user = "app" } = cluster.spec.bootstrap?.initdb ?? {};
  const password = randomBytes(32).toString("hex");
  const uri = (host: string) => connectionUrl({ scheme: "postgresql", user, password, host, port, database });
  const [host, fqdn] = [`${name}-rw`, `${name}-rw.${namespace}.svc.cluster.local`];
  return {
    ...owned(cluster, "v1", "Secret", `${name}-app`),
    type: "kubernetes.io/basic-auth",
    stringData: {
      username: user,
      user,
      password,
      dbname: database,
      host,
      port: String(port),
      uri: uri(host),
      "fqdn-uri": uri(fqdn),
      pgpass: `${host}:${port}:${database}:${user}:${password}\n`,
    },
  };
}

function services(cluster: KubernetesObject): KubernetesObject[] {
  const selectors = {
    rw: { "cnpg.io/instanceRole": "primary" },
    ro: { "cnpg.io/instanceRole": "replica" },
    r: {},
  };
  return Object.entries(selectors).map(([suffix, role]) => ({
    ...owned(cluster, "v1", "Service", `${cluster.metadata.name}-${suffix}`),
    spec: {
      selector: { "cnpg.io/cluster": cluster.metadata.name, "cnpg.io/podRole": "instance", ...role },
      ports: [{ name: "postgres", port, targetPort: port }],
    },
  }));
}

function instanceNames(cluster: KubernetesObject): string[] {
  return Array.from(
    { length: cluster.spec.instances },
    (_, index) => `${cluster.metadata.name}-${index + 1}`,
  );
}

function instanceClaims(cluster: KubernetesObject): KubernetesObject[] {
  const { size, storageClass } = cluster.spec.storage;
  return instanceNames(cluster).map((name) => ({
    ...owned(cluster, "v1", "PersistentVolumeClaim", name),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      ...(storageClass && { storageClassName: storageClass }),
    },
  }));
}

function instancePods(cluster: KubernetesObject): KubernetesObject[] {
  const spec = instanceSpec(cluster);
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 16);
  return instanceNames(cluster).map((name, index) => {
    const pod = owned(cluster, "v1", "Pod", name);
    const role = index === 0 ? "primary" : "replica";
    const labels = {
      ...pod.metadata.labels,
      "cnpg.io/instanceName": name,
      "cnpg.io/instanceRole": role,
      "cnpg.io/podRole": "instance",
      role,
    };
    const volumes = [{ name: "pgdata", persistentVolumeClaim: { claimName: name } }];
    return {
      ...pod,
      metadata: { ...pod.metadata, labels, annotations: { [fingerprint]: hash } },
      spec: { ...spec, volumes },
    };
  });
}

function instanceSpec(cluster: KubernetesObject) {
  const { name } = cluster.metadata;
  const { imageName, resources, affinity } = cluster.spec;
  const term = {
    labelSelector: { matchLabels: { "cnpg.io/cluster": name, "cnpg.io/podRole": "instance" } },
    topologyKey: affinity?.topologyKey ?? "kubernetes.io/hostname",
  };
  return {
    serviceAccountName: name,
    containers: [
      {
        name: "postgres",
        image: imageName,
        ports: [
          { name: "postgresql", containerPort: port },
          { name: "metrics", containerPort: 9187 },
          { name: "status", containerPort: 8000 },
        ],
        resources,
        volumeMounts: [{ name: "pgdata", mountPath: "/var/lib/postgresql/data" }],
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    ...(affinity?.nodeSelector && { nodeSelector: affinity.nodeSelector }),
    ...(affinity?.tolerations && { tolerations: affinity.tolerations }),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
      },
    },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 26,
      fsGroup: 26,
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

function statusOf(cluster: KubernetesObject, readyInstances: number) {
  const { instances } = cluster.spec;
  const healthy = readyInstances === instances;
  return {
    phase: healthy ? "Cluster in healthy state" : "Waiting for the instances to become active",
    instances,
    readyInstances,
    currentPrimary: `${cluster.metadata.name}-1`,
    conditions: [
      {
        ...readyCondition("ClusterIsReady"),
        ...(!healthy && { status: "False", reason: "ClusterIsNotReady" }),
      },
    ],
  };
}
