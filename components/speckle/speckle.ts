import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { deepMerge } from "../merge.ts";
import { installRelease, type Values } from "../release.ts";
import { type SecretRef, speckleSecrets } from "./secrets.ts";
import { type SpeckleValuesArgs, speckleValues } from "./values.ts";

/** Priorities of the classes the Speckle chart names and does not create; the figures are Speckle's own guide's. */
const priorityClasses = { "high-priority": 100, "low-priority": -100 };

/** Speckle itself. */
export interface SpeckleArgs extends SpeckleValuesArgs {
  readonly cluster: Cluster;
  /** Created before any pod: the namespace and what governs pods there. */
  readonly namespaces: Resource;
  /** Ready before Speckle starts: its stores. */
  readonly stores: readonly Resource[];
  /** Secret texts that Speckle's Secrets carry. */
  readonly secrets: {
    readonly redisUrl: Input<string>;
    readonly objectStoreSecretKey: Input<string>;
    readonly emailPassword?: Input<string> | undefined;
  };
  /** `create`, or `existing` when somebody else owns the cluster's priority classes. */
  readonly priorityClasses: "create" | "existing";
  /** Values of the chart beyond those this program owns. */
  readonly extraValues: Record<string, unknown>;
}

/** Speckle's chart with the Secrets and priority classes it expects. */
export class Speckle extends ComponentResource {
  constructor(name: string, args: SpeckleArgs, opts?: ComponentResourceOptions) {
    const { domain, namespace, workloads, ifcImport, telemetry } = args;
    super("speckle-stacks:index:Speckle", name, { domain, namespace, workloads, ifcImport, telemetry }, opts);
    const secrets = this.#createSecrets(name, args);
    const classes = args.priorityClasses === "create" ? this.#createPriorityClasses(name, args.cluster) : [];
    installRelease(
      `${name}-release`,
      {
        chart: charts.speckle,
        release: "speckle-server",
        namespace,
        values: deepMerge(speckleValues(args), args.extraValues) as Values,
      },
      {
        parent: this,
        provider: args.cluster.provider,
        dependsOn: [args.namespaces, ...args.stores, ...secrets, ...classes],
      },
    );
    this.registerOutputs({});
  }

  #createSecrets(name: string, args: SpeckleArgs): Secret[] {
    const { redisUrl, objectStoreSecretKey, emailPassword } = args.secrets;
    const session = new RandomPassword(`${name}-session`, { length: 48, special: false }, { parent: this });
    const contents: [string, SecretRef, Input<string> | undefined][] = [
      ["redis", speckleSecrets.redis, redisUrl],
      ["preview-redis", speckleSecrets.previewRedis, redisUrl],
      ["s3", speckleSecrets.objectStore, objectStoreSecretKey],
      ["session-secret", speckleSecrets.session, session.result],
      ["email", speckleSecrets.email, emailPassword],
    ];
    return contents.flatMap(([suffix, ref, text]) =>
      text === undefined ? [] : [this.#createSecret(`${name}-${suffix}`, ref, text, args)],
    );
  }

  #createSecret(name: string, ref: SecretRef, text: Input<string>, args: SpeckleArgs): Secret {
    return new Secret(
      name,
      { metadata: { name: ref.name, namespace: args.namespace }, stringData: { [ref.key]: text } },
      { parent: this, provider: args.cluster.provider, dependsOn: [args.namespaces] },
    );
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
