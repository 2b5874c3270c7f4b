import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { type EnvironmentIdentity, identityMarks } from "../sharing/claim.ts";

/**
 * How Pod Security is kept in Speckle's namespace, whose frontend is not restricted by itself. `restricted`: it is
 * repaired, and the namespace enforces `restricted`; Kubernetes 1.36 or later. `baseline`: the namespace enforces
 * `baseline`, and a policy refuses everything short of `restricted` but the exceptions; Kubernetes 1.30 or later.
 */
export type PodSecurity = "baseline" | "restricted";

/** A level that a namespace enforces; `privileged` is none, where a policy takes its place. */
export type EnforcedLevel = PodSecurity | "privileged";

/** Labels with which a namespace enforces one level and warns about everything short of `restricted`. */
export function podSecurityLabels(enforce: EnforcedLevel): Record<string, string> {
  return {
    "pod-security.kubernetes.io/enforce": enforce,
    "pod-security.kubernetes.io/warn": "restricted",
    "pod-security.kubernetes.io/audit": "restricted",
  };
}

/** A namespace of a fixed name that enforces a Pod Security Standard. */
export function createNamespace(
  name: string,
  args: {
    readonly namespace: string;
    readonly podSecurity: EnforcedLevel;
    /** The environment it belongs to. */
    readonly owner?: EnvironmentIdentity | undefined;
    /** Beside those of its owner. */
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  },
  opts: CustomResourceOptions,
): Namespace {
  const marks = args.owner && identityMarks(args.owner);
  const labels = { ...podSecurityLabels(args.podSecurity), ...marks?.labels };
  const annotations = marks && { annotations: { ...marks.annotations, ...args.annotations } };
  const metadata = { name: args.namespace, labels, ...annotations };
  return new Namespace(name, { metadata }, opts);
}
