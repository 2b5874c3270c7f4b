import { postgresOperatorNamespace } from "../components/data/postgres-cluster.ts";
import { certManagerNamespace } from "../components/edge/cert-manager-values.ts";
import { traefikNamespace } from "../components/edge/traefik-values.ts";
import type { ClusterChoice, SpeckleEnvironmentArgs } from "../components/environment-args.ts";
import { environmentHosts } from "../components/environment-plan.ts";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { parseQuantity } from "../components/quantity.ts";
import type { WorkloadSize } from "../components/speckle/values.ts";
import type { Resources, WorkloadKey } from "../components/speckle/workloads.ts";
import { backupKeyProblems } from "./backup.ts";
import { capacityProblems } from "./capacity.ts";
import { certificateArgs, certificateProblems } from "./certificate.ts";
import { clusterChoice, poolProblems, pools } from "./clusters.ts";
import { extraPortProblems, extraPortsOf } from "./extra-ports.ts";
import { extraValuesProblems } from "./extra-values.ts";
import { given } from "./given.ts";
import { podSecurityOf, runtimeClassProblems } from "./pod-security.ts";
import { type Preset, presets } from "./presets.ts";
import { schemaProblems } from "./problems.ts";
import { registrationOf, registrationProblems } from "./registration.ts";
import { type StackFile, settingsSchema } from "./schema.ts";
import { sharingProblems } from "./sharing.ts";
import { signInOf, signInProblems, signInSecretsOf } from "./sign-in.ts";
import { storeChoices, withStoreModes } from "./stores.ts";
import { fromText } from "./text.ts";
import { zoneProblems } from "./zone.ts";

/** A stack's settings, complete: what was left out comes from the preset. */
export type Settings = Omit<SpeckleEnvironmentArgs, "cluster"> & { readonly cluster: ClusterChoice };

/** Gives the text of a file a setting names. */
export type ReadText = (path: string) => string;

/**
 * The complete settings of a stack.
 * @param config the keys of the stack's file without the project's prefix; objects may be JSON text, as the engine gives them
 * @param readText reads the kubeconfig that an existing cluster names
 * @throws ProblemsError with every problem found, before anything is created
 */
export function parseSettings(config: Record<string, unknown>, readText: ReadText): Settings {
  const texts = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, fromText(value)]));
  const input = withStoreModes(texts);
  const parsed = settingsSchema.safeParse(input);
  if (!parsed.success) throw new ProblemsError(schemaProblems(settingsSchema, parsed.error.issues, input));
  const file = parsed.data;
  const settings = sizes(file, presets[file.preset]);
  const stores = storeChoices(file);
  const inCluster = "postgres" in stores && stores.objectStore.mode === "inCluster";
  const hosts = environmentHosts(file.domain, inCluster);
  const problems = [
    ...ruleProblems(file, settings),
    ...("postgres" in stores ? capacityProblems({ ...file, ...settings, ...stores }) : []),
    ...("postgres" in stores ? [] : stores),
    ...fileProblems(file, readText),
    ...certificateProblems(file, hosts, readText),
    ...zoneProblems(file),
  ];
  if (problems.length > 0 || !("postgres" in stores)) throw new ProblemsError(problems);
  return {
    ...plain(file),
    ...settings,
    ...stores,
    ...(file.certificateAuthorities && { authorities: readText(file.certificateAuthorities) }),
    certificate: certificateArgs(file, readText),
    cluster: clusterChoice(file, readText),
    signInSecrets: signInSecretsOf(file),
  };
}

/** The settings that are taken as they are. */
function plain(file: StackFile) {
  const {
    preset: _preset,
    cluster: _cluster,
    acknowledgeDataLoss: acknowledged,
    // For the review alone; the environment is the same with and without it.
    monthlyBudget: _monthlyBudget,
    pools: _pools,
    postgres: _postgres,
    cache: _cache,
    objectStore: _objectStore,
    postgresPassword: _postgresPassword,
    cachePassword: _cachePassword,
    objectStoreSecretKey: _objectStoreSecretKey,
    backupSecretKey: _backupSecretKey,
    certificateAuthorities: _certificateAuthorities,
    workloads: _workloads,
    certificate: _certificate,
    certificateKey: _certificateKey,
    dnsToken: _dnsToken,
    googleClientSecret: _googleClientSecret,
    githubClientSecret: _githubClientSecret,
    azureAdClientSecret: _azureAdClientSecret,
    oidcClientSecret: _oidcClientSecret,
    ...rest
  } = file;
  const priorityClasses = rest.priorityClasses ?? (rest.clusterServices === "create" ? "create" : "existing");
  return {
    ...rest,
    acknowledged,
    podSecurity: podSecurityOf(file),
    priorityClasses,
    registration: registrationOf(file),
    signIn: signInOf(file),
    extraPorts: extraPortsOf(file),
  };
}

/** Sizes from the preset, with what the file says of them. */
function sizes(file: StackFile, preset: Preset): Pick<Settings, "pools" | "workloads" | "traefikReplicas"> {
  return {
    pools: pools(file),
    workloads: Object.fromEntries(
      Object.entries(preset.workloads).map(([key, size]) => [
        key,
        overrideWorkload(size, file.workloads[key]),
      ]),
    ) as Record<WorkloadKey, WorkloadSize>,
    traefikReplicas: preset.traefikReplicas,
  };
}

