import type { Pool, PoolRole } from "../components/cluster/pools.ts";
import { postgresOperatorNamespace } from "../components/data/postgres-cluster.ts";
import { traefikNamespace } from "../components/edge/traefik-values.ts";
import type { ClusterArgs, SpeckleEnvironmentArgs } from "../components/environment.ts";
import { isPlainObject, leafPaths } from "../components/merge.ts";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { parseQuantity } from "../components/quantity.ts";
import { speckleValues, type WorkloadSize } from "../components/speckle/values.ts";
import type { Resources, WorkloadKey } from "../components/speckle/workloads.ts";
import { type Preset, presets } from "./presets.ts";
import { schemaProblems } from "./problems.ts";
import { type StackFile, settingsSchema } from "./schema.ts";

/** A stack's settings, complete: what was left out comes from the preset. */
export type Settings = SpeckleEnvironmentArgs;

/** Gives the text of a file a setting names. */
export type ReadText = (path: string) => string;

/**
 * The complete settings of a stack.
 * @param config the keys of the stack's file without the project's prefix; objects may be JSON text, as the engine gives them
 * @param readText reads the kubeconfig that an existing cluster names
 * @throws ProblemsError with every problem found, before anything is created
 */
export function parseSettings(config: Record<string, unknown>, readText: ReadText): Settings {
  const input = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, fromText(value)]));
  const parsed = settingsSchema.safeParse(input);
  if (!parsed.success) throw new ProblemsError(schemaProblems(settingsSchema, parsed.error.issues, input));
  const file = parsed.data;
  const settings = complete(file, presets[file.preset]);
  const problems = [...ruleProblems(file, settings), ...kubeconfigProblems(file, readText)];
  if (problems.length > 0) throw new ProblemsError(problems);
  return { ...settings, cluster: clusterArgs(file, readText) };
}

/** The engine hands structured settings over as JSON text. */
function fromText(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function complete(file: StackFile, preset: Preset): Omit<Settings, "cluster"> {
  const {
    pools,
    postgres,
    cache,
    objectStore,
    workloads,
    preset: _preset,
    cluster: _cluster,
    // For the review alone; the environment is the same with and without them.
    acknowledgeDataLoss: _acknowledgeDataLoss,
    monthlyBudget: _monthlyBudget,
    ...rest
  } = file;
  return {
    ...rest,
    pools: preset.pools.map((pool) => ({ ...pool, ...overridePool(pool, pools[pool.role]) })),
    postgres: { ...preset.postgres, ...given(postgres) },
    cache: { ...preset.cache, ...given(cache) },
    objectStore: { ...preset.objectStore, ...given(objectStore) },
    workloads: Object.fromEntries(
      Object.entries(preset.workloads).map(([key, size]) => [key, overrideWorkload(size, workloads[key])]),
    ) as Record<WorkloadKey, WorkloadSize>,
    traefikReplicas: preset.traefikReplicas,
  };
}

function overridePool(pool: Pool, file: StackFile["pools"][PoolRole]): Partial<Pool> {
  return { nodes: file?.nodes ?? pool.nodes, size: { ...pool.size, ...given(file?.size ?? {}) } };
}

function overrideWorkload(size: WorkloadSize, file: StackFile["workloads"][string]): WorkloadSize {
  return {
    replicas: file?.replicas ?? size.replicas,
    requests: { ...size.requests, ...given(file?.requests ?? {}) },
    limits: { ...size.limits, ...given(file?.limits ?? {}) },
  };
}

/** Only the keys that have a value, so that an absent one leaves the preset's in place. */
function given<T extends object>(partial: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

function clusterArgs(file: StackFile, readText: ReadText): ClusterArgs {
  const { cluster } = file;
  if (cluster.type === "existing") return { ...cluster, kubeconfig: readText(cluster.kubeconfig) };
  return { type: "kind", name: cluster.name ?? `speckle-${file.namespace}`, address: cluster.address };
}

function kubeconfigProblems(file: StackFile, readText: ReadText): Problem[] {
  if (file.cluster.type !== "existing") return [];
  try {
    readText(file.cluster.kubeconfig);
    return [];
  } catch (error) {
    const reason = `the file cannot be read: ${(error as Error).message}`;
    return [
      { path: "cluster.kubeconfig", reason, fix: "Give the path of a kubeconfig that this user may read." },
    ];
  }
}

function ruleProblems(file: StackFile, settings: Omit<Settings, "cluster">): Problem[] {
  return [
    ...namespaceProblems(file.namespace),
    ...emailProblems(file),
    ...outboundProblems(file),
    ...extraValuesProblems(file),
    ...Object.entries(settings.workloads).flatMap(([key, size]) => limitProblems(`workloads.${key}`, size)),
  ];
}

function namespaceProblems(namespace: string): Problem[] {
  const taken = ["default", "kind", traefikNamespace, postgresOperatorNamespace].includes(namespace);
  if (!taken && !namespace.startsWith("kube-")) return [];
  const reason = `${namespace} belongs to the cluster or to another part of the environment`;
  return [{ path: "namespace", reason, fix: "Choose another name, such as speckle." }];
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

function extraValuesProblems(file: StackFile): Problem[] {
  if (!isPlainObject(file.extraValues)) return [];
  return leafPaths(file.extraValues).flatMap((path) => {
    const owned = ownedValues.find(
      (key) => key === path || key.startsWith(`${path}.`) || path.startsWith(`${key}.`),
    );
    if (!owned) return [];
    const reason = `the program sets ${owned} of the Speckle chart itself`;
    return [
      { path: `extraValues.${path}`, reason, fix: "Remove it, and use the setting that stands for it." },
    ];
  });
}

/** Every value of the chart this program sets, with all features on. */
const ownedValues: readonly string[] = leafPaths(
  speckleValues({
    domain: "",
    namespace: "",
    postgres: { name: "", key: "" },
    objectStore: { endpoint: "", publicEndpoint: "", region: "", bucket: "", accessKey: "" },
    workloads: presets.dev.workloads,
    ifcImport: true,
    telemetry: false,
    email: { host: "", port: 0, from: "", username: "", tls: "starttls" },
  }),
);
