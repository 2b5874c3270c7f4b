/** A Helm chart this project installs. */
export interface Chart {
  /** The chart's own name. */
  readonly name: string;
  /** Exact version. */
  readonly version: string;
  /** Where it is published: an `oci://` address that ends in the chart's name, or an HTTP repository. */
  readonly repository: string;
  /** Why this chart, and why this version. */
  readonly why: string;
  /** Registry of its images, and of those it makes pods of: nodes pull from there. */
  readonly images: string;
  /** SHA-256 of the archive, in hexadecimal; any archive of the version is taken when absent. */
  readonly digest?: string;
}

/** The one list of charts. */
export const charts = {
  speckle: {
    name: "speckle-server-chart",
    version: "2.31.14",
    repository: "oci://registry-1.docker.io/speckle/speckle-server-chart",
    images: "docker.io",
    why: "Speckle's own chart; the older HTTP repository has been frozen at 2.26.3",
  },
  traefik: {
    name: "traefik",
    version: "41.3.0",
    repository: "https://traefik.github.io/charts",
    images: "docker.io",
    why: "Traefik v3.7.11 and the definitions of its IngressRoutes",
  },
  postgresOperator: {
    name: "cloudnative-pg",
    version: "0.29.0",
    repository: "https://cloudnative-pg.github.io/charts",
    images: "ghcr.io",
    why: "CloudNativePG 1.30.0: supports Kubernetes 1.34 to 1.36 and PostgreSQL 16",
  },
  valkey: {
    name: "valkey",
    version: "0.11.0",
    repository: "https://valkey.io/valkey-helm/",
    images: "docker.io",
    why: "The Valkey project's own chart; a StatefulSet when replicas are enabled",
  },
  objectStore: {
    name: "versitygw",
    version: "0.3.5",
    repository: "oci://ghcr.io/versity/versitygw/charts/versitygw",
    images: "ghcr.io",
    why: "Versity S3 Gateway: one process over plain files, maintained, Apache-2.0",
  },
  certManager: {
    name: "cert-manager",
    version: "v1.21.1",
    repository: "https://charts.jetstack.io",
    images: "quay.io",
    why: "Certificates from Let's Encrypt or an authority of one's own, renewed without anybody's doing",
  },
  clusterAutoscaler: {
    name: "cluster-autoscaler",
    version: "9.59.0",
    repository: "https://kubernetes.github.io/autoscaler",
    images: "registry.k8s.io",
    why: "Adds machines on AWS while pods wait; what it does on EKS and why not Auto Mode: aws-autoscaler-values.ts",
  },
} as const satisfies Record<string, Chart>;

/** Key of a chart in the list. */
export type ChartKey = keyof typeof charts;

/** Where Helm takes a chart from, in the fields of a Release. */
export function chartSource(chart: Chart): { chart: string; repositoryOpts?: { repo: string } } {
  return chart.repository.startsWith("oci://")
    ? { chart: chart.repository }
    : { chart: chart.name, repositoryOpts: { repo: chart.repository } };
}