function overrideWorkload(size: WorkloadSize, file: StackFile["workloads"][string]): WorkloadSize {
  return {
    replicas: file?.replicas ?? size.replicas,
    requests: { ...size.requests, ...given(file?.requests ?? {}) },
    limits: { ...size.limits, ...given(file?.limits ?? {}) },
  };
}

/** Files that settings name and that cannot be read. */
function fileProblems(file: StackFile, readText: ReadText): Problem[] {
  const named = {
    ...(file.cluster.type === "existing" && { "cluster.kubeconfig": file.cluster.kubeconfig }),
    ...(file.certificateAuthorities && { certificateAuthorities: file.certificateAuthorities }),
  };
  return Object.entries(named).flatMap(([path, name]) => {
    try {
      readText(name);
      return [];
    } catch (error) {
      const reason = `the file cannot be read: ${(error as Error).message}`;
      return [{ path, reason, fix: "Give the path of a file that this user may read." }];
    }
  });
}

function ruleProblems(file: StackFile, settings: Pick<Settings, "workloads">): Problem[] {
  return [
    ...namespaceProblems(file.namespace),
    ...monitoringProblems(file),
    ...emailProblems(file),
    ...outboundProblems(file),
    ...registrationProblems(file),
    ...extraPortProblems(file),
    ...signInProblems(file),
    ...rotationProblems(file),
    ...runtimeClassProblems(file),
    ...backupKeyProblems(file),
    ...sharingProblems(file),
    ...poolProblems(file),
    ...extraValuesProblems(file),
    ...Object.entries(settings.workloads).flatMap(([key, size]) => limitProblems(`workloads.${key}`, size)),
  ];
}

/** Namespaces of other parts of an environment. */
const partNamespaces: readonly string[] = [traefikNamespace, postgresOperatorNamespace, certManagerNamespace];

function namespaceProblems(namespace: string): Problem[] {
  const taken = ["default", "kind", ...partNamespaces].includes(namespace);
  if (!taken && !namespace.startsWith("kube-")) return [];
  const reason = `${namespace} belongs to the cluster or to another part of the environment`;
  return [{ path: "namespace", reason, fix: "Choose another name, such as speckle." }];
}

function monitoringProblems({ monitoring, namespace: own }: StackFile): Problem[] {
  const namespace = monitoring?.prometheus.namespace ?? "";
  if (![own, ...partNamespaces].includes(namespace)) return [];
  const path = "monitoring.prometheus.namespace";
  const reason = `${namespace} is the environment's own, where nothing may talk but its own pods: no Prometheus could work there`;
  return [{ path, reason, fix: "Run Prometheus in a namespace of its own, such as monitoring." }];
}

function emailProblems(file: StackFile): Problem[] {
  if (Boolean(file.email) === Boolean(file.emailPassword)) return [];
  return file.email
    ? [
        {
          path: "emailPassword",
          reason: "is required when email is set",
          fix: "Set it with `pulumi config set --secret emailPassword`.",
        },
      ]
    : [
        {
          path: "email",
          reason: "is required when emailPassword is set",
          fix: "Add the mail server, or remove emailPassword.",
        },
      ];
}

/** The program changes what it made itself: all but what DigitalOcean, or whoever runs an existing store, has made. */
function rotationProblems(file: StackFile): Problem[] {
  const stores = (["postgres", "cache", "objectStore"] as const).flatMap((store) => {
    const { mode } = file[store];
    const ownCloud = file.cluster.type === "aws" || store === "objectStore";
    if (file.rotate[store] === undefined || mode === "inCluster" || (mode === "managed" && ownCloud))
      return [];
    const reason = `the secret of this store with the mode ${mode} is not the program's to change`;
    const fix =
      mode === "managed"
        ? "Remove it, change the password where the store is run, and `pulumi up --refresh`."
        : "Remove it, change the secret where the store is run, and give the new one in the setting or Secret that holds it.";
    return [{ path: `rotate.${store}`, reason, fix }];
  });
  if (file.rotate.entry === undefined || hasFixedEntry(file)) return stores;
  const reason = "there is no fixed entry whose reports are signed";
  return [...stores, { path: "rotate.entry", reason, fix: "Remove it." }];
}

function hasFixedEntry({ cluster }: StackFile): boolean {
  return "exposure" in cluster && cluster.exposure.type === "fixedEntry";
}

function outboundProblems({ outbound, telemetry, email }: StackFile): Problem[] {
  if (outbound !== "none") return [];
  return [
    ...(telemetry
      ? [
          {
            path: "telemetry",
            reason: "sends figures to the internet, which `outbound: none` forbids",
            fix: "Set outbound to required, or leave telemetry off.",
          },
        ]
      : []),
    ...(email && !email.ranges
      ? [
          {
            path: "email.ranges",
            reason:
              "is required with `outbound: none`: the server ends at its start when it cannot reach its mail server",
            fix: "Give the mail server's own address ranges, such as 203.0.113.25/32, or set outbound to required.",
          },
        ]
      : []),
  ];
}

function limitProblems(path: string, size: WorkloadSize): Problem[] {
  return (["cpu", "memory"] as const satisfies (keyof Resources)[]).flatMap((resource) => {
    const request = size.requests[resource];
    const limit = size.limits[resource];
    if ((parseQuantity(limit) ?? 0) >= (parseQuantity(request) ?? 0)) return [];
    const reason = `the limit ${limit} is below the request ${request}, which the API server refuses`;
    return [
      { path: `${path}.limits.${resource}`, reason, fix: `Raise it to ${request} or lower the request.` },
    ];
  });
}
