import type { NetworkArgs } from "../../../components/network/peers.ts";

/** An environment with everything in the cluster and nothing optional. */
export const plain: NetworkArgs = {
  namespace: "speckle",
  ifcImport: false,
  telemetry: false,
  outbound: "required",
  postgres: { at: "cluster" },
  cache: { at: "cluster" },
  objectStore: { at: "cluster" },
  kubernetesApi: "anywhere",
  clusterRanges: ["10.244.0.0/16", "10.96.0.0/12", "172.18.0.0/16"],
};

/** Environments that differ from the plain one in what an engineer may choose. */
export const environments: Readonly<Record<string, NetworkArgs>> = {
  "everything in the cluster": plain,
  "another namespace": { ...plain, namespace: "team-a" },
  "IFC import": { ...plain, ifcImport: true },
  telemetry: { ...plain, telemetry: true },
  "a mail server of its own": { ...plain, email: { port: 587, ranges: ["10.50.0.25/32"] } },
  "a mail server on the internet": { ...plain, email: { port: 2525 } },
  "identity providers": { ...plain, signIn: { hosts: ["id.example.com"], ports: [443] } },
  "an authority of its own": { ...plain, certManager: true },
  "certificates proved over HTTP": { ...plain, certManager: true, challenge: "http01" },
  "certificates proved by records": { ...plain, certManager: true, challenge: "dns01" },
  "certificates proved by records, with rights of the pods' own": {
    ...plain,
    certManager: true,
    challenge: "dns01",
    podIdentity: true,
  },
  "somebody else's cert-manager": { ...plain, challenge: "http01" },
  "a sign-in page in front": {
    ...plain,
    gate: { labels: { "app.kubernetes.io/name": "oauth2-proxy" }, port: 4180 },
  },
  "backups of the database": { ...plain, backup: { at: "outside", ranges: ["192.0.2.48/28"], port: 443 } },
  "a fixed entry and extra ports": {
    ...plain,
    entryMachine: { ranges: ["10.40.0.0/20"] },
    kubernetesApi: ["10.20.9.1/32"],
    extraPorts: [
      { name: "one", traefikPort: 18_443, labels: { app: "one" }, port: 6500 },
      { name: "two", traefikPort: 9000, labels: { app: "two" }, port: 6500 },
    ],
  },
  monitoring: { ...plain, monitoring: { namespace: "monitoring" }, certManager: true, ifcImport: true },
  "no outbound traffic": {
    ...plain,
    outbound: "none",
    telemetry: true,
    email: { port: 2525 },
    signIn: { hosts: ["id.example.com"], ports: [443, 8443], ranges: ["10.60.0.0/24"] },
  },
  "all outbound traffic": { ...plain, outbound: "all" },
  "managed stores in private subnets": {
    ...plain,
    postgres: { at: "outside", ranges: ["10.20.1.0/24", "10.20.2.0/24"], port: 25060 },
    cache: { at: "outside", ranges: ["10.20.3.0/24"], port: 25061 },
    objectStore: { at: "outside", ranges: ["5.101.96.0/20"], port: 443 },
    kubernetesApi: ["10.20.9.1/32", "10.245.0.1/32"],
    clusterRanges: ["10.20.0.0/16", "10.244.0.0/16", "10.245.0.0/16", "52.0.0.0/16"],
  },
};
