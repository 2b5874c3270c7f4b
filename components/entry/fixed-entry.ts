import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole.js";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import { traefikNamespace } from "../edge/traefik-values.ts";
import { generateSecret, secretVersion } from "../secrets/generate.ts";
import type { Rotations } from "../secrets/table.ts";
import type { EntryMachineMaker } from "./contract.ts";
import { type ForwardedPort, receiverPort, userData } from "./machine.ts";
import {
  entrySecret,
  reporterConfigMap,
  reporterDeployment,
  reporterName,
  reporterRules,
} from "./reporter.ts";

/** A machine at a fixed address in front of a cluster. */
export interface FixedEntryArgs {
  readonly cluster: Pick<Cluster, "provider">;
  readonly machines: EntryMachineMaker;
  /** Created before any pod: Traefik's namespace and what governs pods there. */
  readonly namespaces: Resource;
  readonly ports: readonly ForwardedPort[];
  readonly rotations?: Rotations | undefined;
}

/** The machine, and the reporter in the cluster that tells it which nodes there are. */
export class FixedEntry extends ComponentResource {
  /** The address that names lead to. */
  readonly address: Output<string>;

  constructor(name: string, args: FixedEntryArgs, opts?: ComponentResourceOptions) {
    const { cluster, machines, namespaces, ports, rotations } = args;
    super("speckle-stacks:index:FixedEntry", name, { ports }, opts);
    const signingKey = generateSecret(`${name}-secret`, "entry", rotations, { parent: this });
    const { nodeRanges } = machines;
    const machine = machines.create(
      `${name}-machine`,
      { userData: secret(signingKey.apply((key) => userData({ secret: key, nodeRanges }))), ports },
      { parent: this },
    );
    this.address = machine.address;
    const namespace = traefikNamespace;
    const common = { parent: this, provider: cluster.provider, dependsOn: [namespaces] };
    const metadata = { name: reporterName, namespace };
    const needed = [
      new ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, common),
      new Secret(
        `${name}-signing-key`,
        {
          metadata: { name: entrySecret.name, namespace },
          stringData: { [entrySecret.key]: signingKey },
        },
        common,
      ),
      new ConfigMap(`${name}-program`, reporterConfigMap(namespace), common),
      new ClusterRole(`${name}-rights`, { metadata: { name: reporterName }, rules: reporterRules }, common),
      new ClusterRoleBinding(
        `${name}-rights-binding`,
        {
          metadata: { name: reporterName },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: reporterName },
          subjects: [{ kind: "ServiceAccount", name: reporterName, namespace }],
        },
        common,
      ),
    ];
    const mark = secretVersion(`${name}-secret-version`, signingKey, { parent: this });
    const receiver = interpolate`http://${machine.privateAddress}:${receiverPort}/`;
    new Deployment(
      `${name}-reporter`,
      reporterDeployment({ namespace, receiver, ports, secretVersion: mark }),
      { ...common, dependsOn: [namespaces, ...needed] },
    );
    this.registerOutputs({ address: this.address });
  }
}
