import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import type { EnvironmentIdentity } from "./claim.ts";
import type { ServiceName } from "./services.ts";
import { servicesRecordObject, usePolicy } from "./use.ts";

/** Services of a cluster that an environment shares. */
export interface SharedServicesArgs extends EnvironmentIdentity {
  readonly cluster: Cluster;
  /** Services that it needs as long as it is there. */
  readonly services: readonly ServiceName[];
}

/** Keeps services that another environment made from going while this one uses them. */
export class SharedServices extends ComponentResource {
  constructor(name: string, args: SharedServicesArgs, opts?: ComponentResourceOptions) {
    const { cluster, services, namespace, domain } = args;
    super("speckle-stacks:index:SharedServices", name, { services, namespace }, opts);
    const { policy, binding } = usePolicy(services, { namespace, domain });
    const common = { parent: this, provider: cluster.provider };
    const made = new ValidatingAdmissionPolicy(`${name}-use`, policy, common);
    new ValidatingAdmissionPolicyBinding(`${name}-use-binding`, binding, { ...common, dependsOn: [made] });
    this.registerOutputs({});
  }
}

/** Services that an environment made for its cluster. */
export interface OwnServicesArgs extends EnvironmentIdentity {
  readonly cluster: Cluster;
  /** Services it made. */
  readonly own: readonly ServiceName[];
  /** Everything of the environment: none of it is deleted before the record is. */
  readonly everything: readonly Resource[];
}

/** The record of an environment's services for its cluster: the last to be made, and the first to be deleted. */
export class OwnServices extends ComponentResource {
  constructor(name: string, args: OwnServicesArgs, opts?: ComponentResourceOptions) {
    const { cluster, own, namespace, domain, everything } = args;
    super("speckle-stacks:index:OwnServices", name, { own, namespace }, opts);
    new ConfigMap(`${name}-record`, servicesRecordObject(own, { namespace, domain }), {
      parent: this,
      provider: cluster.provider,
      dependsOn: [...everything],
    });
    this.registerOutputs({});
  }
}
