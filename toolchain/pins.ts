/** The programs a rehearsal runs. */
export const binaryNames = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
  "etcd",
  "kwok",
  "kwokctl",
  "helm",
  "pulumi",
] as const;
export type BinaryName = (typeof binaryNames)[number];

/** The programs that only the tests run. */
export const testProgramNames = ["netpolicy"] as const;

/** The programs that only `npm run test:edge` runs. */
export const edgeProgramNames = [
  "traefik",
  "versitygw",
  "cert-manager-controller",
  "pebble",
  "pebble-challtestsrv",
  "promtool",
] as const;
export type ProgramName = BinaryName | (typeof testProgramNames)[number] | (typeof edgeProgramNames)[number];

/** One pinned program: how it is recognised on PATH and how it is built. */
export interface Pin {
  /** Folder below toolchain/ whose go.mod pins it. */
  readonly module:
    | "kubernetes"
    | "pulumi"
    | "netpol"
    | "traefik"
    | "versitygw"
    | "cert-manager"
    | "pebble"
    | "prometheus";
  /** Go package of the program. */
  readonly package: string;
  readonly version: string;
  /** Words that make the program print its version; absent where none do, and then none on PATH is taken. */
  readonly versionArgs?: readonly string[];
  /** Versions on PATH that do as well. */
  readonly fits: (version: Version) => boolean;
  /** Linker settings that make the program say its version truthfully: charts and the engine read them. */
  readonly stamps: Readonly<Record<string, string>>;
  /** Where its makers offer it. */
  readonly from: string;
}

/** Major, minor and patch. */
export type Version = readonly [number, number, number];

const kubernetes = "1.36.1";
const kubernetesStamps = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetes}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "36",
};
const kubernetesPin = (name: string): Pin => ({
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  version: kubernetes,
  versionArgs: ["--version"],
  fits: ([major, minor]) => major === 1 && minor === 36,
  stamps: kubernetesStamps,
  from: "https://kubernetes.io/releases/download/",
});
const kwokPin = (name: string): Pin => ({
  module: "kubernetes",
  package: `sigs.k8s.io/kwok/cmd/${name}`,
  version: "0.8.0",
  versionArgs: ["--version"],
  fits: ([major, minor]) => major === 0 && minor === 8,
  stamps: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
  from: "https://kwok.sigs.k8s.io/docs/user/installation/",
});

const pebblePin = (name: string): Pin => ({
  module: "pebble",
  package: `github.com/letsencrypt/pebble/v2/cmd/${name}`,
  version: "2.10.1",
  fits: () => false,
  stamps: {},
  from: "https://github.com/letsencrypt/pebble/releases",
});

/** Every program with its pin. */
export const pins: Readonly<Record<ProgramName, Pin>> = {
  "kube-apiserver": kubernetesPin("kube-apiserver"),
  "kube-controller-manager": kubernetesPin("kube-controller-manager"),
  "kube-scheduler": kubernetesPin("kube-scheduler"),
  kubectl: {
    ...kubernetesPin("kubectl"),
    versionArgs: ["version", "--client"],
    // It only asks whether the API server answers: kwokctl would take any from PATH, or download one.
    fits: ([major]) => major === 1,
  },
  etcd: {
    module: "kubernetes",
    package: "go.etcd.io/etcd/server/v3",
    version: "3.7.3",
    versionArgs: ["--version"],
    fits: ([major, minor]) => major === 3 && minor >= 6,
    stamps: {},
    from: "https://etcd.io/docs/latest/install/",
  },
  kwok: kwokPin("kwok"),
  kwokctl: kwokPin("kwokctl"),
  helm: {
    module: "kubernetes",
    package: "helm.sh/helm/v3/cmd/helm",
    version: "3.21.4",
    versionArgs: ["version", "--short"],
    // Helm 4 applies server-side and refuses the Speckle chart's service accounts.
    fits: ([major, minor]) => major === 3 && minor >= 17,
    stamps: {
      "helm.sh/helm/v3/internal/version.version": "v3.21.4",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "36",
    },
    from: "https://helm.sh/docs/intro/install/ (Helm 3)",
  },
  pulumi: {
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: "3.230.0",
    versionArgs: ["version"],
    fits: ([major, minor]) => major === 3 && minor >= 230,
    stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.230.0" },
    from: "https://www.pulumi.com/docs/install/",
  },
  netpolicy: {
    module: "netpol",
    package: "github.com/np-guard/netpol-analyzer/cmd/netpolicy",
    version: "1.4.4",
    fits: () => false,
    stamps: {},
    from: "https://github.com/np-guard/netpol-analyzer/releases",
  },
  traefik: {
    module: "traefik",
    package: "github.com/traefik/traefik/v3/cmd/traefik",
    version: "3.7.10",
    versionArgs: ["version"],
    fits: ([major, minor]) => major === 3 && minor === 7,
    stamps: { "github.com/traefik/traefik/v3/pkg/version.Version": "3.7.10" },
    from: "https://github.com/traefik/traefik/releases",
  },
  versitygw: {
    module: "versitygw",
    package: "github.com/versity/versitygw/cmd/versitygw",
    version: "1.7.0",
    versionArgs: ["--version"],
    fits: ([major, minor]) => major === 1 && minor >= 7,
    stamps: { "main.Version": "v1.7.0" },
    from: "https://github.com/versity/versitygw/releases",
  },
  // Of later ones the module that holds the controller has a name that no proxy serves it under.
  "cert-manager-controller": {
    module: "cert-manager",
    package: "github.com/cert-manager/cert-manager/cmd/controller",
    version: "1.11.5",
    fits: () => false,
    stamps: {},
    from: "https://github.com/cert-manager/cert-manager/releases",
  },
  pebble: pebblePin("pebble"),
  "pebble-challtestsrv": pebblePin("pebble-challtestsrv"),
  // Its module counts 3.7.3 as 0.307.3.
  promtool: {
    module: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/promtool",
    version: "3.7.3",
    versionArgs: ["--version"],
    fits: ([major]) => major === 3,
    stamps: { "github.com/prometheus/common/version.Version": "3.7.3" },
    from: "https://prometheus.io/download/",
  },
};

/** The first version in a program's own words; undefined when there is none. */
export function parseVersion(words: string): Version | undefined {
  const match = /v?(\d+)\.(\d+)\.(\d+)/.exec(words);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}
