/** What one unit costs. */
export interface Price {
  /** US dollars, without tax. */
  readonly usd: number;
  readonly per: "month" | "hour";
  readonly source: string;
  /** When the source says so, or was read. */
  readonly date: string;
}

const digitalocean = (usd: number, source: string, date: string): Price => ({
  usd,
  per: "month",
  source,
  date,
});
const aws = (usd: number, source: string, date: string): Price => ({ usd, per: "hour", source, date });

/** Prices by what is paid for; a thing that is not here is of unknown price. */
export const prices: Readonly<Record<string, Price>> = {};
