import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const tests = new URL("../../test/", import.meta.url);

/** Sources of the tests, and of those that several files share, by their paths below test/. */
export function testSources(): Map<string, string> {
  const names = readdirSync(fileURLToPath(tests), { recursive: true, encoding: "utf8" });
  const files = names
    .filter((name) => /(\.test|\.edge|-suites)\.ts$|^support\/rehearsed\//.test(name))
    .sort();
  return new Map(files.map((name) => [name, readFileSync(new URL(name, tests), "utf8")]));
}

/** Titles that name a failure by its number in brackets, as `file: title`. */
export function titlesOf(id: string, sources: ReadonlyMap<string, string>): string[] {
  const title = new RegExp(`(["\`])((?:(?!\\1).)*?) ?\\((?:F\\d+, )*${id}(?:, F\\d+)*\\)`, "g");
  return [...sources].flatMap(([file, source]) =>
    [...source.matchAll(title)].map(([, , words]) => `${file}: ${words}`),
  );
}
