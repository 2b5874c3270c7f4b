import type { Review } from "../review.ts";
import { differences, type Markup } from "./differences.ts";
import { htmlText } from "./html-text.ts";
import { effectClass, styles } from "./palette.ts";
import { picture } from "./picture.ts";
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

/** Reviews as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function html(reviews: readonly Review[], against: string): string {
  const contents =
    reviews.length > 1
      ? card(
          "Environments",
          bullets(
            reviews.map((review) => `<a href="#${htmlText(review.stack)}">${htmlText(headline(review))}</a>`),
          ),
        )
      : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What changes against ${htmlText(against)}</title>
<style>${styles}</style>
</head>
<body><main>
<h1>What changes against <code>${htmlText(against)}</code></h1>
${contents}
${reviews.map(environment).join("\n")}
</main></body>
</html>
`;
}

const markup: Markup = {
  code,
  text: htmlText,
  changedRoute: ({ match, to }) => `${code(match)} → ${htmlText([to.service, ...to.middlewares].join(", "))}`,
};

function environment(review: Review): string {
  const parts = [
    `<h2 id="${htmlText(review.stack)}" class="${effectClass[review.effect]}">${htmlText(headline(review))}</h2>`,
    list(
      "Why the check fails",
      review.problems.map(
        ({ path, reason, fix }) =>
          `<strong class="loss">${htmlText(path)}</strong>: ${htmlText(reason)}<br><span class="quiet">${htmlText(fix)}</span>`,
      ),
    ),
    list("Worth knowing", review.warnings.map(htmlText)),
    drawing(review),
    ...grouped(review.changes).map(([effect, changes]) =>
      details(
        `<span class="${effectClass[effect]}">${effectTitles[effect]}</span> (${changes.length})`,
        byResource(changes).map(([resource, own]) => {
          const accepted = own.some(({ acknowledged }) => acknowledged)
            ? ' <em class="calm">acknowledged</em>'
            : "";
          const each = own.map(({ path, words }) => `${path ? `${code(path)} ` : ""}${htmlText(words)}`);
          return `<strong>${htmlText(resource)}</strong>${accepted}${each.length > 1 ? bullets(each) : ` ${each[0]}`}`;
        }),
        effect !== "none",
      ),
    ),
    list(
      "Settings",
      review.settings.map(({ path, from, to }) => `${code(path)}: ${code(from)} → ${code(to)}`),
    ),
    ...differences(review, markup).map(([title, lines]) => list(title, lines)),
    room(review),
    cost(review),
    details(
      `Objects that differ (${review.objects.length})`,
      review.objects.map(
        ({ object, change, lines }) =>
          `<strong>${htmlText(object)}</strong> ${change}${bullets(lines.map(code))}`,
      ),
      false,
    ),
    list("Not genuine", review.standIns.map(htmlText)),
  ];
  return parts.filter(Boolean).join("\n");
}

function drawing(review: Review): string {
  const drawn = picture(review);
  return drawn ? card("The environment after the change", drawn) : "";
}

function room({ fit }: Review): string {
  if (!fit || fit.after.pools.length === 0) return "";
  const rows = fit.after.pools.map(({ role, nodes, cpu, memory }) => [
    role,
    String(nodes),
    percent(cpu),
    percent(memory),
  ]);
  return card(
    "Does it fit",
    `${table(["pool", "nodes", "CPU requested", "memory requested"], rows, [1, 2, 3])}
<p>${htmlText(connectionsText(fit.after.connections))}</p>`,
  );
}

function cost({ cost }: Review): string {
  if (!cost || (cost.before.lines.length === 0 && cost.after.lines.length === 0)) return "";
  const rows = cost.after.lines.map((line) => [line.resource, line.what, amountText(line), line.source]);
  const budget = cost.budget === undefined ? "" : ` Budget: $${cost.budget.toFixed(2)}.`;
  return card(
    "Cost in a month",
    `<p>${htmlText(costText(cost.before))} → ${htmlText(costText(cost.after))}.${budget} Tax is not in it.</p>
${table(["resource", "what", "a month", "price from"], rows, [2])}`,
  );
}

function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
): string {
  const cells = (tag: string, row: readonly string[]) =>
    row
      .map(
        (cell, index) =>
          `<${tag}${numbers.includes(index) ? ' class="number"' : ""}>${htmlText(cell)}</${tag}>`,
      )
      .join("");
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("");
  return `<div class="scroll" tabindex="0"><table><thead><tr>${cells("th", titles)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function card(title: string, contents: string): string {
  return `<section class="card"><h3>${title}</h3>${contents}</section>`;
}

function list(title: string, items: readonly string[]): string {
  return items.length > 0 ? card(title, bullets(items)) : "";
}

function details(title: string, items: readonly string[], open: boolean): string {
  if (items.length === 0) return "";
  return `<details${open ? " open" : ""}><summary>${title}</summary>${bullets(items)}</details>`;
}

function bullets(items: readonly string[]): string {
  return items.length > 0 ? `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>` : "";
}

function code(text: string): string {
  return `<code>${htmlText(text)}</code>`;
}
