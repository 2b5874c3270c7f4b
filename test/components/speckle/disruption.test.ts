import assert from "node:assert/strict";
import { disruptionBudgets } from "../../../components/speckle/disruption.ts";
import { presetNames, presets } from "../../../stacks/presets.ts";

describe("disruption budgets", () => {
  for (const preset of presetNames)
    it(`of ${preset} are there for workloads of several pods, and for none of one (F59)`, () => {
      const { workloads } = presets[preset];
      const budgets = disruptionBudgets({ namespace: "design", workloads, ifcImport: false });
      const several = Object.entries(workloads).filter(([, { replicas }]) => replicas > 1);
      const keys = several.map(([key]) => key).filter((key) => key !== "ifc_import_service");
      assert.deepEqual(
        budgets.map(({ key }) => key),
        keys,
      );
    });
});
