import type { CloudArgs } from "./cloud.ts";

/** A cluster on AWS. */
export interface AwsArgs extends CloudArgs {
  /** Minor version of Kubernetes, such as `1.36`. */
  readonly version: string;
  /** Number of the account: credentials of another one are refused before anything is touched. */
  readonly accountId: string;
  /** Private range of the network, a /16; it can never change. */
  readonly ranges: { readonly network: string };
  /** ARNs of IAM roles that administer the cluster, besides whoever made it. */
  readonly administrators: readonly string[];
}
