import assert from "node:assert/strict";
import { extraValuesProblems, ownedValues, settingFor, settingsOfValues } from "../../stacks/extra-values.ts";
import { settingRows } from "../../stacks/page.ts";

const problemsOf = (extraValues: Record<string, unknown>) => extraValuesProblems({ extraValues });

/** Values that are the program's own business: no setting stands for them. */
const itsOwn =
  /^(create_namespace|ssl_canonical_url|tlsRejectUnauthorized|docker_image_tag|imagePullPolicy|helm_test_enabled|file_import_time_limit_min|(ingress|gatewayAPI)\.enabled)$|^\w+\.(nodeSelector|tolerations|additionalEnvVars|rollingUpdate|enabled|dedicatedPreviewsQueue|(requests|limits)\.ephemeral-storage)\b/;

describe("values of the chart that the program sets itself", () => {
  const settings = new Set(
    settingRows().flatMap(({ path }) => {
      const steps = path.split(".");
      return steps.map((_, index) => steps.slice(0, index + 1).join("."));
    }),
  );

  it("are each refused with a setting that there is, or as the program's own", () => {
    assert.ok(ownedValues.length > 50);
    for (const value of ownedValues) {
      const setting = settingFor(value);
      const wanted = setting ? `set ${setting} instead.` : "there is no setting for it";
      if (setting) assert.ok(settings.has(setting), `${value}: ${setting}`);
      else assert.match(value, itsOwn);
      const given = value.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), 1);
      const [problem, ...more] = problemsOf(given as Record<string, unknown>);
      assert.deepEqual([problem?.path, more], [`extraValues.${value}`, []]);
      assert.ok(problem?.fix.includes(wanted), problem?.fix);
    }
  });

  it("have no other words than those for values that are set, or without effect", () => {
    const without = ["objects_size_limit_mb"];
    const stands = (value: string) =>
      [...ownedValues, ...without].some((owned) => owned === value || owned.startsWith(`${value}.`));
    assert.deepEqual(
      Object.keys(settingsOfValues).filter((value) => !stands(value)),
      [],
    );
  });

  const table: [what: string, extraValues: Record<string, unknown>, path: string, words: RegExp][] = [
    ["the size of files", { file_size_limit_mb: 500 }, "file_size_limit_mb", /set uploads\.fileMb instead/],
    [
      "the size of objects",
      { server: { max_object_size_mb: 200 } },
      "server.max_object_size_mb",
      /set uploads\.objectMb instead/,
    ],
    [
      "the size of batches of objects, which only the chart's Ingress reads",
      { objects_size_limit_mb: 200 },
      "objects_size_limit_mb",
      /only the chart's own Ingress reads.*set uploads\.objectMb instead/,
    ],
    [
      "the size of calls, which only the chart's Ingress reads",
      { ingress: { client_max_body_size_mb: 20 } },
      "ingress.client_max_body_size_mb",
      /only the chart's own Ingress reads.*there is no setting for it/,
    ],
    ["a whole section", { s3: "x" }, "s3", /set objectStore instead/],
    ["what has no one setting", { server: "x" }, "server", /there is no setting for it/],
    ["variables", { server: { additionalEnvVars: [] } }, "server.additionalEnvVars", /there is no setting/],
    ["the version", { docker_image_tag: "2.30.0" }, "docker_image_tag", /there is no setting for it/],
  ];
  for (const [what, extraValues, path, words] of table)
    it(`are refused with what to do: ${what}`, () => {
      const [problem, ...more] = problemsOf(extraValues);
      assert.deepEqual([problem?.path, more], [`extraValues.${path}`, []]);
      assert.match(`${problem?.reason} ${problem?.fix}`, words);
    });

  it("leave everything else of the chart to whoever gives it", () => {
    const extraValues = { server: { logLevel: "debug" }, featureFlags: { savedViewsEnabled: true } };
    assert.deepEqual(problemsOf(extraValues), []);
  });
});
