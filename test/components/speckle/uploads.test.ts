import assert from "node:assert/strict";
import fc from "fast-check";
import { gatheredGi, traefikValues } from "../../../components/edge/traefik-values.ts";
import { claimOf } from "../../../components/environment-plan.ts";
import { parseQuantity } from "../../../components/quantity.ts";
import { batchMb, largestMb, type UploadLimits } from "../../../components/speckle/uploads.ts";
import { graphOf, settingsOf } from "../../support/graph.ts";
import { guest } from "../../support/guest.ts";

const uploads: UploadLimits = { fileMb: 500, objectMb: 200 };

/** What an environment is made with of everything that says how large uploads may be. */
async function saidOf(stack: string, change: Record<string, unknown>) {
  const all = await graphOf(settingsOf(stack, change));
  const inputs = (name: string): any => all.find((one) => one.name === name)?.inputs;
  const values = (name: string) => inputs(name)?.values;
  const most = (name: string) =>
    inputs(`speckle-edge-middleware-speckle-body-${name}`)?.spec.buffering.maxRequestBodyBytes;
  const { file_size_limit_mb, server } = values("speckle-release");
  return {
    chart: [file_size_limit_mb, server.max_object_size_mb, server.max_object_upload_file_size_mb],
    traefik: [most("file"), most("objects"), most("100mb"), most("10mb")].map((most) => most / 2 ** 20),
    room: values("speckle-edge-traefik")?.deployment.tmpVolume.emptyDir.sizeLimit,
    container: inputs("speckle-namespaces-traefik-limits")?.spec.limits[0].default["ephemeral-storage"],
    mark: inputs("speckle-namespaces-traefik")?.metadata.annotations["speckle.systems/largest-upload-mb"],
  };
}

describe("the size of uploads", () => {
  it("is the chart's own unless a setting says otherwise (F45)", async () => {
    assert.deepEqual(await saidOf("dev", {}), {
      chart: [100, 100, 100],
      traefik: [101, 101, 100, 10],
      room: "4Gi",
      container: "8Gi",
      mark: "100",
    });
  });

  for (const stack of ["dev", "staging", "prod"])
    it(`is one setting for the chart, Traefik, its disk and its neighbours: ${stack} (F45)`, async () => {
      assert.deepEqual(await saidOf(stack, { uploads }), {
        chart: [500, 200, 200],
        traefik: [501, 201, 100, 10],
        room: "5Gi",
        container: "9Gi",
        mark: "500",
      });
    });

  it("is of the environment's own routes, where Traefik is another one's", async () => {
    assert.deepEqual(await saidOf("dev", { ...guest, uploads }), {
      chart: [500, 200, 200],
      traefik: [501, 201, 100, 10],
      room: undefined,
      container: undefined,
      mark: undefined,
    });
    const { shared, uploads: claimed } = claimOf(settingsOf("dev", { ...guest, uploads }) as never);
    assert.ok(shared.includes("traefik"));
    assert.deepEqual(claimed, uploads);
  });

  it("leaves Traefik room for ten of the largest, and Speckle a batch that holds its largest object", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 25, max: 250 }),
        (fileMb, objectMb) => {
          const own = { fileMb, objectMb };
          const { deployment } = traefikValues({
            entry: { type: "LoadBalancer" },
            replicas: 1,
            uploads: own,
          });
          const room = parseQuantity(deployment.tmpVolume.emptyDir.sizeLimit) ?? 0;
          assert.equal(room, gatheredGi(own) * 2 ** 30);
          assert.ok(room >= 10 * largestMb(own) * 2 ** 20 && room >= 4 * 2 ** 30);
          assert.ok(batchMb(own) >= objectMb && batchMb(own) >= 100);
        },
      ),
    );
  });
});
