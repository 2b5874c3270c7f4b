import assert from "node:assert/strict";
import { type Effect, worstOf } from "../../review/effects/change.ts";
import { classify } from "../../review/effects/classify.ts";
import { dataLoss } from "./effects/data-loss.ts";
import { downtime, replacement, rollingRestart } from "./effects/interruptions.ts";
import { type Case, doPool, own } from "./effects/sides.ts";
import { none } from "./effects/unnoticed.ts";
import { claim, plan, resource } from "./support.ts";

const cases: Readonly<Record<Effect, readonly Case[]>> = {
  "data loss": dataLoss,
  replacement,
  downtime,
  "rolling restart": rollingRestart,
  none,
};

describe("the effect of a change", () => {
  for (const [effect, ofEffect] of Object.entries(cases))
    for (const [what, before, after, words] of ofEffect)
      it(`is ${effect} when ${what}`, () => {
        const changes = classify(before, after);
        assert.equal(worstOf(changes), effect, JSON.stringify(changes, null, 1));
        if (words) assert.match(changes[0]?.words ?? "", words);
      });

  it("is nothing at all where nothing changes", () => {
    for (const [, before] of Object.values(cases).flat()) assert.deepEqual(classify(before, before), []);
  });

  it("is told the worst first", () => {
    const [before, after] = own(claim("1Gi"), undefined);
    const changes = classify(before, { ...after, ...plan([resource(doPool, "p", {})]) });
    assert.deepEqual(
      changes.map(({ effect }) => effect),
      ["data loss", "none"],
    );
  });
});
