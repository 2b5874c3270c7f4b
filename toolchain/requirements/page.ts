import { code, table } from "../../components/markdown.ts";
import { cluster } from "./cluster.ts";
import { deployments } from "./deployments.ts";
import { failures } from "./failures.ts";
import { reference } from "./reference.ts";
import { type Requirement, requirement } from "./requirement.ts";
import { speckleChart } from "./speckle-chart.ts";
import { testSources, titlesOf } from "./titles.ts";

/** Everything that is asked, by who asks it. */
export const requirements: Readonly<Record<string, readonly Requirement[]>> = {
  "Of those who run Speckle's own chart": speckleChart.map(requirement),
  "Of a team that deploys one application many times": deployments.map(requirement),
  "Of those who answer for what runs": reference.map(requirement),
  "Of those who design a cluster": cluster.map(requirement),
  "Failures to survive": failures.map(requirement).map(withNumbered(testSources())),
};

/** The page `docs/requirements.md`: what is asked, where it is, and the test that shows it. */
export function requirementsPage(): string {
  const all = Object.values(requirements).flat();
  const count = (test: (one: Requirement) => boolean) => all.filter(test).length;
  return [
    "# Requirements",
    "",
    "Generated from `toolchain/requirements` by `npm run docs`: what is asked of a way to run Speckle, where it is, and a test",
    "that shows it. A test fails when a file or a test that is named here is gone. Titles of tests below `test/` are cut to",
    "what finds them.",
    "",
    `${all.length} requirements: ${count(isWhole)} are there, ${count(isPartly)} in part, ${count(isMissing)} not.`,
    ...Object.entries(requirements).flatMap(([title, those]) => [
      "",
      `## ${title}`,
      "",
      ...table(["", "what", "where", "shown by", "not there"], those.map(row)),
    ]),
    "",
  ].join("\n");
}

function isWhole({ missing }: Requirement): boolean {
  return missing === "";
}

function isPartly({ missing, where }: Requirement): boolean {
  return missing !== "" && where.length > 0;
}

function isMissing({ where }: Requirement): boolean {
  return where.length === 0;
}

function withNumbered(sources: ReadonlyMap<string, string>): (one: Requirement) => Requirement {
  return (one) => ({ ...one, tests: [...new Set([...titlesOf(one.id, sources), ...one.tests])] });
}

/** Most tests of one requirement that are named. */
const mostTests = 3;

function row({ id, what, where, tests, missing }: Requirement): string[] {
  const left = tests.length - mostTests;
  const shown = tests.slice(0, mostTests).map(testText);
  return [
    id,
    what,
    where.map(code).join(", "),
    [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join("; "),
    missing,
  ];
}

function testText(test: string): string {
  const [file = "", words = ""] = test.split(/: (.*)/s);
  return `${code(file)} ${words.replaceAll(/\$\{[^}]*\}/g, "…")}`;
}
