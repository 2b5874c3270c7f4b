import { createHash } from "node:crypto";
import type { Panel } from "./panel.ts";

/** Two in a row, on Grafana's grid of 24 columns. */
const place = { w: 12, h: 8 } as const;

/** Grafana's name for the Prometheus that the one who looks has chosen. */
const datasource = { type: "prometheus", uid: "$prometheus" } as const;

/** A dashboard of one environment, as Grafana stores it. */
export function dashboard(namespace: string, panels: readonly Panel[]) {
  return {
    // Grafana takes at most 40 letters, fewer than a namespace may have.
    uid: createHash("sha256").update(`speckle/${namespace}`).digest("hex").slice(0, 16),
    title: `Speckle in ${namespace}`,
    tags: ["speckle"],
    schemaVersion: 39,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: { list: [{ type: "datasource", name: "prometheus", query: "prometheus" }] },
    panels: panels.map((panel, index) => timeSeries(panel, index)),
  };
}

function timeSeries({ title, unit, queries }: Panel, index: number) {
  return {
    id: index + 1,
    type: "timeseries",
    title,
    datasource,
    gridPos: { ...place, x: (index % 2) * place.w, y: Math.floor(index / 2) * place.h },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expression, legend }, query) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + query),
      datasource,
      expr: expression,
      legendFormat: legend,
    })),
  };
}
