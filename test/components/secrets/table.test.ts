import assert from "node:assert/strict";
import {
  consumers,
  generatedSecrets,
  type SecretKey,
  secretTable,
} from "../../../components/secrets/table.ts";
import { workloads } from "../../../components/speckle/workloads.ts";
import { settingsSchema } from "../../../stacks/schema.ts";

describe("the table of secrets", () => {
  it("has a workload for every purpose, and every purpose of a workload", () => {
    const read = new Set(workloads.flatMap(({ secrets }) => secrets));
    const listed = Object.values(secretTable).flatMap(({ purposes }) => purposes);
    assert.deepEqual([...read].sort(), [...listed].sort());
    for (const secret of Object.keys(secretTable) as SecretKey[])
      assert.equal(
        consumers(secret).length > 0,
        !["registration", "entry", "administrator"].includes(secret),
        secret,
      );
  });

  it("names no carrier twice", () => {
    const carriers = Object.values(secretTable).flatMap((facts) => facts.carriers);
    const names = carriers.map(({ name, key }) => `${name}.${key}`);
    assert.equal(new Set(names).size, names.length);
  });

  it("makes up none that is short enough to be guessed", () => {
    for (const secret of generatedSecrets) assert.ok((secretTable[secret].length ?? 0) >= 32, secret);
  });

  it("has a setting for the rotation of each that is made up", () => {
    const all = Object.fromEntries(generatedSecrets.map((secret) => [secret, 1]));
    assert.deepEqual(settingsSchema.shape.rotate.parse(all), all);
  });
});
