import { MutatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/mutatingAdmissionPolicy.js";
import { MutatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/mutatingAdmissionPolicyBinding.js";
import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js";
import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange.js";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { type Alias, ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Cluster } from "../cluster/contract.ts";
import { postgresOperatorNamespace } from "../data/postgres-cluster.ts";
import { certManagerNamespace } from "../edge/cert-manager-values.ts";
import { gatheredGi, traefikName, traefikNamespace } from "../edge/traefik-values.ts";
import type { NetworkArgs } from "../network/peers.ts";
import { NetworkPolicies } from "../network/policies-component.ts";
import { roomMark } from "../sharing/claim.ts";
import { serviceNamespaces } from "../sharing/services.ts";
import { hostPortGuard } from "./host-ports.ts";
import {
  certManagerQuota,
  containerDefaults,
  type PodPlan,
  postgresOperatorQuota,
  type Quota,
  speckleQuota,
  traefikQuota,
} from "./limits.ts";
import { createNamespace, type EnforcedLevel, type PodSecurity } from "./namespace.ts";
import { podExceptions, refusal, repair } from "./pod-security.ts";
import { preStop } from "./pre-stop.ts";
import { sandbox } from "./runtime-class.ts";

/** The namespaces of one environment. */
export interface NamespacesArgs {
  readonly cluster: Cluster;
  readonly network: NetworkArgs;
  /** Host name of the environment. */
  readonly domain: string;
  /** Of Speckle's namespace; the others enforce `restricted`. */
  readonly podSecurity: PodSecurity;
  /** RuntimeClass of the pods that open files of strangers; none when absent. */
  readonly runtimeClass?: string | undefined;
  readonly plan: PodPlan;
  /** Limits of Speckle's namespace in the place of the planned ones. */
  readonly quota?: Quota | undefined;
  /** Other logical names of the namespaces, by what they are for: state under these is taken over. */
  readonly formerly?: Readonly<Record<string, readonly Alias[]>>;
  /** Created before the namespaces, and deleted after them. */
  readonly after?: readonly Resource[] | undefined;
}

/** One namespace. */
interface Room {
  /** Of logical names: the namespace's own name is a setting. */
  readonly key: string;
  readonly namespace: string;
  readonly podSecurity: EnforcedLevel;
  readonly quota: Quota;
  /** The most a container that says nothing may write beside its volumes. */
  readonly scratch: string;
  /** What other environments of the cluster are told beside whose it is. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The namespaces of one environment with everything that governs pods in them, so that no pod is there before it. */
export class Namespaces extends ComponentResource {
  constructor(name: string, args: NamespacesArgs, opts?: ComponentResourceOptions) {
    const { cluster, network, podSecurity } = args;
    super("speckle-stacks:index:Namespaces", name, { network, podSecurity }, opts);
    const namespaceResources = rooms(args).map((room) => this.#createRoom(`${name}-${room.key}`, room, args));
    this.#createAdmission(name, args);
    if (args.plan.hostPorts) this.#createHostPortGuard(name, cluster, args.plan.hostPorts);
    new NetworkPolicies(`${name}-network`, { ...network, cluster, namespaceResources }, { parent: this });
    this.registerOutputs({});
  }

  #createRoom(name: string, room: Room, args: NamespacesArgs): Namespace {
    const { cluster, network, domain, formerly, after = [] } = args;
    const common = { parent: this, provider: cluster.provider };
    const owner = { namespace: network.namespace, domain };
    const aliases = [...(formerly?.[room.key] ?? [])];
    const opts = { ...common, aliases, dependsOn: [...after] };
    const created = createNamespace(name, { ...room, owner }, opts);
    const metadata = { name: "planned", namespace: room.namespace };
    const within = { ...common, dependsOn: created };
    new ResourceQuota(`${name}-quota`, { metadata, spec: { hard: room.quota } }, within);
    const limits = [containerDefaults(room.scratch)];
    new LimitRange(`${name}-limits`, { metadata, spec: { limits } }, within);
    return created;
  }

  #createHostPortGuard(name: string, { provider }: Cluster, ports: readonly number[]): void {
    const common = { parent: this, provider };
    const { policy, binding } = hostPortGuard({ namespace: traefikNamespace, pod: traefikName, ports });
    new ValidatingAdmissionPolicy(`${name}-host-ports`, policy, common);
    new ValidatingAdmissionPolicyBinding(`${name}-host-ports-binding`, binding, common);
  }

  #createAdmission(name: string, { cluster, network, podSecurity, runtimeClass }: NamespacesArgs): void {
    const { namespace } = network;
    const common = { parent: this, provider: cluster.provider };
    if (runtimeClass) {
      const { policy, binding } = sandbox(runtimeClass, namespace);
      new MutatingAdmissionPolicy(`${name}-sandbox`, policy, common);
      new MutatingAdmissionPolicyBinding(`${name}-sandbox-binding`, binding, common);
    }
    if (podSecurity === "baseline") {
      const { policy, binding } = refusal(podExceptions, namespace);
      new ValidatingAdmissionPolicy(`${name}-refusal`, policy, common);
      new ValidatingAdmissionPolicyBinding(`${name}-refusal-binding`, binding, common);
      return;
    }
    const changes = [
      ["pre-stop", preStop(namespace)] as const,
      ...podExceptions.map((each) => [`repair-${each.pod}`, repair(each, namespace)] as const),
    ];
    for (const [key, { policy, binding }] of changes) {
      new MutatingAdmissionPolicy(`${name}-${key}`, policy, common);
      new MutatingAdmissionPolicyBinding(`${name}-${key}-binding`, binding, common);
    }
  }
}

/** Namespaces of services that another environment made are that one's. */
function rooms(args: NamespacesArgs): Room[] {
  const { shared = [] } = args.network;
  return allRooms(args).filter(({ namespace }) =>
    shared.every((service) => serviceNamespaces[service] !== namespace),
  );
}

function allRooms({ network, podSecurity, plan, quota }: NamespacesArgs): Room[] {
  const restricted: PodSecurity = "restricted";
  return [
    {
      key: "speckle",
      namespace: network.namespace,
      podSecurity,
      quota: { ...speckleQuota(plan), ...quota },
      scratch: "4Gi",
    },
    // Bodies of uploads wait on its disk until they are complete.
    {
      key: "traefik",
      namespace: traefikNamespace,
      podSecurity: plan.hostPorts ? "privileged" : restricted,
      quota: traefikQuota(plan),
      scratch: `${gatheredGi(plan.uploads) + 4}Gi`,
      annotations: roomMark(plan.uploads),
    },
    ...(network.postgres.at === "cluster"
      ? [
          {
            key: "postgres-operator",
            namespace: postgresOperatorNamespace,
            podSecurity: restricted,
            quota: postgresOperatorQuota(),
            scratch: "1Gi",
          },
        ]
      : []),
    ...(network.certManager
      ? [
          {
            key: "cert-manager",
            namespace: certManagerNamespace,
            podSecurity: restricted,
            quota: certManagerQuota(),
            scratch: "1Gi",
          },
        ]
      : []),
  ];
}
