import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import { type Chart, chartSource } from "./charts.ts";

/** A chart's values, as plain data that may hold outputs. */
export type Values = { [key: string]: Input<unknown> };

/** What one release of a chart is. */
export interface ReleaseArgs {
  readonly chart: Chart;
  /** Fixed name of the release in its namespace: charts build immutable selectors from it. */
  readonly release: string;
  readonly namespace: Input<string>;
  /** Names of Secrets, never their contents: Helm stores values in the cluster a second time. */
  readonly values: Values;
}

/**
 * Longest wait for a release, in seconds: Speckle's probes allow 600 s for migrations before a pod is given up,
 * and a rolling update runs them twice.
 */
export const releaseTimeoutSeconds = 1500;

/** Installs a chart the one way this project does: fixed name, exact version, waiting, keeping evidence of a failure. */
export function installRelease(name: string, args: ReleaseArgs, opts: CustomResourceOptions): Release {
  const { chart, release, namespace, values } = args;
  return new Release(
    name,
    {
      ...chartSource(chart),
      version: chart.version,
      name: release,
      namespace,
      values,
      timeout: releaseTimeoutSeconds,
      atomic: false,
      createNamespace: false,
      maxHistory: 5,
    },
    opts,
  );
}
