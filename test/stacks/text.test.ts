import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromText, readText } from "../../stacks/text.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("texts of settings", () => {
  const { HOME } = process.env;
  afterEach(() => {
    process.env.HOME = HOME;
  });

  it("are read from a file, also below one's home as a shell names it", () => {
    const folder = temporaryFolder("home");
    const file = join(folder, "kubeconfig");
    writeFileSync(file, "text");
    process.env.HOME = folder;
    assert.deepEqual([readText(file), readText("~/kubeconfig")], ["text", "text"]);
    assert.throws(() => readText("~kubeconfig"), /ENOENT.*'~kubeconfig'/);
  });

  const values: [text: unknown, value: unknown][] = [
    ['{"type":"kind"}', { type: "kind" }],
    [' [ "a" ]', ["a"]],
    ["{broken", "{broken"],
    ["20", "20"],
    ["true", "true"],
    [{ type: "kind" }, { type: "kind" }],
    [3, 3],
  ];
  for (const [text, value] of values)
    it(`are ${JSON.stringify(value)} where they are written ${JSON.stringify(text)}`, () => {
      assert.deepEqual(fromText(text), value);
    });
});
