import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import { generateSecret, secretVersion } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import type { ObjectStoreConnection, SecretText } from "./connections.ts";
import {
  objectStoreBucket,
  objectStoreEndpoint,
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
    const keyId = new RandomString(
      `${name}-access-key`,
      { length: 16, special: false, lower: false },
      { parent: this },
    );
    const secretKey = generateSecret(`${name}-secret-key`, "objectStore", rotations, { parent: this });
    // Letters first: the Speckle chart does not quote the id, and digits alone would become a number.
    this.accessKey = interpolate`SPK${keyId.result}`;
    this.secretKey = { text: secretKey };
    const keys = new Secret(
      `${name}-keys`,
      {
        metadata: { name: objectStoreName, namespace },
        stringData: { rootAccessKeyId: this.accessKey, rootSecretAccessKey: secretKey },
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
          secretVersion: secretVersion(`${name}-secret-key-version`, secretKey, { parent: this }),
        }),
      },
      // A volume cannot change its class, and Helm would fail at it.
      { ...common, dependsOn: [keys], ignoreChanges: ["values.persistence.storageClassName"] },
    );
    this.ready = [release];
    this.registerOutputs({});
  }
}
