import { cacheName, cacheUser } from "../data/cache-values.ts";
import { objectStoreKeys, objectStoreName } from "../data/object-store-values.ts";
import { postgresOwnerSecret } from "../data/postgres-cluster.ts";
import { entrySecret, reporterName } from "../entry/reporter.ts";
import { administratorSecret, type SecretRef, speckleSecrets } from "../speckle/secrets.ts";
import type { IdentityProvider } from "../speckle/sign-in.ts";
import { type SecretPurpose, type WorkloadKey, workload, workloads } from "../speckle/workloads.ts";

/** A secret that the program makes up, and makes anew when its number under `rotate` changes. */
export const generatedSecrets = [
  "postgres",
  "cache",
  "objectStore",
  "session",
  "registration",
  "entry",
] as const;
export type GeneratedSecret = (typeof generatedSecrets)[number];
/** Every secret of an environment: those that are made up anew, the first password of the administrator, and those given. */
export type SecretKey = GeneratedSecret | "administrator" | "email" | IdentityProvider;

/** How often each generated secret has been rotated; any other number than before makes it anew. */
export type Rotations = { readonly [key in GeneratedSecret]?: number | undefined };

/** What one secret of an environment is. */
export interface SecretFacts {
  readonly what: string;
  /** When it is there, in words; always when absent. */
  readonly when?: string;
  /** Characters the program makes up, of a to z, A to Z and 0 to 9; undefined for a secret that is given. */
  readonly length?: number;
  /** The setting of a secret that is given. */
  readonly setting?: string;
  /** Every key of every Secret that carries it, alone or in a connection URL. */
  readonly carriers: readonly SecretRef[];
  /** What carries it that is no Secret, in words. */
  readonly alsoIn?: string;
  /** What Speckle's workloads read it for. */
  readonly purposes: readonly SecretPurpose[];
  /** The pods of its own side that start anew with it; none where it is changed in the running program. */
  readonly restarts?: string;
  /** What people notice while it is rotated. */
  readonly meanwhile: string;
}

/** Every secret that the program makes or takes. */
export const secretTable: Readonly<Record<SecretKey, SecretFacts>> = {
  postgres: {
    what: "password of the database's owner",
    length: 32,
    carriers: [postgresOwnerSecret, speckleSecrets.postgres, speckleSecrets.importQueue],
    purposes: ["postgres"],
    meanwhile:
      "The operator changes it in the running database; a pod that is not replaced yet keeps its connections and gets no new ones",
  },
  cache: {
    what: "password of the cache's one user",
    length: 32,
    carriers: [{ name: cacheName, key: cacheUser }, speckleSecrets.redis, speckleSecrets.previewRedis],
    purposes: ["redis", "previewRedis"],
    restarts: cacheName,
    meanwhile: "The cache starts anew from its log; Speckle answers with errors until its pods are replaced",
  },
  objectStore: {
    what: "secret key of the object store's account",
    length: 40,
    carriers: [
      { name: objectStoreName, key: objectStoreKeys.key },
      { name: objectStoreName, key: objectStoreKeys.former },
      speckleSecrets.objectStore,
    ],
    purposes: ["objectStore"],
    restarts: objectStoreName,
    meanwhile:
      "Nothing but the seconds in which a store in the cluster starts anew: the key before stays valid until the next rotation",
  },
  entry: {
    what: "key that signs the cluster's reports to the machine of a fixed entry",
    when: "with `exposure.type: fixedEntry`, in Traefik's namespace and on the machine",
    length: 48,
    carriers: [entrySecret],
    purposes: [],
    restarts: reporterName,
    meanwhile: "The machine is made anew at the same address: nothing answers for some minutes",
  },
  session: {
    what: "key that signs sessions and sign-in requests",
    length: 48,
    carriers: [speckleSecrets.session],
    purposes: ["session"],
    meanwhile: "Everybody signs in again",
  },
  registration: {
    what: "end of the link with which whoever deploys makes an account",
    when: "with `registration: invited` and no `administrator`",
    length: 32,
    carriers: [],
    alsoIn:
      "Traefik's objects `speckle-registration-link` and `speckle-registration-pass`: it compares no hashes",
    purposes: [],
    meanwhile: "The former link ends; accounts stay",
  },
  administrator: {
    what: "first password of the administrator: its hash alone is in the cluster",
    when: "with `administrator`",
    length: 32,
    carriers: [administratorSecret],
    alsoIn: "the stack's output `administratorPassword`",
    purposes: [],
    meanwhile: "Nothing",
  },
  email: {
    what: "password of the mail account",
    setting: "emailPassword",
    carriers: [speckleSecrets.email],
    purposes: ["email"],
    meanwhile: "Nothing, where the mail server takes both passwords for a while",
  },
  google: clientSecret("google", "Google"),
  github: clientSecret("github", "GitHub"),
  azureAd: clientSecret("azureAd", "Microsoft Entra ID"),
  oidc: clientSecret("oidc", "the OpenID Connect provider"),
};

function clientSecret(provider: IdentityProvider, name: string): SecretFacts {
  return {
    what: `client secret of Speckle at ${name}`,
    setting: `${provider}ClientSecret`,
    carriers: [speckleSecrets[provider]],
    purposes: [provider],
    meanwhile: "Nothing, where the provider takes both secrets for a while",
  };
}

/** The Speckle workloads that read a secret, and start anew when it changes. */
export function consumers(secret: SecretKey): WorkloadKey[] {
  return workloads.flatMap(({ key }) => (secretsOf(key).includes(secret) ? [key] : []));
}

/** The secrets a Speckle workload reads. */
export function secretsOf(key: WorkloadKey): SecretKey[] {
  const reads = workload(key).secrets;
  return (Object.keys(secretTable) as SecretKey[]).filter((secret) =>
    secretTable[secret].purposes.some((purpose) => reads.includes(purpose)),
  );
}
