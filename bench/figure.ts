/** One measured figure. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "s" | "MiB";
  /** What it is to be compared with. */
  readonly against?: { readonly what: string; readonly value: number };
}

/** Seconds that something takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The middle one of several measurements. */
export async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let index = 0; index < times; index++) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}
