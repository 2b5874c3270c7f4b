import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pages } from "../toolchain/docs.ts";

describe("the generated pages", () => {
  for (const [name, page] of Object.entries(pages)) {
    it(`docs/${name} is what the program says now; \`npm run docs\` writes it anew`, () => {
      assert.equal(readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8"), page());
    });
  }
});
