import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import { charts } from "../charts.ts";
import type { Cluster } from "../cluster/contract.ts";
import { installRelease } from "../release.ts";
import type { ServiceOwner } from "../sharing/services.ts";
import {
  certManagerAccount,
  certManagerName,
  certManagerNamespace,
  certManagerValues,
  zoneRightsValues,
} from "./cert-manager-values.ts";
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
      /** Token that may write the zone's records, or the secret half of a key that may, for DNS-01. */
      readonly dnsToken?: Input<string> | undefined;
    });

/** The zone in which the program's own cert-manager proves the names with rights of its pods; undefined when it needs none. */
export function zoneProvedByPods(source: CertificateArgs): string | undefined {
  if (source.mode !== "acme" || source.certManager !== "create") return undefined;
  const { challenge } = source;
  if (challenge.type !== "dns01" || challenge.provider !== "route53" || challenge.accessKey) return undefined;
  return challenge.hostedZoneId;
}

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
    if (source.certManager === "create") before.push(this.#install(name, args, zoneProvedByPods(source)));
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

  #install(
    name: string,
    { cluster, namespaces }: CertificateComponentArgs,
    zoneId: string | undefined,
  ): Resource {
    const rights =
      zoneId && cluster.prover
        ? cluster.prover(`${name}-prover`, { ...certManagerAccount, zoneId }, { parent: this })
        : [];
    return installRelease(
      `${name}-cert-manager`,
      {
        chart: charts.certManager,
        release: certManagerName,
        namespace: certManagerNamespace,
        values: { ...certManagerValues, ...(zoneId && rights.length > 0 && zoneRightsValues(zoneId)) },
      },
      { parent: this, provider: cluster.provider, dependsOn: [namespaces, ...rights] },
    );
  }
}
