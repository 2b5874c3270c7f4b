import type { EnvironmentIdentity } from "./claim.ts";
import { type ServiceName, serviceNamespaces } from "./services.ts";

/** Name of the ConfigMap that an environment with services for its cluster deletes before everything else. */
export const servicesRecord = "speckle-cluster-services";

/** The record of the services that an environment made for its cluster. */
export function servicesRecordObject(
  services: readonly ServiceName[],
  { namespace, domain }: EnvironmentIdentity,
) {
  return {
    metadata: { name: servicesRecord, namespace },
    data: { ...Object.fromEntries(services.map((service) => [service, serviceNamespaces[service]])), domain },
  };
}

/**
 * Refuses the end of services as long as an environment that shares them is there: their owner deletes the record
 * first, so that nothing of its own has gone when the API server says no. Kubernetes 1.30 or later.
 */
export function usePolicy(services: readonly ServiceName[], { namespace, domain }: EnvironmentIdentity) {
  const name = `${namespace}-uses-cluster-services`;
  const rule = { apiGroups: [""], apiVersions: ["v1"] };
  const stays =
    '!(service in dyn(oldObject).data) || (request.operation == "UPDATE" && service in dyn(object).data)';
  return {
    policy: {
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              ...rule,
              operations: ["UPDATE", "DELETE"],
              resources: ["configmaps"],
              resourceNames: [servicesRecord],
            },
            {
              ...rule,
              operations: ["DELETE"],
              resources: ["namespaces"],
              resourceNames: services.map((service) => serviceNamespaces[service]),
            },
          ],
        },
        validations: [
          {
            expression: `request.resource.resource == "configmaps" && ${JSON.stringify(services)}.all(service, ${stays})`,
            message: `the environment ${domain} in namespace ${namespace} uses the cluster's ${services.join(", ")}: destroy it first`,
          },
        ],
      },
    },
    binding: { metadata: { name }, spec: { policyName: name, validationActions: ["Deny"] } },
  };
}
