import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { type Chart, type ChartKey, chartSource, charts } from "../../../components/charts.ts";
import { ProblemsError } from "../../../components/problem.ts";
import { localChart, type ResolvedCharts, resolveCharts } from "../../../rehearsal/charts/resolve.ts";
import { writeStandIn } from "../../../rehearsal/charts/stand-ins.ts";
import { binaries } from "../../../toolchain/binaries.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const keys = Object.keys(charts) as ChartKey[];
const archive = (key: ChartKey) => `${charts[key].name}-${charts[key].version}.tgz`;

describe("the charts of a rehearsal", () => {
  let folder: string;
  const lines: string[] = [];
  const path = (...names: string[]) => join(folder, ...names);

  beforeEach(() => {
    folder = temporaryFolder("resolve");
    lines.length = 0;
    helm("exit 1");
  });

  /** A Helm that notes each call and then does as told; `$to` is the folder it pulls to. */
  function helm(does: string): void {
    const text = `#!/bin/sh\necho "$*" >> "${path("calls")}"\nfor to in "$@"; do :; done\n${does}\n`;
    writeFileSync(path("helm"), text);
    chmodSync(path("helm"), 0o755);
  }

  /** Shell for the archive a pull would leave in a folder. */
  const pulled = keys
    .map((key) => `case "$2" in *${charts[key].name}) echo pulled > "$to/${archive(key)}";; esac`)
    .join("\n");

  const calls = () =>
    existsSync(path("calls")) ? readFileSync(path("calls"), "utf8").trim().split("\n") : [];

  function put(place: string, key: ChartKey, text = place): string {
    const file = path(place, archive(key));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  const resolve = (folders: string[] = [], list: Record<ChartKey, Chart> = charts) =>
    resolveCharts({
      folders: folders.map((name) => path(name)),
      cache: path("cache"),
      helm: path("helm"),
      standIns: path("stand-ins"),
      report: (line) => lines.push(line),
      charts: list,
    });

  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail("nothing was refused"),
      (reason) => reason,
    );
    assert.ok(error instanceof ProblemsError, String(error));
    return error.problems;
  };

  const orders: [present: string[], taken: string][] = [
    [["first", "second", "cache/charts"], "first"],
    [["second", "cache/charts"], "second"],
    [["cache/charts"], "cache/charts"],
  ];
  for (const [present, taken] of orders) {
    it(`come from ${taken} when they lie in ${present.join(" and ")}`, async () => {
      for (const place of ["first", "second"]) mkdirSync(path(place));
      for (const key of keys) for (const place of present) put(place, key);
      const resolved = await resolve(["first", "second"]);
      for (const key of keys)
        assert.deepEqual(resolved[key], { path: path(taken, archive(key)), standIn: false });
      assert.deepEqual(calls(), []);
    });
  }

  it("are refused when a folder the user named is not there", async () => {
    const [problem] = await refusal(resolve(["nowhere"]));
    assert.equal(problem?.path, path("nowhere"));
  });

  it("are pulled all at once into the cache where they are missing, and never again", async () => {
    helm(`until [ "$(wc -l < "${path("calls")}")" -ge ${keys.length} ]; do sleep 0.05; done\n${pulled}`);
    const resolved = await resolve();
    for (const key of keys) {
      assert.deepEqual(resolved[key], { path: path("cache/charts", archive(key)), standIn: false });
    }
    assert.deepEqual(readdirSync(path("cache/charts")).sort(), keys.map(archive).sort());
    await resolve();
    assert.equal(calls().length, keys.length);
  });

  it("have stand-ins when nothing can be reached, and wait for nothing in the hour after", async () => {
    helm('echo "Error: no route to host" >&2; exit 1');
    const resolved = await resolve();
    for (const key of keys) {
      assert.equal(resolved[key].standIn, true);
      assert.match(
        readFileSync(join(resolved[key].path, "Chart.yaml"), "utf8"),
        new RegExp(charts[key].version),
      );
    }
    assert.ok(lines.some((line) => /^traefik 41.3.0: a stand-in.*no route to host/.test(line)));
    const said = lines.length;
    await resolve();
    assert.deepEqual([calls().length, lines.length], [keys.length, said], "neither tried nor told again");
  });

  it("are tried again after an hour", async () => {
    await resolve();
    const before = Date.now() / 1000 - 3601;
    for (const key of keys) utimesSync(path("cache/charts", `${archive(key)}.unreachable`), before, before);
    helm(pulled);
    const resolved = await resolve();
    assert.ok(keys.every((key) => !resolved[key].standIn));
    assert.deepEqual(readdirSync(path("cache/charts")).sort(), keys.map(archive).sort());
  });

  it("leave nothing half pulled behind", async () => {
    helm(`${pulled}\nexit 1`);
    const resolved = await resolve();
    assert.ok(keys.every((key) => resolved[key].standIn));
    assert.deepEqual(
      readdirSync(path("cache/charts")).sort(),
      keys.map((key) => `${archive(key)}.unreachable`).sort(),
    );
  });

  const digested = (digest: string) => ({ ...charts, traefik: { ...charts.traefik, digest } });

  it("are refused when the archive is not the one the list names", async () => {
    mkdirSync(path("first"));
    const file = put("first", "traefik", "changed");
    const problems = await refusal(resolve(["first"], digested("0".repeat(64))));
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [file],
    );
    assert.deepEqual(calls(), []);
  });

  it("are taken when the archive is the one the list names", async () => {
    mkdirSync(path("first"));
    const file = put("first", "traefik", "right");
    const digest = createHash("sha256").update("right").digest("hex");
    const resolved = await resolve(["first"], digested(digest));
    assert.equal(resolved.traefik.path, file);
  });

  it("are refused, and kept out of the cache, when a repository gives another archive", async () => {
    helm(pulled);
    const [problem] = await refusal(resolve([], digested("0".repeat(64))));
    assert.match(problem?.reason ?? "", /SHA-256/);
    assert.ok(!existsSync(path("cache/charts", archive("traefik"))));
  });

  it("are pulled by real Helm from a repository", async () => {
    const { helm: program } = await binaries(() => {});
    const key = "valkey";
    mkdirSync(path("repository"));
    const [source, repository] = [writeStandIn(key, path("source")), path("repository")];
    execFileSync(program, ["package", source, "--destination", repository]);
    execFileSync(program, ["repo", "index", repository]);
    const server = createServer((request, response) => {
      response.end(readFileSync(path("repository", request.url ?? "")));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const other of keys.filter((candidate) => candidate !== key)) put("cache/charts", other);
    writeFileSync(path("helm"), `#!/bin/sh\nexec ${program} "$@"\n`);
    const list = { ...charts, [key]: { ...charts[key], repository: address } };
    const resolved = await resolve([], list).finally(() => server.close());
    assert.deepEqual(resolved[key], { path: path("cache/charts", archive(key)), standIn: false });
    assert.deepEqual(readFileSync(resolved[key].path), readFileSync(path("repository", archive(key))));
  });
});

describe("the local path of a release's chart", () => {
  const resolved = Object.fromEntries(
    keys.map((key) => [key, { path: `/charts/${key}`, standIn: false }]),
  ) as ResolvedCharts;

  for (const key of keys) {
    const source = chartSource(charts[key]);

    it(`is found for ${key}`, () => {
      assert.equal(localChart(resolved, source), `/charts/${key}`);
      assert.equal(localChart(resolved, { ...source, version: charts[key].version }), `/charts/${key}`);
    });

    it(`is not ${key}'s for another version, chart or repository`, () => {
      assert.equal(localChart(resolved, { ...source, version: "0.0.1" }), undefined);
      assert.equal(localChart(resolved, { ...source, chart: `${source.chart}-other` }), undefined);
      const repositoryOpts = { repo: "https://charts.example.com" };
      assert.equal(localChart(resolved, { ...source, repositoryOpts }), undefined);
    });
  }
});
