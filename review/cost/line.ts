import { prices } from "./prices.ts";

/** Hours a month is counted with, as AWS's own calculator does. */
const hoursPerMonth = 730;

/** What one thing costs in a month. */
export interface CostLine {
  readonly resource: string;
  /** What is paid for, with number and size. */
  readonly what: string;
  /** US dollars; undefined when the price is not known, or follows from the use. */
  readonly monthly: number | undefined;
  /** Price of what is used of it, as `$0.045 per GB`. */
  readonly rate?: string;
  /** Where the price is from, and when it was read; empty when not known. */
  readonly source: string;
}

/** A thing that is paid for as long as it is there, so often. */
export function line(resource: string, item: string, count: number, more = ""): CostLine {
  const what = `${count === 1 ? "" : `${count} × `}${item}${more}`;
  const price = prices[item];
  if (!price) return { resource, what, monthly: undefined, source: "" };
  const monthly = count * price.usd * (price.per === "hour" ? hoursPerMonth : 1);
  return { resource, what, monthly, source: sourceOf(price) };
}

/** Something that is paid for by what is used of it. */
export function byUse(resource: string, item: string): CostLine {
  const price = prices[item];
  const known = price && { rate: `$${price.usd} per ${price.per}`, source: sourceOf(price) };
  return { resource, what: item, monthly: undefined, source: "", ...known };
}

function sourceOf({ source, date }: { source: string; date: string }): string {
  return `${source}, ${date}`;
}
