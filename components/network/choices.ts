import { type IdentityProvider, signInReach } from "../speckle/sign-in.ts";
import type { NetworkArgs } from "./peers.ts";

/** The environment that pages begin with: every store in the cluster, nothing optional. */
export const plain: NetworkArgs = {
  namespace: "speckle",
  ifcImport: false,
  telemetry: false,
  outbound: "required",
  postgres: { at: "cluster" },
  cache: { at: "cluster" },
  objectStore: { at: "cluster" },
  kubernetesApi: "anywhere",
  clusterRanges: [],
};

const providers: Record<IdentityProvider, string> = {
  google: "Google",
  github: "GitHub",
  azureAd: "Microsoft Entra ID",
  oidc: "an OpenID Connect provider",
};
const example = { clientId: "", tenant: "", name: "", discoveryUrl: "https://id.example.com" };

/** What an engineer may choose, each as a change of the plain environment. */
export const choices: readonly { readonly what: string; readonly change: Partial<NetworkArgs> }[] = [
  { what: "IFC import", change: { ifcImport: true } },
  { what: "a first administrator that the program makes", change: { accounts: true } },
  { what: "telemetry", change: { telemetry: true } },
  { what: "a mail server, here on port 587", change: { email: { port: 587, ranges: ["192.0.2.25/32"] } } },
  ...Object.entries(providers).map(([provider, what]) => ({
    what: `sign-in with ${what}`,
    change: { signIn: signInReach({ local: true, [provider]: example }) },
  })),
  { what: "a cert-manager of its own", change: { certManager: true } },
  { what: "certificates proved over HTTP", change: { certManager: true, challenge: "http01" } },
  { what: "certificates proved by records", change: { certManager: true, challenge: "dns01" } },
  {
    what: "certificates proved by records in Route 53, on AWS",
    change: { certManager: true, challenge: "dns01", podIdentity: true },
  },
  {
    what: "a sign-in page in front, here oauth2-proxy",
    change: { gate: { labels: { "app.kubernetes.io/name": "oauth2-proxy" }, port: 4180 } },
  },
  {
    what: "a fixed entry, here with its machine in 192.0.2.48/28",
    change: { entryMachine: { ranges: ["192.0.2.48/28"] } },
  },
  {
    what: "an extra port, here 8443 to port 6443 of pods labelled app: example",
    change: {
      extraPorts: [{ name: "example", traefikPort: 18_443, labels: { app: "example" }, port: 6443 }],
    },
  },
  {
    what: "monitoring, here by a Prometheus in the namespace monitoring",
    change: { monitoring: { namespace: "monitoring" } },
  },
  {
    what: "monitoring, a cert-manager of its own and IFC import",
    change: { monitoring: { namespace: "monitoring" }, certManager: true, ifcImport: true },
  },
  { what: "outbound: none", change: { outbound: "none" } },
  { what: "outbound: all", change: { outbound: "all" } },
  {
    what: "backups of a PostgreSQL in the cluster, here on port 443",
    change: { backup: { at: "outside", ranges: ["192.0.2.48/28"], port: 443 } },
  },
  {
    what: "a managed PostgreSQL, here on port 25060",
    change: { postgres: { at: "outside", ranges: ["192.0.2.0/28"], port: 25060 } },
  },
  {
    what: "a managed cache, here on port 25061",
    change: { cache: { at: "outside", ranges: ["192.0.2.16/28"], port: 25061 } },
  },
  {
    what: "an object store outside the cluster, here on port 443",
    change: { objectStore: { at: "outside", ranges: ["192.0.2.32/28"], port: 443 } },
  },
];
