/** Name of the release. */
export const certManagerName = "cert-manager";
/** Namespace of cert-manager. */
export const certManagerNamespace = "cert-manager";

/** Of each of its programs. */
export const certManagerResources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } };

/** The account that cert-manager's controller runs under. */
export const certManagerAccount = {
  namespace: certManagerNamespace,
  serviceAccount: certManagerName,
} as const;

/** Values of the cert-manager chart. */
export const certManagerValues = {
  // Deleting the definitions deletes every Certificate of the cluster.
  crds: { enabled: true, keep: true },
  // Route 53 is asked with the identity of the pod; without this only cluster-wide issuers may do so.
  extraArgs: ["--issuer-ambient-credentials"],
  resources: certManagerResources,
  webhook: { resources: certManagerResources },
  cainjector: { resources: certManagerResources },
  startupapicheck: { resources: certManagerResources },
};

/** Further values where its account has got rights at a zone: a pod learns of them when it starts. */
export function zoneRightsValues(zone: string) {
  return { podAnnotations: { "speckle.systems/zone-rights": zone } };
}
