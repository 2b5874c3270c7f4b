import type { Cost } from "../cost/cost.ts";
import type { CostLine } from "../cost/line.ts";
import { type Effect, effects } from "../effects/change.ts";
import type { Edge } from "../findings/edges.ts";
import type { Permission } from "../findings/permissions.ts";
import type { Connections } from "../fit/fit.ts";
import type { Review, ReviewedChange } from "../review.ts";

/** Titles of the groups of changes. */
export const effectTitles: Readonly<Record<Effect, string>> = {
  "data loss": "Data loss",
  replacement: "Replacement",
  downtime: "Downtime",
  "rolling restart": "Rolling restart",
  none: "No effect on what runs",
};

/** Changes by effect, the worst group first; empty groups are left out. */
export function grouped(changes: readonly ReviewedChange[]): [Effect, ReviewedChange[]][] {
  return effects
    .toReversed()
    .map((effect): [Effect, ReviewedChange[]] => [
      effect,
      changes.filter((change) => change.effect === effect),
    ])
    .filter(([, group]) => group.length > 0);
}

/** Changes of one group by resource, in the order in which the resources come first. */
export function byResource(changes: readonly ReviewedChange[]): [string, ReviewedChange[]][] {
  return [...Map.groupBy(changes, ({ resource }) => resource)];
}

/** The review in one line. */
export function headline(review: Review): string {
  const { stack, result, effect, changes, problems } = review;
  if (result === "refused") return `${stack}: cannot be planned`;
  if (result === "unchanged") return `${stack}: nothing changes`;
  const many = `${changes.length} ${changes.length === 1 ? "change" : "changes"}`;
  const worst = effect === "none" ? "nothing that runs is touched" : `worst effect: ${effect}`;
  return `${stack}: ${many}, ${worst}${problems.length > 0 ? "; the check fails" : ""}`;
}

/** A permission as a sentence. */
export function permissionText({ who, where, verb, what }: Permission): string {
  return `${who} may ${verb} ${what} ${where ? `in ${where}` : "everywhere"}`;
}

/** An edge of the network as a sentence. */
export function edgeText({ from, to, ports, why, whole }: Edge): string {
  const half = whole ? "" : " (in fact closed: the policies of the other end do not let it through)";
  return `${from.join(", ")} → ${to}, ${ports.join(", ")}: ${why}${half}`;
}

/** A cost as text, with what is unknown named. */
export function costText({ monthly, lines }: Cost): string {
  if (lines.length === 0) return "no cloud's bill";
  const open = lines.filter((line) => line.monthly === undefined);
  const unknown = open.filter(({ rate }) => rate === undefined).length;
  const parts = [
    `$${monthly.toFixed(2)}`,
    ...(open.length > unknown ? ["what is paid by use"] : []),
    ...(unknown > 0 ? [`${unknown} of unknown price`] : []),
  ];
  return listText(parts);
}

/** What one thing costs in a month, as text. */
export function amountText({ monthly, rate }: CostLine): string {
  if (monthly !== undefined) return `$${monthly.toFixed(2)}`;
  return rate === undefined ? "unknown" : `by use: ${rate}`;
}

function listText(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** How many connections to the database there are, in a sentence. */
export function connectionsText({ atRest, atPeak, max }: Connections): string {
  const limit = max === undefined ? "the database's limit is not known here" : `of ${max}`;
  return `Connections to PostgreSQL: ${atRest} at rest, ${atPeak} while everything is updated at once, ${limit}.`;
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
