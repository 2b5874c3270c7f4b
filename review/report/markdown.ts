import type { Review } from "../review.ts";
import { differences, type Markup } from "./differences.ts";
import {
  amountText,
  byResource,
  connectionsText,
  costText,
  effectTitles,
  grouped,
  headline,
  percent,
} from "./words.ts";

/** Most lines of one kind that a comment shows; the JSON has all. */
const mostLines = 60;

/** Reviews as Markdown for a comment on a pull request. */
export function markdown(reviews: readonly Review[], against: string): string {
  if (reviews.every(({ result }) => result === "unchanged")) {
    const names = reviews.map(({ stack }) => stack).join(", ");
    return `Nothing changes in ${names} against ${against}.\n`;
  }
  return `${reviews.map(section).join("\n")}`;
}

const markup: Markup = {
  code,
  text,
  changedRoute: ({ match, from, to }) =>
    `${code(match)}: ${text([from.service, ...from.middlewares].join(", "))} → ${text([to.service, ...to.middlewares].join(", "))}`,
};

function section(review: Review): string {
  if (review.result === "unchanged") return `## ${headline(review)}\n`;
  const parts = [
    `## ${headline(review)}`,
    problems(review),
    list("Worth knowing", review.warnings.map(text)),
    list(
      "Settings",
      review.settings.map(({ path, from, to }) => `${code(path)}: ${code(from)} → ${code(to)}`),
    ),
    ...grouped(review.changes).map(([effect, changes]) =>
      details(
        `${effectTitles[effect]} (${changes.length})`,
        byResource(changes).flatMap(([resource, own]) => {
          const accepted = own.some(({ acknowledged }) => acknowledged) ? " *(acknowledged)*" : "";
          const each = own.map(({ path, words }) => `${path ? `${code(path)} ` : ""}${text(words)}`);
          const title = `**${text(resource)}**${accepted}`;
          return each.length > 1 ? [title, ...each.map((line) => `  ${line}`)] : [`${title} ${each[0]}`];
        }),
        effect !== "none",
      ),
    ),
    ...differences(review, markup).map(([title, lines]) => list(title, lines)),
    room(review),
    cost(review),
    details(
      `Objects that differ (${review.objects.length})`,
      review.objects.flatMap(({ object, change, lines }) => [
        `${text(object)}: ${change}`,
        ...lines.map((line) => `  ${code(line)}`),
      ]),
      false,
    ),
    list("Not genuine", review.standIns.map(text)),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function problems({ problems }: Review): string {
  return list(
    "Why the check fails",
    problems.map(({ path, reason, fix }) => `**${text(path)}**: ${text(reason)}  \n  ${text(fix)}`),
  );
}

function room({ fit }: Review): string {
  if (!fit) return "";
  const { pools, connections } = fit.after;
  const rows = pools.map(({ role, nodes, cpu, memory }) => {
    const earlier = fit.before.pools.find((pool) => pool.role === role);
    const was = (now: number, before: number | undefined) =>
      before === undefined || percent(before) === percent(now)
        ? percent(now)
        : `${percent(before)} → ${percent(now)}`;
    return `| ${role} | ${nodes} | ${was(cpu, earlier?.cpu)} | ${was(memory, earlier?.memory)} |`;
  });
  return [
    "### Does it fit",
    "",
    "| pool | nodes | CPU requested | memory requested |",
    "| --- | ---: | ---: | ---: |",
    ...rows,
    "",
    connectionsText(connections),
  ].join("\n");
}

function cost({ cost }: Review): string {
  if (!cost || (cost.before.lines.length === 0 && cost.after.lines.length === 0)) return "";
  const rows = cost.after.lines.map(
    (line) => `| ${text(line.resource)} | ${text(line.what)} | ${amountText(line)} | ${text(line.source)} |`,
  );
  const budget = cost.budget === undefined ? "" : ` Budget: $${cost.budget.toFixed(2)}.`;
  return [
    "### Cost in a month",
    "",
    `${costText(cost.before)} → ${costText(cost.after)}.${budget} Tax is not in it.`,
    "",
    "| resource | what | a month | price from |",
    "| --- | --- | ---: | --- |",
    ...rows,
  ].join("\n");
}

function list(title: string, items: readonly string[]): string {
  return items.length > 0 ? `### ${title}\n\n${bullets(items)}` : "";
}

function details(title: string, items: readonly string[], open: boolean): string {
  if (items.length === 0) return "";
  return `<details${open ? " open" : ""}><summary>${title}</summary>\n\n${bullets(items)}\n\n</details>`;
}

function bullets(items: readonly string[]): string {
  const shown = items
    .slice(0, mostLines)
    .map((item) => (item.startsWith("  ") ? `  - ${item.trim()}` : `- ${item}`));
  const left = items.length - shown.length;
  return [...shown, ...(left > 0 ? [`- and ${left} more, in the JSON`] : [])].join("\n");
}

/** Names come from files anybody may propose: they must not become markup, mentions or links. */
function text(value: string): string {
  return value
    .replaceAll(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b")
    .replaceAll(/\s+/g, " ");
}

function code(value: string): string {
  const line = value.replaceAll(/\s+/g, " ");
  const fence = line.includes("`") ? "``" : "`";
  return `${fence}${fence === "``" ? ` ${line.replaceAll("``", "` `")} ` : line}${fence}`;
}
