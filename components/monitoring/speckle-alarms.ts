import type { NetworkArgs } from "../network/peers.ts";
import { importer, running, type WorkloadKey, workload } from "../speckle/workloads.ts";
import type { Alarm } from "./alarm.ts";
import { databaseConnections, importsWaiting, oneOf, ownNamespaces, workDone } from "./measures.ts";

/** Those of the server's image, which ask for all that they need when they start. */
const servers: readonly WorkloadKey[] = ["server", "objects"];
/** What people see at once when it is not there. */
const pages: readonly WorkloadKey[] = [...servers, "frontend_2"];
/** Those that are unready without the cache: server/healthchecks/health.ts, frontend-2's and preview-service's probes. */
const cacheClients: readonly WorkloadKey[] = [...pages, "preview_service"];

/** Pods that are not there, or not well. Sources: kube-state-metrics, internal/store/deployment.go and pod.go. */
export function podAlarms(args: NetworkArgs): Alarm[] {
  const named = (keys: readonly WorkloadKey[]) =>
    `namespace="${args.namespace}",deployment=~"${oneOf(keys.map((key) => workload(key).name))}"`;
  const ready = (keys: readonly WorkloadKey[]) => `kube_deployment_status_replicas_ready{${named(keys)}}`;
  const workers = running(args).filter((key) => !pages.includes(key));
  const others = running(args).filter((key) => !cacheClients.includes(key));
  const own = ownNamespaces(args);
  const restarts = (time: string) => `increase(kube_pod_container_status_restarts_total{${own}}[${time}])`;
  const serverPods = `namespace="${args.namespace}",pod=~"(${oneOf(servers.map((key) => workload(key).name))})-.*"`;
  const measuredBy = "kube-state-metrics";
  return [
    {
      name: "SpeckleDown",
      severity: "critical",
      for: "5m",
      expression: `${ready(pages)} == 0`,
      summary: "{{ $labels.deployment }} has no ready pod: people see errors",
      description:
        "Look at its pods with kubectl describe, and at their last words with kubectl logs --previous. If SpeckleCacheUnreachable is there too, begin with that; if all were restarted, with the database.",
      measuredBy,
    },
    {
      name: "SpeckleWorkerDown",
      severity: "warning",
      for: "20m",
      expression: `${ready(workers)} == 0`,
      summary: "{{ $labels.deployment }} has no ready pod: what it does waits",
      description: "Look at its pods with kubectl describe: a node may be missing, or a limit too low.",
      measuredBy,
    },
    {
      name: "SpeckleCacheUnreachable",
      severity: "critical",
      for: "3m",
      expression: `count(max by (deployment) (${ready(cacheClients)}) == 0) == ${cacheClients.length} and max(${ready(others)}) > 0`,
      summary:
        "Everything that asks the cache is unready, and what does not is ready: the cache cannot be reached",
      description:
        "In the cluster: look at the pod of speckle-valkey, its volume and its memory. Managed: look where the cloud shows it. Previews asked for meanwhile may be lost: SpecklePreviewsLost says so.",
      measuredBy,
    },
    {
      name: "SpeckleRestarts",
      severity: "warning",
      for: "1m",
      expression: `${restarts("1h")} > 3`,
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} restarts again and again",
      description: "Read what it said last: kubectl logs --previous; kubectl describe says why it ended.",
      measuredBy,
    },
    {
      name: "SpeckleCannotStart",
      severity: "critical",
      for: "5m",
      expression: `increase(kube_pod_container_status_restarts_total{${serverPods}}[30m]) > 1 and on (namespace, pod) kube_pod_status_ready{${serverPods},condition="true"} == 0`,
      summary:
        "{{ $labels.pod }} ends again and again before it is ready: with the last ready one the service is gone",
      description:
        "Read what it said last: kubectl logs --previous. EmailTransportInitializationError is the mail server, an error of discovery the identity provider; the page incidents.md says what to do. If SpeckleCacheUnreachable is there too, begin with that.",
      measuredBy,
    },
    {
      name: "SpeckleOutOfMemory",
      severity: "warning",
      for: "1m",
      expression: `${restarts("30m")} > 0 and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{${own},reason="OOMKilled"} == 1`,
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} was ended for lack of memory",
      description:
        "If it happens again, raise limits.memory of its workload under `workloads`: for previews `workloads.preview_service.limits.memory`, with heavy nodes that have the room. One model that always ends it is the model's fault.",
      measuredBy,
    },
  ];
}

/**
 * Work that is not done. Sources: speckle-server, packages/monitor-deployment/src/observability/metrics,
 * packages/server/modules/previews/observability/metrics.ts and packages/server/observability/components/knex.
 */
export function workAlarms(args: NetworkArgs): Alarm[] {
  const within = `namespace="${args.namespace}"`;
  const { most, ...held } = databaseConnections(args);
  const previews = "speckle_db_previews";
  const queued = `max(speckle_server_preview_jobs_request_queue_pending{${within}})`;
  const imports = "speckle_db_fileimports";
  const unlessDone = (gauge: string) => `unless ${workDone(args, gauge, "1h")} > 0`;
  const unfinished = (gauge: string) => `sum(${gauge}{${within},status="0"}) > 0 ${unlessDone(gauge)}`;
  const common = { severity: "warning", for: "1h", measuredBy: "Speckle" } as const;
  return [
    {
      ...common,
      name: "SpecklePreviewsWait",
      expression: `${queued} > 0 ${unlessDone(previews)}`,
      summary: "Previews are queued, and none was made in an hour",
      description: `Look at the log of ${workload("preview_service").name}, and whether its pods have nodes.`,
    },
    {
      ...common,
      name: "SpecklePreviewsLost",
      expression: `${unfinished(previews)} and ${queued} == 0`,
      summary: "Previews wait in the database, and none is in the queue: the cache lost them",
      description:
        'Speckle does not ask for them again. In its database: delete from object_preview where "previewStatus" = 0; the next look at a model asks anew.',
    },
    {
      ...common,
      name: "SpeckleImportsWait",
      expression: `${importsWaiting(args)} > 0 ${unlessDone(imports)}`,
      summary: "Uploads wait to be imported, and none was in an hour",
      description: `Look at the log of ${workload(importer(args)).name}, and whether its pods have nodes.`,
    },
    {
      ...common,
      name: "SpeckleWebhooksWait",
      expression: unfinished("speckle_db_webhooks"),
      summary: "Webhooks wait, and none was sent in an hour",
      description: `Look at the log of ${workload("webhook_service").name}.`,
    },
    {
      ...common,
      name: "SpeckleDatabaseConnections",
      for: "10m",
      expression: `(${Object.values(held).join(" + ")}) / ${most} > 0.8`,
      summary: "Speckle holds {{ $value | humanizePercentage }} of the connections the database has",
      description:
        "The next update needs more of them for a while. Lower `connectionsPerPool` or the replicas under `workloads`, or give it a larger database: `postgres.connections` in the cluster, `postgres.plan` on a cloud.",
    },
  ];
}
