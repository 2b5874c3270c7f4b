import { Job } from "@pulumi/kubernetes/batch/v1/job.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { Cluster } from "../cluster/contract.ts";
import { secretTable } from "../secrets/table.ts";
import { administratorSecret } from "../speckle/secrets.ts";
import { type AccountsJobArgs, accountsJob } from "./accounts-job.ts";

/** Who may have an account, and the first administrator. */
export interface AccountsArgs extends AccountsJobArgs {
  readonly cluster: Cluster;
  /** Created before: Speckle itself, whose server has made the tables by the time it is ready. */
  readonly after: Resource;
}

/** Makes Speckle itself ask for invitations, and its first administrator, before anybody can reach it. */
export class Accounts extends ComponentResource {
  /** First password of the administrator; secret. */
  readonly password: Output<string>;

  constructor(name: string, args: AccountsArgs, opts?: ComponentResourceOptions) {
    const { cluster, after, ...job } = args;
    const { namespace, administrator, inviteOnly } = job;
    super("speckle-stacks:index:Accounts", name, { namespace, administrator, inviteOnly }, opts);
    const { length = 32 } = secretTable.administrator;
    const password = new RandomPassword(`${name}-password`, { length, special: false }, { parent: this });
    this.password = password.result;
    const common = { parent: this, provider: cluster.provider, dependsOn: [after] };
    const hash = this.#createHash(name, namespace, password.bcryptHash, common);
    new Job(`${name}-job`, accountsJob(job), { ...common, dependsOn: [after, hash] });
    this.registerOutputs({});
  }

  #createHash(name: string, namespace: string, hash: Input<string>, opts: object): Secret {
    const { name: secret, key } = administratorSecret;
    const metadata = { name: secret, namespace };
    return new Secret(`${name}-hash`, { metadata, stringData: { [key]: hash } }, opts);
  }
}
