import type { Input } from "@pulumi/pulumi";
import { secretVersionAnnotation } from "../secrets/annotation.ts";

/** Name of the release, its Deployment, Service and Secret. */
export const objectStoreName = "speckle-object-store";
export const objectStorePort = 7070;
/** The bucket Speckle keeps files in; the server creates it at its first start. */
export const objectStoreBucket = "speckle";
/** Region both sides sign requests for. */
export const objectStoreRegion = "us-east-1";

/** S3 endpoint as pods of the cluster reach it. */
export function objectStoreEndpoint(namespace: string): string {
  return `http://${objectStoreName}.${namespace}.svc.cluster.local:${objectStorePort}`;
}

/** Keys of its Secret: the account in use, and a file with the one before, which stays valid. */
export const objectStoreKeys = {
  id: "rootAccessKeyId",
  key: "rootSecretAccessKey",
  former: "formerAccounts",
} as const;

/** One account of the store. */
export interface StoreAccount {
  readonly id: string;
  readonly key: string;
}

/** The store's file of further accounts; they may do in the bucket what the one that made it may. */
export function accountsFile(accounts: readonly StoreAccount[]): string {
  const entries = accounts.map(({ id, key }) => [id, { access: id, secret: key, role: "admin" }]);
  return JSON.stringify({ accessAccounts: Object.fromEntries(entries) });
}

/**
 * Variables with which the store knows further accounts. It reads them from a file alone, and its chart mounts none: the
 * image's own script starts the program that VGW_BINARY names, and so a shell that writes the file into memory first.
 */
const formerAccounts = [
  { name: "VGW_BINARY", value: "/bin/sh" },
  // Split at blanks by the script, which keeps quotes as they are.
  { name: "VGW_ARGS", value: '-c eval$IFS"$STORE_START"' },
  {
    name: "STORE_START",
    value: [
      "umask 077",
      'mkdir -p "$VGW_IAM_DIR"',
      'printf %s "$STORE_ACCOUNTS" > "$VGW_IAM_DIR/users.json"',
      "unset STORE_ACCOUNTS",
      'exec versitygw "$0" "$@"',
    ].join(" && "),
  },
  { name: "VGW_IAM_DIR", value: "/dev/shm/accounts" },
  {
    name: "STORE_ACCOUNTS",
    valueFrom: { secretKeyRef: { name: objectStoreName, key: objectStoreKeys.former } },
  },
];

/** What its pod takes. */
export const objectStoreResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { memory: "512Mi" },
};

/** Values of the Versity S3 Gateway chart. */
export function objectStoreValues(args: {
  readonly storage: string;
  /** Origin whose pages may read and write by presigned URL. */
  readonly origin: string;
  readonly storageClass?: string | undefined;
  /** Mark of the account's key, which the pod reads only as it starts. */
  readonly secretVersion: Input<string>;
}) {
  const { storage, origin, storageClass, secretVersion } = args;
  return {
    fullnameOverride: objectStoreName,
    image: { tag: "v1.7.0" },
    // The volume belongs to one pod: the old one must go before the new one starts.
    strategy: { type: "Recreate" },
    podAnnotations: { [secretVersionAnnotation]: secretVersion },
    auth: { existingSecret: objectStoreName },
    gateway: { region: objectStoreRegion, port: objectStorePort, corsAllowOrigin: origin },
    persistence: { size: storage, ...(storageClass && { storageClassName: storageClass }) },
    extraEnv: formerAccounts,
    resources: objectStoreResources,
    podSecurityContext: { fsGroup: 1000, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
    },
  };
}
