/** One thing that somebody should know of. */
export interface Alarm {
  readonly name: string;
  /** `critical`: people cannot work, or soon cannot, or data is at risk now. `warning`: by daylight. */
  readonly severity: "critical" | "warning";
  /** How long it has to hold, as Prometheus writes durations. */
  readonly for: string;
  /** PromQL; whatever it gives is the alarm. */
  readonly expression: string;
  /** What is wrong. */
  readonly summary: string;
  /** What to do. */
  readonly description: string;
  /** Whose metrics it takes. */
  readonly measuredBy: string;
}

/** Seconds of some days. */
export const days = (count: number): number => count * 86_400;

/** One of several texts, as a regular expression that stands for nothing else. */
export const oneOf = (texts: readonly string[]): string => texts.join("|");

/** Work of a kind that waits in the database, by a gauge whose status is 0 while it does, and 2 or 3 once it is done. */
export function waiting(gauge: string, within: string): string {
  return `sum(${gauge}{${within},status="0"}) > 0`;
}

/** That nothing of a kind was finished in an hour. */
export function noneDone(gauge: string, within: string): string {
  return `sum(delta(${gauge}{${within},status=~"2|3"}[1h])) <= 0`;
}

/** An alarm in the form of a PrometheusRule's rule; labels say which environment it is about, whosever pod measured it. */
export function alarmRule(alarm: Alarm, namespace: string) {
  const { name, severity, expression, summary, description } = alarm;
  return {
    alert: name,
    expr: expression,
    for: alarm.for,
    labels: { severity, namespace },
    annotations: { summary, description },
  };
}
