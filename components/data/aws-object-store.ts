import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketCorsConfiguration } from "@pulumi/aws/s3/bucketCorsConfiguration.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { ComponentResource, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { bucketKeys } from "../secrets/generate.ts";
import type { ManagedObjectStoreArgs } from "./args.ts";
import type { AwsPlace } from "./aws.ts";
import { bucketPlan, filesPolicy, s3Endpoint } from "./aws-plan.ts";
import type { ObjectStoreConnection, SecretText } from "./connections.ts";
import { type Acknowledging, keeping } from "./keeping.ts";
import type { Rotating } from "./managed.ts";

/** A bucket on AWS. */
export type AwsObjectStoreArgs = ManagedObjectStoreArgs &
  Acknowledging &
  Rotating & {
    readonly place: AwsPlace;
    /** Origin whose pages may upload. */
    readonly origin: string;
  };

/** A private bucket, and a user with rights on nothing else: Speckle takes static keys only. */
export class AwsObjectStore extends ComponentResource implements ObjectStoreConnection {
  readonly endpoint: string;
  readonly publicEndpoint: string;
  readonly region: string;
  readonly bucket: Output<string>;
  readonly createsBucket = false;
  readonly accessKey: Output<string>;
  readonly secretKey: SecretText;
  readonly ready: readonly Resource[];

  constructor(
    name: string,
    { place, rotations, ...args }: AwsObjectStoreArgs,
    opts?: ComponentResourceOptions,
  ) {
    super("speckle-stacks:index:AwsObjectStore", name, { ...args }, opts);
    const bucket = this.#createBucket(name, args, place.region);
    const [present, ...former] = bucketKeys(rotations, (named) => this.#createKey(name, named, place, args));
    this.endpoint = s3Endpoint(place.region);
    this.publicEndpoint = this.endpoint;
    this.region = place.region;
    this.bucket = bucket.name;
    this.accessKey = present.key.id;
    this.secretKey = { text: present.key.secret };
    this.ready = [...bucket.settings, ...[present, ...former].flatMap(({ rights, key }) => [rights, key])];
    this.registerOutputs({});
  }

  /** A user for each key: AWS allows one no more than two, and there are three for the time of a rotation. */
  #createKey(
    name: string,
    named: (name: string) => string,
    place: AwsPlace,
    { bucket }: Pick<ManagedObjectStoreArgs, "bucket">,
  ) {
    const common = { parent: this };
    const user = new User(named(`${name}-user`), { name: named(`${place.name}-files`) }, common);
    const policy = filesPolicy(bucket);
    const rights = new UserPolicy(named(`${name}-rights`), { user: user.name, policy }, common);
    return { rights, key: new AccessKey(named(`${name}-key`), { user: user.name }, common) };
  }

  #createBucket(
    name: string,
    args: Omit<AwsObjectStoreArgs, "place" | "rotations">,
    region: string,
  ): { readonly name: Output<string>; readonly settings: readonly Resource[] } {
    const plan = bucketPlan(args);
    const kept = keeping(`${name}-bucket`, args);
    const made = new Bucket(
      `${name}-bucket`,
      { ...plan.bucket, forceDestroy: !kept.locked, region },
      { parent: this, ...kept.options },
    );
    const bucket = made.bucket;
    const common = { parent: this };
    const access = new BucketPublicAccessBlock(`${name}-access`, { bucket, ...plan.access }, common);
    const settings = [
      access,
      new BucketOwnershipControls(`${name}-ownership`, { bucket, ...plan.ownership }, common),
      new BucketVersioning(`${name}-versioning`, { bucket, ...plan.versioning }, common),
      new BucketLifecycleConfiguration(`${name}-lifecycle`, { bucket, ...plan.lifecycle }, common),
      new BucketCorsConfiguration(`${name}-cors`, { bucket, ...plan.cors }, common),
      // One change of a bucket's rights at a time: AWS refuses a second one meanwhile.
      new BucketPolicy(`${name}-policy`, { bucket, ...plan.policy }, { ...common, dependsOn: [access] }),
    ];
    return { name: bucket, settings };
  }
}
