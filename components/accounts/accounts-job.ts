import { readFileSync } from "node:fs";
import { placement } from "../cluster/pools.ts";
import { administratorSecret, type SecretRef } from "../speckle/secrets.ts";
import type { DatabaseAccess } from "../speckle/speckle.ts";
import { authorityConfigMap } from "../speckle/values.ts";

/** Name of the Job, of its pods and of the Secret. */
export const accountsName = "speckle-accounts";
/** Labels of its pods: policies let them to the database alone. */
export const accountsLabels = { app: accountsName };

/** What its pod takes. */
export const accountsResources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { memory: "256Mi" },
};

/** What the Job follows from. */
export interface AccountsJobArgs extends DatabaseAccess {
  readonly namespace: string;
  /** Mail address of the first administrator. */
  readonly administrator: string;
  /** Whether nobody makes an account without an invitation. */
  readonly inviteOnly: boolean;
  /** Image of Speckle's server. */
  readonly image: string;
}

const certificates = "/certificates";

/**
 * One pod that writes into Speckle's database what its server has no setting for. Another Job when anything here
 * changes, Speckle's version included: what it writes to are tables of that version.
 */
export function accountsJob(args: AccountsJobArgs) {
  const { namespace, administrator, inviteOnly, postgres, sslMode, trustsAuthority } = args;
  const { name: map, key } = authorityConfigMap;
  return {
    metadata: {
      name: accountsName,
      namespace,
      labels: accountsLabels,
      // One that has failed for good is made anew by the next `up`.
      annotations: { "pulumi.com/replaceUnready": "true" },
    },
    spec: {
      // A database that changes over is away for a moment.
      backoffLimit: 5,
      activeDeadlineSeconds: 600,
      template: {
        metadata: { labels: accountsLabels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...placement("general"),
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 20_000,
            runAsGroup: 30_000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "main",
              image: args.image,
              workingDir: "/speckle-server/packages/server",
              command: ["/nodejs/bin/node", "--input-type=module", "--eval", accountsProgram()],
              env: [
                { name: "POSTGRES_URL", ...fromSecret(postgres) },
                { name: "PGSSLMODE", value: sslMode },
                { name: "INVITE_ONLY", value: String(inviteOnly) },
                { name: "ADMINISTRATOR", value: administrator },
                { name: "PASSWORD_HASH", ...fromSecret(administratorSecret) },
                ...(trustsAuthority
                  ? [{ name: "NODE_EXTRA_CA_CERTS", value: `${certificates}/${key}` }]
                  : []),
              ],
              ...(trustsAuthority && {
                volumeMounts: [{ name: map, mountPath: certificates, readOnly: true }],
              }),
              resources: accountsResources,
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
          ...(trustsAuthority && { volumes: [{ name: map, configMap: { name: map } }] }),
        },
      },
    },
  };
}

function fromSecret({ name, key }: SecretRef) {
  return { valueFrom: { secretKeyRef: { name, key } } };
}

/** The program that runs in the pod, as text. */
export function accountsProgram(): string {
  return readFileSync(new URL("./accounts.mjs", import.meta.url), "utf8");
}
