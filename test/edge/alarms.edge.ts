import assert from "node:assert/strict";
import { alarms, panels } from "../../components/monitoring/watch.ts";
import { openPromtool, type Promtool, type Series } from "./promtool.ts";
import {
  always,
  certificate,
  database,
  day,
  ended,
  exported,
  formerUploads,
  from,
  importerLooks,
  podReady,
  pool,
  preview,
  queue,
  ready,
  requests,
  restarts,
  serverPod,
  up,
  volume,
  watched,
  well,
  work,
  workloads,
} from "./watched.ts";

/** How often a pod has started anew that ends two minutes after each start, as the kubelet waits ever longer. */
const eachFiveMinutes = Array.from({ length: 8 }, (_, count) => `${count + 1}x4`).join(" ");

const cacheClients = ["speckle-server", "speckle-objects", "speckle-frontend-2", "speckle-preview-service"];

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
  [
    "a new pod of the server ends after two minutes, again and again, for want of its mail server, and old ones are ready",
    (its) => ({ [serverPod(restarts, its)]: `0x200 ${eachFiveMinutes}`, [podReady(its)]: from(1, 200, 0) }),
    ["SpeckleCannotStart", "SpeckleRestarts"],
  ],
  ["a pod of the server waits for a long migration", (its) => ({ [podReady(its)]: from(1, 200, 0) }), []],
  [
    "a pod of the server has ended twice, and is ready",
    (its) => ({ [serverPod(restarts, its)]: "0x215 1x5 2x20" }),
    [],
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
  [
    "uploads wait",
    (its) => ({
      ...exported(its, [...formerUploads, { at: 30 }]),
      ...importerLooks(its, (minute) => (minute < 20 ? 60 : undefined)),
    }),
    ["SpeckleImportsWait"],
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
    "one client is limited, whose requests end in errors for the connections that Speckle closes behind its answers",
    (its) => ({
      [requests(its, 429)]: "0+100x240",
      [requests(its, 500)]: "0+12x240",
      [requests(its, 502)]: "0+32x240",
    }),
    [],
  ],
  [
    "one client is limited, and one request in four of the others ends in an error",
    (its) => ({ [requests(its, 429)]: "0+20x240", [requests(its, 502)]: "0+40x240" }),
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
  let promtool: Promtool;
  before(async () => {
    promtool = await openPromtool(watched);
  });

  it("are rules that Prometheus takes, their words included", () =>
    promtool.ask("check", "rules", "--lint-fatal", "rules.yml"));

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
      promtool.assertFiring({ ...well(own), ...change(own) }, fires));

    const other = `${own}-two`;
    const isApart = Object.keys(change(other)).every((series) => !(series in change(own)));
    if (fires.length > 0 && isApart)
      it(`are silent when that is so in another environment: ${what}`, () =>
        promtool.assertFiring({ ...well(own), ...well(other), ...change(other) }, []));
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
      promtool.assertGiven({ ...well(own), ...shown(own) }, given(1));
      promtool.assertGiven({ ...well(other), ...shown(other) }, given(0));
    });
});

describe("the alarm of few connections, at the real promtool (F30)", function () {
  this.timeout(60_000);
  const own = watched.namespace;
  // 66 of 100 that metrics show, 16 of them in the pools of server and objects, which are then full.
  const series = {
    ...well(own),
    [pool("used", own, "speckle-webhook-service")]: always(50),
    ...Object.fromEntries(
      ["speckle-server", "speckle-objects"].flatMap((name) => [
        [pool("used", own, name), always(6)],
        [pool("free", own, name), always(2)],
        [pool("remaining_capacity", own, name), always(2)],
      ]),
    ),
  };
  for (const ifcImport of [false, true])
    it(`${ifcImport ? "counts" : "does not count"} pools that no metric shows ${ifcImport ? "with" : "without"} IFC import`, async () => {
      const promtool = await openPromtool({ ...watched, ifcImport });
      promtool.assertFiring(series, ifcImport ? ["SpeckleDatabaseConnections"] : []);
    });
});
