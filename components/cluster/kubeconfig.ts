/** A program that prints a token for a cluster each time it is asked. */
export interface TokenProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** Version of client.authentication.k8s.io that it speaks. */
  readonly version: "v1" | "v1beta1";
}

/** A kubeconfig without credentials of its own: whoever uses it asks the program, which must be installed there. */
export function tokenKubeconfig(
  cluster: { readonly name: string; readonly endpoint: string; readonly authority: string },
  { command, args, version }: TokenProgram,
) {
  const { name, endpoint, authority } = cluster;
  const apiVersion = `client.authentication.k8s.io/${version}`;
  const exec = { apiVersion, command, args: [...args], interactiveMode: "Never" };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": authority } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}
