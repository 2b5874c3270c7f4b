import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import type { ServiceOwner } from "../sharing/services.ts";
import { certManagerName, certManagerNamespace, certManagerValues } from "./cert-manager-values.ts";
import { type CertificateSource, certificateObjects, dnsToken, tlsSecret } from "./certificate-objects.ts";

/** Where a certificate comes from, with what is secret about it. */
export type CertificateArgs =
  /** Bought or made elsewhere; renewed by giving another one. */
  | { readonly mode: "given"; readonly certificate: string; readonly privateKey: Input<string> }
  | (CertificateSource & {
      readonly mode: "ownAuthority" | "acme";
      /**
       * Whose cert-manager the cluster runs: this environment's, another environment's, or somebody else's; two in one
       * cluster fight over every Certificate.
       */
      readonly certManager: ServiceOwner | "existing";
      /** Token that may write the zone's records, for DNS-01 with DigitalOcean. */
      readonly dnsToken?: Input<string> | undefined;
    });

/** What a certificate is made for. */
export interface CertificateComponentArgs {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Created before any pod: the namespace and what governs pods there. */
  readonly namespaces: Resource;
  /** Names the certificate is for, the environment's own first. */
  readonly hosts: readonly string[];
  readonly source: CertificateArgs;
  /** What has to be there before an authority is asked. */
  readonly after?: readonly Resource[] | undefined;
}

/** The certificate of one environment, in a Secret that stays when whoever made it goes. */
export class Certificate extends ComponentResource {
  /** Secret with the certificate and its key. */
  readonly secretName = tlsSecret;

  constructor(name: string, args: CertificateComponentArgs, opts?: ComponentResourceOptions) {
    const { namespace, hosts, source } = args;
    super("speckle-stacks:index:Certificate", name, { namespace, hosts, mode: source.mode }, opts);
    if (source.mode === "given") this.#give(name, args, source);
    else this.#issue(name, args, source);
    this.registerOutputs({});
  }

  #give(name: string, args: CertificateComponentArgs, source: CertificateArgs & { mode: "given" }): void {
    const { namespace, cluster, namespaces } = args;
    new Secret(
      `${name}-secret`,
      {
        metadata: { name: tlsSecret, namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": source.certificate, "tls.key": source.privateKey },
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces] },
    );
  }

  #issue(
    name: string,
    args: CertificateComponentArgs,
    source: Exclude<CertificateArgs, { mode: "given" }>,
  ): void {
    const { namespace, hosts, cluster, namespaces, after = [] } = args;
    const common = { parent: this, provider: cluster.provider };
    const before: Resource[] = [namespaces];
    if (source.certManager === "create") {
      const values = certManagerValues;
      const release = {
        chart: charts.certManager,
        release: certManagerName,
        namespace: certManagerNamespace,
        values,
      };
      before.push(installRelease(`${name}-cert-manager`, release, { ...common, dependsOn: [namespaces] }));
    }
    if (source.dnsToken !== undefined) {
      const metadata = { name: dnsToken.secret, namespace };
      const stringData = { [dnsToken.key]: source.dnsToken };
      before.push(
        new Secret(`${name}-dns-token`, { metadata, stringData }, { ...common, dependsOn: [namespaces] }),
      );
    }
    before.push(...after);
    for (const object of certificateObjects({ namespace, hosts, source })) {
      const resource = `${name}-${object.kind.toLowerCase()}-${object.metadata.name}`;
      before.push(new CustomResource(resource, object, { ...common, dependsOn: [...before] }));
    }
  }
}
