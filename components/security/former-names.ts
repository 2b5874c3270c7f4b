import { type Alias, createUrn, type Resource } from "@pulumi/pulumi";

/**
 * Where the first release had an environment's namespaces, by what they are for. State that it made is taken over: a
 * namespace that is deleted takes everything in it along.
 * @param environment logical name of the environment
 * @param parent the environment itself
 */
export function formerNamespaces(
  environment: string,
  parent: Resource,
): Readonly<Record<string, readonly Alias[]>> {
  const within = (part: string, type: string) =>
    createUrn(`${environment}-${part}`, `speckle-stacks:index:${type}`, parent);
  return {
    speckle: [{ name: `${environment}-namespace`, parent }],
    traefik: [{ name: `${environment}-edge-namespace`, parent: within("edge", "Edge") }],
    "postgres-operator": [
      { name: `${environment}-postgres-operator-namespace`, parent: within("postgres", "Postgres") },
    ],
  };
}
