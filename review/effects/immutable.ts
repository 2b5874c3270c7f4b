/** What the API server refuses to change in an object that is there. */
export interface Immutable {
  /** `group/Kind`. */
  readonly kind: string;
  /** Paths that cannot change; everything below one neither. */
  readonly fields: readonly string[];
  /** Paths within them that can. */
  readonly except?: readonly string[];
  /** Where Kubernetes says so. */
  readonly source: string;
}

const apps = "kubernetes pkg/apis/apps/validation/validation.go";
const core = "kubernetes pkg/apis/core/validation/validation.go";

/** Fields that are fixed at creation; a change of one means a new object. */
export const immutableFields: readonly Immutable[] = [
  { kind: "apps/Deployment", fields: ["spec.selector"], source: `${apps} ValidateDeploymentUpdate` },
  { kind: "apps/DaemonSet", fields: ["spec.selector"], source: `${apps} ValidateDaemonSetUpdate` },
  { kind: "apps/ReplicaSet", fields: ["spec.selector"], source: `${apps} ValidateReplicaSetUpdate` },
  {
    kind: "apps/StatefulSet",
    fields: ["spec"],
    except: [
      "spec.replicas",
      "spec.ordinals",
      "spec.template",
      "spec.updateStrategy",
      "spec.revisionHistoryLimit",
      "spec.persistentVolumeClaimRetentionPolicy",
      "spec.minReadySeconds",
    ],
    source: `${apps} ValidateStatefulSetUpdate`,
  },
  {
    kind: "batch/Job",
    fields: ["spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy"],
    source: "kubernetes pkg/apis/batch/validation/validation.go ValidateJobSpecUpdate",
  },
  {
    kind: "/PersistentVolumeClaim",
    fields: ["spec"],
    except: ["spec.resources.requests.storage", "spec.volumeAttributesClassName"],
    source: `${core} ValidatePersistentVolumeClaimUpdate`,
  },
  {
    kind: "/PersistentVolume",
    fields: ["spec.csi", "spec.hostPath", "spec.nfs", "spec.local", "spec.volumeMode", "spec.nodeAffinity"],
    source: `${core} ValidatePersistentVolumeUpdate`,
  },
  {
    kind: "/Service",
    fields: ["spec.clusterIP", "spec.loadBalancerClass"],
    source: `${core} ValidateServiceUpdate`,
  },
  { kind: "/Secret", fields: ["type"], source: `${core} ValidateSecretUpdate` },
  {
    kind: "rbac.authorization.k8s.io/RoleBinding",
    fields: ["roleRef"],
    source: "kubernetes pkg/apis/rbac/validation/validation.go",
  },
  {
    kind: "rbac.authorization.k8s.io/ClusterRoleBinding",
    fields: ["roleRef"],
    source: "kubernetes pkg/apis/rbac/validation/validation.go",
  },
  {
    kind: "storage.k8s.io/StorageClass",
    fields: ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
    source: "kubernetes pkg/apis/storage/validation/validation.go ValidateStorageClassUpdate",
  },
  {
    kind: "scheduling.k8s.io/PriorityClass",
    fields: ["value", "preemptionPolicy"],
    source: "kubernetes pkg/apis/scheduling/validation/validation.go ValidatePriorityClassUpdate",
  },
  {
    kind: "networking.k8s.io/IngressClass",
    fields: ["spec.controller"],
    source: "kubernetes pkg/apis/networking/validation/validation.go ValidateIngressClassUpdate",
  },
  {
    kind: "apiextensions.k8s.io/CustomResourceDefinition",
    fields: ["spec.group", "spec.scope", "spec.names.kind", "spec.names.plural"],
    source: "apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go",
  },
];
