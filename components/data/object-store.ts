import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import { bucketKeys, generateSecret, secretVersion } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import type { ObjectStoreConnection, SecretText } from "./connections.ts";
import {
  accountsFile,
  objectStoreBucket,
  objectStoreEndpoint,
  objectStoreKeys,
  objectStoreName,
  objectStoreRegion,
  objectStoreValues,
} from "./object-store-values.ts";

/** An S3 store in the cluster. */
export interface ObjectStoreArgs {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespace and what governs pods there. */
  readonly namespaces: Resource;
  /** Size of the volume with all files. */
  readonly storage: string;
  /** Origin whose pages may upload: the address of the environment. */
  readonly origin: string;
  /** Host at which browsers reach the store. */
  readonly publicHost: string;
  readonly rotations?: Rotations | undefined;
}

/** Versity S3 Gateway over one volume, for environments without a cloud's object store. */
export class ObjectStore extends ComponentResource implements ObjectStoreConnection {
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly region = objectStoreRegion;
  readonly bucket = objectStoreBucket;
  readonly createsBucket = true;
  readonly accessKey: Output<string>;
  readonly secretKey: SecretText;
  readonly ready: readonly Resource[];

  constructor(name: string, args: ObjectStoreArgs, opts?: ComponentResourceOptions) {
    const { namespace, cluster, namespaces, storage, origin, publicHost, rotations } = args;
    super("speckle-stacks:index:ObjectStore", name, { namespace, storage, origin }, opts);
    const common = { parent: this, provider: cluster.provider };
    this.endpoint = objectStoreEndpoint(namespace);
    this.publicEndpoint = `https://${publicHost}`;
    const [account, ...former] = bucketKeys(rotations, (named) => this.#createAccount(name, named));
    this.accessKey = account.id;
    this.secretKey = { text: account.key };
    const keys = new Secret(
      `${name}-keys`,
      {
        metadata: { name: objectStoreName, namespace },
        stringData: {
          [objectStoreKeys.id]: account.id,
          [objectStoreKeys.key]: account.key,
          [objectStoreKeys.former]: output(former).apply(accountsFile),
        },
      },
      { ...common, dependsOn: [namespaces] },
    );
    const release = installRelease(
      `${name}-gateway`,
      {
        chart: charts.objectStore,
        release: objectStoreName,
        namespace,
        values: objectStoreValues({
          storage,
          origin,
          storageClass: cluster.storageClass,
          secretVersion: secretVersion(`${name}-secret-key-version`, account.key, { parent: this }),
        }),
      },
      // A volume cannot change its class, and Helm would fail at it.
      { ...common, dependsOn: [keys], ignoreChanges: ["values.persistence.storageClassName"] },
    );
    this.ready = [release];
    this.registerOutputs({});
  }

  #createAccount(name: string, named: (name: string) => string) {
    const opts = { parent: this };
    const form = { length: 16, special: false, lower: false };
    const id = new RandomString(named(`${name}-access-key`), form, opts).result;
    const key = generateSecret(named(`${name}-secret-key`), "objectStore", undefined, opts);
    // Letters first: the Speckle chart does not quote the id, and digits alone would become a number.
    return { id: interpolate`SPK${id}`, key };
  }
}
