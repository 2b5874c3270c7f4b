import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitoringObjects } from "../../components/monitoring/objects.ts";
import { jobOf, scrapes } from "../../components/monitoring/scrapes.ts";
import { alarms, panels } from "../../components/monitoring/watch.ts";
import { plain } from "../../components/network/choices.ts";
import { type NetworkArgs, networkPeers } from "../../components/network/peers.ts";
import { running, workload } from "../../components/speckle/workloads.ts";
import { programs } from "../../toolchain/binaries.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Every alarm there may be is in this environment. */
const watched: NetworkArgs = {
  ...plain,
  monitoring: { namespace: "monitoring" },
  certManager: true,
  backup: { at: "outside", ranges: [], port: 443 },
};

/** Samples of one series, a minute each from time 0 on, in promtool's notation; no series when undefined. */
type Series = Record<string, string | undefined>;

const always = (value: number) => `${value}x240`;
const from = (before: number, minute: number, after: number) =>
  `${before}x${minute} ${after}x${240 - minute}`;
const ready = (namespace: string, name: string) =>
  `kube_deployment_status_replicas_ready{namespace="${namespace}",deployment="${name}"}`;
const preview = (metric: string, namespace: string, more = "") =>
  `${metric}{namespace="${namespace}",pod="speckle-preview-service-7d4",container="main"${more}}`;
const restarts = "kube_pod_container_status_restarts_total";
const ended = "kube_pod_container_status_last_terminated_reason";
const work = (kind: string, namespace: string, status: number) =>
  `speckle_db_${kind}{namespace="${namespace}",pod="speckle-monitoring-1",status="${status}"}`;
const queue = (namespace: string) =>
  `speckle_server_preview_jobs_request_queue_pending{namespace="${namespace}",pod="speckle-server-1"}`;
const pool = (what: string, namespace: string) =>
  `speckle_server_knex_${what}{namespace="${namespace}",pod="speckle-server-1",region="main"}`;
const requests = (namespace: string, code: number) =>
  `traefik_service_requests_total{namespace="traefik",code="${code}",service="${namespace}-speckle-7da47c8426da028e0231@kubernetescrd"}`;
const up = (job: string) => `up{job="${job}",pod="one"}`;
const volume = (what: string, namespace: string) =>
  `kubelet_volume_stats_${what}_bytes{namespace="${namespace}",persistentvolumeclaim="speckle-postgres-1"}`;
const database = (metric: string, namespace: string) =>
  `cnpg_${metric}{namespace="${namespace}",pod="speckle-postgres-1"}`;
const certificate = (namespace: string) =>
  `certmanager_certificate_expiration_timestamp_seconds{namespace="cert-manager",exported_namespace="${namespace}",name="speckle-tls"}`;

const workloads = running(watched).map((key) => workload(key).name);
const cacheClients = ["speckle-server", "speckle-objects", "speckle-frontend-2", "speckle-preview-service"];
const kinds = ["previews", "fileimports", "webhooks"];
const day = 86_400;

/** An environment that is well. */
function well(namespace: string): Series {
  const args = { ...watched, namespace };
  return {
    ...Object.fromEntries(workloads.map((name) => [ready(namespace, name), always(1)])),
    [preview(restarts, namespace)]: always(2),
    ...Object.fromEntries(
      kinds.flatMap((kind) => [
        [work(kind, namespace, 0), always(0)],
        [work(kind, namespace, 2), always(40)],
        [work(kind, namespace, 3), always(1)],
      ]),
    ),
    [queue(namespace)]: always(0),
    [pool("used", namespace)]: always(10),
    [pool("free", namespace)]: always(5),
    [`speckle_db_max_connections{namespace="${namespace}",region="main"}`]: always(100),
    [requests(namespace, 200)]: "0+100x240",
    [requests(namespace, 500)]: "0+2x240",
    ...Object.fromEntries(scrapes(args, networkPeers(args)).map((scrape) => [up(jobOf(scrape)), always(1)])),
    [volume("available", namespace)]: always(50),
    [volume("capacity", namespace)]: always(100),
    [database("collector_last_available_backup_timestamp", namespace)]: always(0),
    [database("pg_stat_archiver_last_failed_time", namespace)]: always(-1),
    [database("pg_stat_archiver_last_archived_time", namespace)]: always(60),
    [certificate(namespace)]: always(60 * day),
  };
}

