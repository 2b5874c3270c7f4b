/** One curve, or one per value of its labels. */
export interface Query {
  /** PromQL. */
  readonly expression: string;
  /** Name of the curve, with labels as Grafana writes them. */
  readonly legend: string;
}

/** One picture of a dashboard. */
export interface Panel {
  readonly title: string;
  /** Grafana's name of the unit. Source: grafana, packages/grafana-data/src/valueFormats/categories.ts. */
  readonly unit: "short" | "bytes" | "percentunit" | "reqps" | "s";
  readonly queries: readonly Query[];
}

/** A picture of curves, each an expression and its name. */
export function panel(
  title: string,
  unit: Panel["unit"],
  ...curves: readonly (readonly [expression: string, legend: string])[]
): Panel {
  return { title, unit, queries: curves.map(([expression, legend]) => ({ expression, legend })) };
}
