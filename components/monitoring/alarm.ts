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

/** An alarm as a PrometheusRule's rule; its labels say which environment it is about, whosever pod measured it. */
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