/** What is wrong, what differs from a well environment, and the alarms that then are there, and no others. */
const cases: [what: string, change: (namespace: string) => Series, fires: string[]][] = [
  ["nothing is wrong", () => ({}), []],
  [
    "the server has no ready pod (A5)",
    (its) => ({ [ready(its, "speckle-server")]: from(1, 200, 0) }),
    ["SpeckleDown"],
  ],
  ["a pod was away for a moment", (its) => ({ [ready(its, "speckle-server")]: "1x237 0x3" }), []],
  [
    "webhooks have no ready pod",
    (its) => ({ [ready(its, "speckle-webhook-service")]: from(1, 200, 0) }),
    ["SpeckleWorkerDown"],
  ],
  [
    "the cache cannot be reached (F66)",
    (its) => Object.fromEntries(cacheClients.map((name) => [ready(its, name), from(1, 200, 0)])),
    ["SpeckleCacheUnreachable", "SpeckleDown", "SpeckleWorkerDown"],
  ],
  [
    "every pod is unready, so that it is not the cache",
    (its) => Object.fromEntries(workloads.map((name) => [ready(its, name), from(1, 200, 0)])),
    ["SpeckleDown", "SpeckleWorkerDown"],
  ],
  [
    "a pod restarts every ten minutes (A5)",
    (its) => ({
      [preview(restarts, its)]: Array.from({ length: 24 }, (_, count) => `${count}x9`).join(" "),
    }),
    ["SpeckleRestarts"],
  ],
  ["a pod restarted once", (its) => ({ [preview(restarts, its)]: from(2, 220, 3) }), []],
  [
    "a preview was ended for lack of memory (F58)",
    (its) => ({
      [preview(restarts, its)]: from(2, 220, 3),
      [preview(ended, its, ',reason="OOMKilled"')]: always(1),
    }),
    ["SpeckleOutOfMemory"],
  ],
  [
    "a preview was ended for lack of memory long ago",
    (its) => ({
      [preview(restarts, its)]: from(2, 20, 3),
      [preview(ended, its, ',reason="OOMKilled"')]: always(1),
    }),
    [],
  ],
  [
    "previews wait in the queue",
    (its) => ({ [work("previews", its, 0)]: always(3), [queue(its)]: always(3) }),
    ["SpecklePreviewsWait"],
  ],
  [
    "previews wait and are made meanwhile",
    (its) => ({
      [work("previews", its, 0)]: always(3),
      [queue(its)]: always(3),
      [work("previews", its, 2)]: "40+0.1x240",
    }),
    [],
  ],
  [
    "previews are lost with the cache (F66)",
    (its) => ({ [work("previews", its, 0)]: always(3) }),
    ["SpecklePreviewsLost"],
  ],
  ["uploads wait", (its) => ({ [work("fileimports", its, 0)]: always(1) }), ["SpeckleImportsWait"]],
  [
    "uploads wait and others fail meanwhile",
    (its) => ({ [work("fileimports", its, 0)]: always(1), [work("fileimports", its, 3)]: "1+0.1x240" }),
    [],
  ],
  ["webhooks wait", (its) => ({ [work("webhooks", its, 0)]: always(9) }), ["SpeckleWebhooksWait"]],
  [
    "the database has few connections left (F30)",
    (its) => ({ [pool("used", its)]: always(60), [pool("free", its)]: always(25) }),
    ["SpeckleDatabaseConnections"],
  ],
  [
    "one request in seven ends in an error",
    (its) => ({ [requests(its, 500)]: "0+16x240" }),
    ["SpeckleServerErrors"],
  ],
  [
    "one workload's metrics are missing",
    (its) => ({ [up(`${its}/speckle-webhook-service`)]: from(1, 200, 0) }),
    ["SpeckleMetricsMissing"],
  ],
  [
    "nobody counts pods",
    (its) => Object.fromEntries(workloads.map((name) => [ready(its, name), undefined])),
    ["SpeckleUnwatched"],
  ],
  [
    "Prometheus takes no PodMonitor",
    (its) => ({ [up(`${its}/speckle-server`)]: undefined }),
    ["SpeckleUnwatched"],
  ],
  ["Traefik is gone", () => ({ [up("traefik/traefik")]: undefined }), ["SpeckleEntryDown"]],
  [
    "Traefik does not answer",
    () => ({ [up("traefik/traefik")]: from(1, 200, 0) }),
    ["SpeckleEntryDown", "SpeckleMetricsMissing"],
  ],
  ["a volume fills", (its) => ({ [volume("available", its)]: always(14) }), ["SpeckleVolumeFills"]],
  [
    "the last backup is two days old",
    (its) => ({ [database("collector_last_available_backup_timestamp", its)]: always(-2 * day) }),
    ["SpeckleBackupOld"],
  ],
  [
    "the database cannot write to the bucket",
    (its) => ({ [database("pg_stat_archiver_last_failed_time", its)]: always(120) }),
    ["SpeckleArchiveFails"],
  ],
  [
    "the certificate ends in ten days",
    (its) => ({ [certificate(its)]: always(10 * day) }),
    ["SpeckleCertificateEnds"],
  ],
];

