import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import { generateSecret, secretVersion } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import { connectionUrl } from "../speckle/secrets.ts";
import { type CacheSize, cacheName, cachePort, cacheUser, cacheValues } from "./cache-values.ts";
import type { CacheConnection, SecretText } from "./connections.ts";

/** Valkey in the cluster. */
export interface CacheArgs extends CacheSize {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespace and what governs pods there. */
  readonly namespaces: Resource;
  readonly rotations?: Rotations | undefined;
}

/** One Valkey primary that keeps every job: append-only, and full rather than forgetful (`noeviction`). */
export class Cache extends ComponentResource implements CacheConnection {
  readonly url: SecretText;
  readonly previewUrl: SecretText;
  readonly ready: readonly Resource[];

  constructor(name: string, args: CacheArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaces, rotations, ...size } = args;
    super("speckle-stacks:index:Cache", name, { namespace, ...size }, opts);
    const common = { parent: this, provider: cluster.provider, dependsOn: [namespaces] };
    const password = generateSecret(`${name}-password`, "cache", rotations, { parent: this });
    const users = new Secret(
      `${name}-users`,
      { metadata: { name: cacheName, namespace }, stringData: { [cacheUser]: password } },
      common,
    );
    const release = installRelease(
      `${name}-valkey`,
      {
        chart: charts.valkey,
        release: cacheName,
        namespace,
        values: cacheValues({
          ...size,
          storageClass: cluster.storageClass,
          secretVersion: secretVersion(`${name}-password-version`, password, { parent: this }),
        }),
      },
      {
        ...common,
        dependsOn: [users],
        // Helm would fail at another size, halfway through an update; a class is for new volumes.
        replaceOnChanges: ["values.replica.persistence.size"],
        ignoreChanges: ["values.replica.persistence.storageClass"],
        deleteBeforeReplace: true,
      },
    );
    const host = `${cacheName}.${namespace}.svc.cluster.local`;
    const text = password.apply((text) =>
      connectionUrl({ scheme: "redis", user: cacheUser, password: text, host, port: cachePort }),
    );
    this.url = { text };
    this.previewUrl = { text };
    this.ready = [release];
    this.registerOutputs({});
  }
}
