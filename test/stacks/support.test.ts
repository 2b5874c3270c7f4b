import assert from "node:assert/strict";
import type { ClusterChoice } from "../../components/environment-args.ts";
import { supportWarnings } from "../../stacks/support.ts";
import { settingsOf } from "../support/graph.ts";

const clusters: Record<string, ClusterChoice> = {
  digitalocean: settingsOf("staging").cluster,
  aws: settingsOf("prod").cluster,
  kind: settingsOf("dev").cluster,
};

const warnings = (cloud: string, version: string, today: string) =>
  supportWarnings({ ...clusters[cloud], version } as ClusterChoice, new Date(today)).map(
    ({ reason }) => reason,
  );

describe("the support of a Kubernetes version (F40)", () => {
  const cases: [cloud: string, version: string, today: string, words: RegExp | undefined][] = [
    ["aws", "1.35", "2026-12-26", undefined],
    ["aws", "1.35", "2026-12-27", /1\.35 ends on 2027-03-27, in 90 days: then AWS upgrades/],
    ["aws", "1.35", "2027-03-27", /ends on 2027-03-27, in 0 days/],
    ["aws", "1.35", "2027-03-29", /ended on 2027-03-27/],
    ["aws", "1.34", "2026-11-21", /1\.34 ends on 2026-12-02, in 11 days/],
    ["digitalocean", "1.34.6-do.0", "2026-11-21", /1\.34 ended on 2026-10-27: then nobody repairs it/],
    ["digitalocean", "1.35.4-do.0", "2026-11-21", undefined],
    ["digitalocean", "1.99.0-do.0", "2026-11-21", undefined],
    ["kind", "1.20", "2026-11-21", undefined],
  ];
  for (const [cloud, version, today, words] of cases) {
    it(`${words ? "is warned about" : "is no matter"} with ${version} on ${cloud} on ${today}`, () => {
      const found = warnings(cloud, version, today);
      assert.equal(found.length, words ? 1 : 0);
      if (words) assert.match(found[0] ?? "", words);
    });
  }
});
