import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parseAllDocuments } from "yaml";
import { charts } from "../../../components/charts.ts";
import { deepMerge, type PlainObject } from "../../../components/merge.ts";
import { speckleValues } from "../../../components/speckle/values.ts";
import { chartFolders } from "../../../rehearsal/charts/folders.ts";
import { findArchive } from "../../../rehearsal/charts/resolve.ts";
import { presets } from "../../../stacks/presets.ts";
import { binaries, cacheDirectory } from "../../../toolchain/binaries.ts";
import { chartHides, chartPaths } from "../../support/speckle-routes.ts";

const archive = findArchive(charts.speckle, { folders: chartFolders(), cache: cacheDirectory() });

describe("the genuine chart of Speckle", function () {
  if (!archive) return;
  this.timeout(120_000);

  async function rendered(more: PlainObject): Promise<any[]> {
    const { helm } = await binaries(() => {});
    const values = speckleValues({
      domain: "speckle.example.com",
      namespace: "design",
      postgres: { name: "speckle-postgres-url", key: "postgres_url" },
      objectStore: {
        endpoint: "http://s",
        publicEndpoint: "https://s",
        region: "r",
        bucket: "b",
        accessKey: "k",
      },
      workloads: presets.dev.workloads,
      ifcImport: false,
      telemetry: false,
      uploads: { fileMb: 500, objectMb: 200 },
    });
    const input = JSON.stringify(deepMerge(values, more));
    const text = execFileSync(helm, ["template", "speckle-server", archive as string, "--values", "-"], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    return parseAllDocuments(text).map((document) => document.toJSON());
  }

  it("tells its programs how large uploads may be (F45)", async () => {
    const told = (await rendered({})).flatMap((object) =>
      object?.kind === "Deployment"
        ? object.spec.template.spec.containers[0].env
            .filter(({ name }: { name: string }) => /^(FILE_SIZE_LIMIT|MAX_OBJECT\w*)_MB$/.test(name))
            .map(({ name, value }: { name: string; value: string }) => [object.metadata.name, name, value])
        : [],
    );
    const api = ["speckle-server", "speckle-objects"].flatMap((name) => [
      [name, "FILE_SIZE_LIMIT_MB", "500"],
      [name, "MAX_OBJECT_SIZE_MB", "200"],
      [name, "MAX_OBJECT_UPLOAD_FILE_SIZE_MB", "200"],
    ]);
    const others = [
      ["speckle-frontend-2", "FILE_SIZE_LIMIT_MB", "500"],
      ["speckle-fileimport-service", "MAX_OBJECT_SIZE_MB", "200"],
    ];
    assert.deepEqual(told.map(String).sort(), [...api, ...others].map(String).sort());
  });

  it("has the Ingresses that the routes are held against (F44)", async () => {
    const ingresses = (await rendered({ ingress: { enabled: true } })).filter(
      (one) => one?.kind === "Ingress",
    );
    const hides = "nginx.ingress.kubernetes.io/rewrite-target";
    const paths = (hidden: boolean) =>
      ingresses
        .filter(({ metadata }) => hides in metadata.annotations === hidden)
        .flatMap(({ spec }) => spec.rules[0].http?.paths ?? []);
    const facts = paths(false).map(({ path, pathType, backend }) => [
      path,
      pathType.toLowerCase(),
      backend.service.name,
    ]);
    assert.deepEqual(facts.map(String).sort(), chartPaths.map(String).sort());
    assert.deepEqual(
      paths(true)
        .map(({ path }) => path)
        .sort(),
      [...chartHides].sort(),
    );
  });
});
