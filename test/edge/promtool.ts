import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitoringObjects } from "../../components/monitoring/objects.ts";
import type { NetworkArgs } from "../../components/network/peers.ts";
import { programs } from "../../toolchain/binaries.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Samples of one series, a minute each from time 0 on, in promtool's notation; no series when undefined. */
export type Series = Record<string, string | undefined>;

/** Minutes that a test lasts. */
export const lasts = 240;

/** Series from what a scrape of each minute gives. */
export function samples(scrape: (minute: number) => Readonly<Record<string, number>>): Series {
  const scraped = Array.from({ length: lasts + 1 }, (_, minute) => scrape(minute));
  const names = new Set(scraped.flatMap((one) => Object.keys(one)));
  return Object.fromEntries(
    [...names].map((name) => [name, scraped.map((one) => one[name] ?? "_").join(" ")]),
  );
}

/** What an expression gives at the end of four hours. */
export interface Expected {
  readonly expr: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

/** The real promtool, with the alarms of an environment. */
export interface Promtool {
  /** Runs it in the folder of the rules, and fails when it does. */
  ask(...args: string[]): void;
  /** That expressions give just that. */
  assertGiven(series: Series, expected: readonly Expected[]): void;
  /** The alarms that are there at the end, and no others. */
  assertFiring(series: Series, alarms: readonly string[]): void;
}

/** @param watched the environment whose alarms they are */
export async function openPromtool(watched: NetworkArgs): Promise<Promtool> {
  const { promtool } = await programs(["promtool"], () => {});
  const folder = temporaryFolder("alarms");
  const rule = monitoringObjects(watched, {}).find(({ kind }) => kind === "PrometheusRule");
  writeFileSync(join(folder, "rules.yml"), JSON.stringify(rule?.spec));

  const ask = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
  };

  function test(series: Series, expected: readonly Expected[], rules: readonly string[]): void {
    const input = Object.entries(series).flatMap(([name, values]) =>
      values === undefined ? [] : [{ series: name, values }],
    );
    const asked = expected.map((one) => ({ ...one, eval_time: `${lasts - 1}m` }));
    const tests = [{ interval: "1m", input_series: input, promql_expr_test: asked }];
    const file = { rule_files: rules, evaluation_interval: "1m", tests };
    writeFileSync(join(folder, "test.yml"), JSON.stringify(file));
    ask("test", "rules", "test.yml");
  }

  return {
    ask,
    assertGiven: (series, expected) => test(series, expected, []),
    assertFiring: (series, alarms) => {
      const expr = 'count by (alertname, namespace) (ALERTS{alertstate="firing"}) > bool 0';
      const labels = (name: string) => `{alertname="${name}", namespace="${watched.namespace}"}`;
      const exp_samples = alarms.map((name) => ({ labels: labels(name), value: 1 }));
      test(series, [{ expr, exp_samples }], ["rules.yml"]);
    },
  };
}
