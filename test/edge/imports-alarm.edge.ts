import assert from "node:assert/strict";
import { panels } from "../../components/monitoring/watch.ts";
import { openPromtool, type Promtool, type Series } from "./promtool.ts";
import {
  always,
  exported,
  formerUploads,
  importerLooks,
  looking,
  type Upload,
  watched,
  well,
} from "./watched.ts";

const own = watched.namespace;
const alarm = "SpeckleImportsWait";

/** A minute-long wait that the exporter sees, and an import behind it. */
const seenWaiting: Upload = { at: 30, taken: 31, done: 33 };

const importedEach = (minutes: number, count: number): Upload[] =>
  Array.from({ length: count }, (_, index) => ({
    at: 30,
    taken: 30 + index * minutes,
    done: 30 + (index + 1) * minutes,
  }));

const queued = (state: string, pod: string) =>
  `speckle_server_file_import_jobs_request_queue_${state}{namespace="${own}",pod="${pod}",parser="ifc"}`;
const jobs = (pending: string, active: string): Series =>
  Object.fromEntries(
    ["speckle-server-1", "speckle-objects-1"].flatMap((pod) => [
      [queued("pending", pod), pending],
      [queued("active", pod), active],
    ]),
  );

const gone = (minute: number) => (at: number) => (at < minute ? looking.idle : undefined);

/** What happens, the series it gives, and how many uploads then wait; none but for these is above 0. */
const cases: Record<"the older importer" | "the IFC importer", [what: string, Series, waiting: number][]> = {
  "the older importer": [
    ["nothing was uploaded yet", exported(own, []), 0],
    [
      "the last upload that waited has been imported, and its count stays",
      exported(own, [...formerUploads, seenWaiting]),
      0,
    ],
    [
      "that is so, and the importer has been away since",
      { ...exported(own, [...formerUploads, seenWaiting]), ...importerLooks(own, gone(60)) },
      0,
    ],
    [
      "an upload waits for an importer that is away",
      { ...exported(own, [...formerUploads, { at: 70 }]), ...importerLooks(own, gone(60)) },
      1,
    ],
    [
      "one waits for an importer that is away, where another one's count had stayed",
      { ...exported(own, [...formerUploads, seenWaiting, { at: 70 }]), ...importerLooks(own, gone(60)) },
      1,
    ],
    [
      "the first upload there ever was waits",
      { ...exported(own, [{ at: 70 }]), ...importerLooks(own, gone(60)) },
      1,
    ],
    [
      "two wait behind one that the importer hangs with",
      {
        ...exported(own, [...formerUploads, { at: 60, taken: 60 }, { at: 70 }, { at: 71, type: "obj" }]),
        ...importerLooks(own, (minute) => (minute < 60 ? looking.idle : looking.hanging)),
      },
      2,
    ],
    [
      "one waits for an importer whose questions fail",
      {
        ...exported(own, [...formerUploads, { at: 70 }]),
        ...importerLooks(own, (minute) => (minute < 60 ? looking.idle : looking.failing)),
      },
      1,
    ],
  ],
  "the IFC importer": [
    [
      "the last upload that waited has been imported, and its count stays",
      { ...exported(own, [...formerUploads, seenWaiting]), ...jobs(always(0), always(0)) },
      0,
    ],
    ["three jobs are queued", jobs(always(3), always(0)), 3],
    ["an importer has a job and is gone", jobs(always(0), always(1)), 1],
  ],
};

for (const [importer, there] of Object.entries(cases)) {
  const args = { ...watched, ifcImport: importer === "the IFC importer" };

  describe(`uploads that wait for ${importer}, at the real promtool (B13)`, function () {
    this.timeout(60_000);
    let promtool: Promtool;
    before(async () => {
      promtool = await openPromtool(args);
    });
    const picture = panels(args)
      .flatMap(({ queries }) => queries)
      .find(({ legend }) => legend === "uploads");

    for (const [what, series, waiting] of there) {
      it(`${waiting > 0 ? "are told of" : "are not told of"} when ${what}`, () =>
        promtool.assertFiring({ ...well(own), ...series }, waiting > 0 ? [alarm] : []));

      it(`are ${waiting} in the picture when ${what}`, () => {
        const exp_samples = waiting > 0 ? [{ labels: "{}", value: waiting }] : [];
        const expr = `${picture?.expression ?? assert.fail()} > 0`;
        promtool.assertGiven({ ...well(own), ...series }, [{ expr, exp_samples }]);
      });
    }

    for (const [minutes, perMinute] of [
      [15, looking.busy],
      [2, looking.manySmall],
    ] as const)
      it(`are not told of while they wait for one that takes ${minutes} minutes, and then the next`, () => {
        const uploads = [...formerUploads, ...importedEach(minutes, 900 / minutes)];
        const busy = importerLooks(own, (minute) => (minute < 30 ? looking.idle : perMinute));
        const series = { ...well(own), ...exported(own, uploads), ...busy, ...jobs(always(40), always(1)) };
        const expr = `${picture?.expression ?? assert.fail()} > bool 30`;
        promtool.assertGiven(series, [{ expr, exp_samples: [{ labels: "{}", value: 1 }] }]);
        promtool.assertFiring(series, []);
      });
  });
}
