import assert from "node:assert/strict";
import { settingRows, wordsFor } from "../../stacks/page.ts";
import { settingsWords } from "../../stacks/settings-words.ts";

describe("the page of settings", () => {
  it("says of every setting what it is and what changing it does", () => {
    const wordless = settingRows().filter(({ path }) => !wordsFor(path));
    assert.deepEqual(
      wordless.map(({ path }) => path),
      [],
    );
  });

  it("has no words for a setting that is gone", () => {
    const used = new Set(settingRows().map(({ path }) => wordsFor(path)));
    assert.deepEqual(
      Object.keys(settingsWords).filter((path) => !used.has(settingsWords[path])),
      [],
    );
  });
});
