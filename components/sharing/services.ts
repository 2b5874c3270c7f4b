import type { StoreChoices } from "../data/args.ts";
import { postgresOperatorNamespace } from "../data/postgres-cluster.ts";
import { certManagerNamespace } from "../edge/cert-manager-values.ts";
import { traefikNamespace } from "../edge/traefik-values.ts";

/** What a cluster has once for all its environments, and the namespace of each. */
export const serviceNamespaces = {
  traefik: traefikNamespace,
  "postgres-operator": postgresOperatorNamespace,
  "cert-manager": certManagerNamespace,
} as const;

/** One of them. */
export type ServiceName = keyof typeof serviceNamespaces;

/** Every one of them. */
export const serviceNames = Object.keys(serviceNamespaces) as ServiceName[];

/** `create`: this environment makes it. `shared`: another environment of the same cluster did. */
export type ServiceOwner = "create" | "shared";

/** What says which services an environment uses, and whose they are. */
export interface ServiceChoices extends Pick<StoreChoices, "postgres"> {
  /** Who makes Traefik; default: this environment. */
  readonly clusterServices?: ServiceOwner | undefined;
  readonly certificate:
    | { readonly mode: "given" }
    | { readonly mode: "ownAuthority" | "acme"; readonly certManager: ServiceOwner | "existing" };
}

/** The services an environment uses that are its own to make, or that it shares with the one that made them. */
export function servicesOf(choices: ServiceChoices, owner: ServiceOwner): ServiceName[] {
  const { clusterServices = "create", postgres, certificate } = choices;
  const owners: Record<ServiceName, string | undefined> = {
    traefik: clusterServices,
    "postgres-operator": postgres.mode === "inCluster" ? (postgres.operator ?? "create") : undefined,
    "cert-manager": certificate.mode === "given" ? undefined : certificate.certManager,
  };
  return serviceNames.filter((name) => owners[name] === owner);
}
