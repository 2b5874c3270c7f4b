import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass.js";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Resource,
} from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import type {
  CacheConnection,
  ObjectStoreConnection,
  PostgresConnection,
  SecretText,
} from "../data/connections.ts";
import { deepMerge } from "../merge.ts";
import { installRelease, type Values } from "../release.ts";
import { generateSecret, secretVersion } from "../secrets/generate.ts";
import type { Rotations, SecretKey } from "../secrets/table.ts";
import { disruptionBudgets } from "./disruption.ts";
import { type SecretRef, speckleSecrets } from "./secrets.ts";
import type { IdentityProvider } from "./sign-in.ts";
import {
  authorityConfigMap,
  postgresSslMode,
  type SecretVersions,
  type SpeckleValuesArgs,
  speckleValues,
} from "./values.ts";

/** Priorities of the classes the Speckle chart names and does not create; the figures are Speckle's own guide's. */
const priorityClasses = { "high-priority": 100, "low-priority": -100 };

/** What the values say of stores follows from the connections. */
type StoreValues =
  | "postgres"
  | "importQueue"
  | "postgresTls"
  | "trustsAuthority"
  | "redis"
  | "previewRedis"
  | "objectStore"
  | "secretVersions";

/** Client secrets of identity providers. */
export type SignInSecrets = { readonly [key in IdentityProvider]?: Input<string> | undefined };

/** Speckle itself. */
export interface SpeckleArgs extends Omit<SpeckleValuesArgs, StoreValues> {
  readonly cluster: Cluster;
  /** Created before any pod: the namespace and what governs pods there. */
  readonly namespaces: Resource;
  readonly postgres: PostgresConnection;
  readonly cache: CacheConnection;
  readonly objectStore: ObjectStoreConnection;
  /** PEM text of further certificate authorities that server, objects, webhooks and imports trust. */
  readonly authorities?: Input<string> | undefined;
  readonly emailPassword?: Input<string> | undefined;
  /** Client secrets of the identity providers in use. */
  readonly signInSecrets?: SignInSecrets | undefined;
  readonly rotations?: Rotations | undefined;
  /** `create`, or `existing` when somebody else owns the cluster's priority classes. */
  readonly priorityClasses: "create" | "existing";
  /** Values of the chart beyond those this program owns. */
  readonly extraValues: Record<string, unknown>;
}

/** How a pod of Speckle's namespace reaches the database. */
export interface DatabaseAccess {
  /** Secret with its URL. */
  readonly postgres: SecretRef;
  /** PGSSLMODE. */
  readonly sslMode: string;
  /** Whether the ConfigMap with a further certificate authority is there. */
  readonly trustsAuthority: boolean;
}

/** Speckle's chart with the Secrets and priority classes it expects. */
export class Speckle extends ComponentResource {
  /** How the server reaches the database. */
  readonly database: DatabaseAccess;

  constructor(name: string, args: SpeckleArgs, opts?: ComponentResourceOptions) {
    const { domain, namespace, workloads, ifcImport, telemetry } = args;
    super("speckle-stacks:index:Speckle", name, { domain, namespace, workloads, ifcImport, telemetry }, opts);
    const session = generateSecret(`${name}-session`, "session", args.rotations, { parent: this });
    const secrets = this.#createSecrets(name, args, session);
    const secretVersions = this.#createVersions(name, args, session);
    const authority = this.#createAuthority(name, args);
    const classes = args.priorityClasses === "create" ? this.#createPriorityClasses(name, args.cluster) : [];
    const common = { parent: this, provider: args.cluster.provider, dependsOn: [args.namespaces] };
    for (const { key, ...budget } of disruptionBudgets(args))
      new PodDisruptionBudget(`${name}-${key}-disruption`, budget, common);
    const stores = [args.postgres, args.cache, args.objectStore].flatMap(({ ready }) => ready);
    installRelease(
      `${name}-release`,
      {
        chart: charts.speckle,
        release: "speckle-server",
        namespace,
        values: deepMerge(speckleValues({ ...valuesArgs(args), secretVersions }), args.extraValues) as Values,
      },
      {
        parent: this,
        provider: args.cluster.provider,
        dependsOn: [args.namespaces, ...stores, ...secrets, ...authority, ...classes],
      },
    );
    const { postgres, postgresTls, trustsAuthority = false } = valuesArgs(args);
    this.database = { postgres, sslMode: postgresSslMode({ postgresTls }), trustsAuthority };
    this.registerOutputs({});
  }

