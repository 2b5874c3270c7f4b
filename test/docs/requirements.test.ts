import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { requirements } from "../../toolchain/requirements/page.ts";
import { testSources } from "../../toolchain/requirements/titles.ts";

const root = new URL("../../", import.meta.url);
const all = Object.values(requirements).flat();
const sources = testSources();

describe("the page of requirements", () => {
  it("has everything that is asked, each once", () => {
    const numbers = { A: 34, B: 30, C: 29, D: 33, F: 72 };
    const expected = Object.entries(numbers).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    assert.deepEqual(
      all.map(({ id }) => id),
      expected,
    );
  });

  it("names a file and a test that are there", () => {
    const gone = all.flatMap(({ id, where, tests }) => [
      ...where.filter((file) => !existsSync(new URL(file, root))).map((file) => `${id}: ${file}`),
      ...tests.filter((test) => !isThere(test)).map((test) => `${id}: test/${test}`),
    ]);
    assert.deepEqual(gone, []);
  });

  it("says what is missing wherever nothing shows that a thing is there", () => {
    const unshown = all.filter(({ tests, where, missing }) => !missing && !(tests.length && where.length));
    assert.deepEqual(
      unshown.map(({ id }) => id),
      [],
    );
  });

  it("does not call a failure missing that a test is numbered with", () => {
    const numbered = (id: string) =>
      [...sources.values()].some((text) => new RegExp(`\\b${id}\\b[^()]*\\)`).test(text));
    const stale = all.filter(({ id, where }) => id.startsWith("F") && where.length === 0 && numbered(id));
    assert.deepEqual(
      stale.map(({ id }) => id),
      [],
    );
  });
});

function isThere(test: string): boolean {
  const [file = "", words = ""] = test.split(/: (.*)/s);
  return sources.get(file)?.includes(words) ?? false;
}