/** What beside the alarms' own measures is shown. */
const shown = (namespace: string): Series => {
  const container = `{namespace="${namespace}",pod="speckle-server-1",container="main"}`;
  const service = /service="[^"]*"/.exec(requests(namespace, 200))?.[0];
  const time = `traefik_service_request_duration_seconds_bucket{${service},code="200"`;
  return {
    [`ALERTS{namespace="${namespace}",alertname="SpeckleDown",alertstate="firing"}`]: always(1),
    [`container_memory_working_set_bytes${container}`]: always(2 ** 28),
    [`container_cpu_usage_seconds_total${container}`]: "0+6x240",
    [`${time},le="0.3"}`]: "0+95x240",
    [`${time},le="+Inf"}`]: "0+100x240",
  };
};

describe("the alarms, at the real promtool (B13)", function () {
  this.timeout(120_000);
  let promtool: string;
  let folder: string;
  before(async () => {
    ({ promtool } = await programs(["promtool"], () => {}));
    folder = temporaryFolder("alarms");
    const rule = monitoringObjects(watched, {}).find(({ kind }) => kind === "PrometheusRule");
    writeFileSync(join(folder, "rules.yml"), JSON.stringify(rule?.spec));
  });

  const ask = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
  };

  /** What an expression gives at the end of four hours. */
  interface Expected {
    readonly expr: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }

  function assertGiven(series: Series, expected: readonly Expected[], rules: readonly string[]): void {
    const input = Object.entries(series).flatMap(([name, values]) =>
      values === undefined ? [] : [{ series: name, values }],
    );
    const asked = expected.map((one) => ({ ...one, eval_time: "239m" }));
    const tests = [{ interval: "1m", input_series: input, promql_expr_test: asked }];
    const file = { rule_files: rules, evaluation_interval: "1m", tests };
    writeFileSync(join(folder, "test.yml"), JSON.stringify(file));
    ask("test", "rules", "test.yml");
  }

  /** The alarms that are there at the end, and no others. */
  function assertFiring(series: Series, alarms: readonly string[]): void {
    const expr = 'count by (alertname, namespace) (ALERTS{alertstate="firing"}) > bool 0';
    const labels = (name: string) => `{alertname="${name}", namespace="${watched.namespace}"}`;
    const exp_samples = alarms.map((name) => ({ labels: labels(name), value: 1 }));
    assertGiven(series, [{ expr, exp_samples }], ["rules.yml"]);
  }

  it("are rules that Prometheus takes, their words included", () =>
    ask("check", "rules", "--lint-fatal", "rules.yml"));

  it("all have a case here", () => {
    const shown = new Set(cases.flatMap(([, , fires]) => fires));
    assert.deepEqual(
      [...shown].sort(),
      alarms(watched)
        .map(({ name }) => name)
        .sort(),
    );
  });

  for (const [what, change, fires] of cases) {
    const own = watched.namespace;
    it(`${fires.length > 0 ? `say ${fires.join(", ")}` : "are silent"} when ${what}`, () =>
      assertFiring({ ...well(own), ...change(own) }, fires));

    const other = `${own}-two`;
    const isApart = Object.keys(change(other)).every((series) => !(series in change(own)));
    if (fires.length > 0 && isApart)
      it(`are silent when that is so in another environment: ${what}`, () =>
        assertFiring({ ...well(own), ...well(other), ...change(other) }, []));
  }

  for (const { title, queries } of panels(watched))
    it(`have a picture beside them that shows something of an environment that is well, and nothing of another: ${title}`, () => {
      const [own, other] = [watched.namespace, `${watched.namespace}-two`];
      const given = (value: number) =>
        queries.map(({ expression, legend }) => {
          const label = /\{\{(\w+)\}\}/.exec(legend)?.[1];
          // A curve has the label that it is named after.
          const named = `count by (${label}) (${expression}) unless count(${expression})`;
          const expr = `(count(${label ? named : `${expression} >= 0`}) or vector(0)) > bool 0`;
          return { expr, exp_samples: [{ labels: "{}", value }] };
        });
      assertGiven({ ...well(own), ...shown(own) }, given(1), []);
      assertGiven({ ...well(other), ...shown(other) }, given(0), []);
    });
});
