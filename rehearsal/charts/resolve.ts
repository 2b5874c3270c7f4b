import { join } from "node:path";
import type { ChartKey } from "../../components/charts.ts";
import { charts } from "../../components/charts.ts";
import { chartSource } from "../../components/release.ts";
export type ResolvedCharts = Record<ChartKey, { path: string; standIn: boolean }>;
export async function resolveCharts(o: any): Promise<ResolvedCharts> {
  return Object.fromEntries(
    Object.entries(charts).map(([k, c]) => [
      k,
      { path: join(o.folders[0], `${c.name}-${c.version}.tgz`), standIn: false },
    ]),
  ) as any;
}
export function localChart(r: ResolvedCharts, inputs: any): string {
  for (const [k, c] of Object.entries(charts))
    if (chartSource(c).chart === inputs.chart) return r[k as ChartKey].path;
  return inputs.chart;
}
