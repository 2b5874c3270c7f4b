import { refOf } from "../kubernetes/client.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { isReady } from "../kubernetes/objects.ts";
import { operatorFieldManager, operatorReady, readyCondition } from "./operators.ts";
import type { Reconciler } from "./reconciler.ts";

const apiVersion = "cert-manager.io/v1";

/** Gives a Certificate its Secret, as cert-manager would once the issuer has signed. */
export const certificates: Reconciler = {
  apiVersion,
  kind: "Certificate",
  simulates: "cert-manager: a Certificate gets its Secret, without a certificate in it",
  async reconcile(certificate, client) {
    if (isReady(certificate)) return "done";
    if (!(await operatorReady(client, "cert-manager"))) return "again";
    await client.apply(tlsSecret(certificate), { fieldManager: operatorFieldManager, force: true });
    await client.merge(refOf(certificate), { status: { conditions: [readyCondition("Ready")] } }, "status");
    return "done";
  },
};

/** Takes every issuer as ready, as cert-manager would once the authority has answered. */
export const issuers: readonly Reconciler[] = ["Issuer", "ClusterIssuer"].map((kind) => ({
  apiVersion,
  kind,
  simulates: `cert-manager: an ${kind} is ready, without an authority behind it`,
  async reconcile(issuer, client) {
    if (isReady(issuer)) return "done";
    if (!(await operatorReady(client, "cert-manager"))) return "again";
    await client.merge(refOf(issuer), { status: { conditions: [readyCondition("IsReady")] } }, "status");
    return "done";
  },
}));

function tlsSecret(certificate: KubernetesObject): KubernetesObject {
  const { namespace } = certificate.metadata;
  const { secretName } = certificate.spec;
  const simulated = (what: string) =>
    Buffer.from(`no ${what}: ${secretName} is simulated`).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    // No owner: as with cert-manager itself, a certificate outlives the object that asked for it.
    metadata: { name: secretName, ...(namespace && { namespace }) },
    type: "kubernetes.io/tls",
    data: { "tls.crt": simulated("certificate"), "tls.key": simulated("key") },
  };
}