  /** Of a text that the program never sees there is none: who changes it restarts what reads it. */
  #createVersions(name: string, args: SpeckleArgs, session: Input<string>): SecretVersions {
    const { postgres, cache, objectStore } = args;
    const texts: [SecretKey, SecretText | undefined][] = [
      ["postgres", postgres.url],
      ["cache", cache.url],
      ["objectStore", objectStore.secretKey],
      ["session", { text: session }],
      ...givenTexts(args),
    ];
    const versions = texts.flatMap(([key, content]) =>
      content && "text" in content
        ? [[key, secretVersion(`${name}-${key}-version`, content.text, { parent: this })]]
        : [],
    );
    return Object.fromEntries(versions);
  }

  #createSecrets(name: string, args: SpeckleArgs, session: Input<string>): Secret[] {
    const { postgres, cache, objectStore } = args;
    const contents: [string, SecretRef, SecretText | undefined][] = [
      ["postgres-url", speckleSecrets.postgres, postgres.url],
      ["import-queue", speckleSecrets.importQueue, importQueueUrl(postgres)],
      ["redis", speckleSecrets.redis, cache.url],
      ["preview-redis", speckleSecrets.previewRedis, cache.previewUrl],
      ["s3", speckleSecrets.objectStore, objectStore.secretKey],
      ["session-secret", speckleSecrets.session, { text: session }],
      ...givenTexts(args).map(([key, content]): [string, SecretRef, SecretText] => [
        key,
        speckleSecrets[key],
        content,
      ]),
    ];
    return contents.flatMap(([suffix, ref, content]) =>
      content && "text" in content ? [this.#createSecret(`${name}-${suffix}`, ref, content.text, args)] : [],
    );
  }

  #createSecret(name: string, ref: SecretRef, text: Input<string>, args: SpeckleArgs): Secret {
    return new Secret(
      name,
      { metadata: { name: ref.name, namespace: args.namespace }, stringData: { [ref.key]: text } },
      { parent: this, provider: args.cluster.provider, dependsOn: [args.namespaces] },
    );
  }

  #createAuthority(name: string, args: SpeckleArgs): ConfigMap[] {
    const texts = authorityTexts(args);
    if (texts.length === 0) return [];
    const { name: mapName, key } = authorityConfigMap;
    return [
      new ConfigMap(
        `${name}-authorities`,
        {
          metadata: { name: mapName, namespace: args.namespace },
          data: { [key]: all(texts).apply((list) => list.join("\n")) },
        },
        { parent: this, provider: args.cluster.provider, dependsOn: [args.namespaces] },
      ),
    ];
  }

  #createPriorityClasses(name: string, cluster: Cluster): PriorityClass[] {
    return Object.entries(priorityClasses).map(
      ([className, value]) =>
        new PriorityClass(
          `${name}-${className}`,
          { metadata: { name: className }, value, description: "Named by the Speckle chart" },
          { parent: this, provider: cluster.provider },
        ),
    );
  }
}

function importQueueUrl({ url, importQueueUrl = url }: PostgresConnection): SecretText {
  return importQueueUrl;
}

/** The secrets that settings hold. */
function givenTexts({ emailPassword, signInSecrets }: SpeckleArgs) {
  const texts = { email: emailPassword, ...signInSecrets };
  return (Object.keys(texts) as (keyof typeof texts)[]).flatMap((key): [typeof key, SecretText][] => {
    const text = texts[key];
    return text === undefined ? [] : [[key, { text }]];
  });
}

function authorityTexts({ postgres, authorities }: SpeckleArgs): Input<string>[] {
  return [postgres.authority, authorities].filter((text) => text !== undefined);
}

function valuesArgs(args: SpeckleArgs): SpeckleValuesArgs {
  const { postgres, cache, objectStore } = args;
  return {
    ...args,
    postgres: secretOf(postgres.url, speckleSecrets.postgres),
    importQueue: secretOf(importQueueUrl(postgres), speckleSecrets.importQueue),
    postgresTls: postgres.tls,
    trustsAuthority: authorityTexts(args).length > 0,
    redis: secretOf(cache.url, speckleSecrets.redis),
    previewRedis: secretOf(cache.previewUrl, speckleSecrets.previewRedis),
    objectStore: {
      ...objectStore,
      secretKey: secretOf(objectStore.secretKey, speckleSecrets.objectStore),
    },
  };
}

/** The Secret a text is found in: the one that is there, or the one this program makes. */
function secretOf(text: SecretText, own: SecretRef): SecretRef {
  return "secret" in text ? text.secret : own;
}
