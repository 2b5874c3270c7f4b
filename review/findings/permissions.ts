import type { KubernetesObject, PlannedObject } from "../plan/plan.ts";

/** One thing that somebody may do. */
export interface Permission {
  /** `ServiceAccount namespace/name`, `User name` or `Group name`; `nobody yet` for a role without a binding. */
  readonly who: string;
  /** Namespace it holds in; empty for the whole cluster. */
  readonly where: string;
  readonly verb: string;
  /** `group/resource` with names in brackets, or a URL. */
  readonly what: string;
}

/** Permissions that come and go. */
export interface PermissionChanges {
  readonly granted: readonly Permission[];
  readonly withdrawn: readonly Permission[];
}

/** What subjects may do afterwards and could not before, by the roles bound to them; and the other way round. */
export function permissionChanges(
  before: readonly PlannedObject[],
  after: readonly PlannedObject[],
): PermissionChanges {
  const [from, to] = [permissions(before), permissions(after)];
  const outside = (these: Map<string, Permission>, those: Map<string, Permission>) =>
    [...these].filter(([key]) => !those.has(key)).map(([, permission]) => permission);
  return { granted: outside(to, from), withdrawn: outside(from, to) };
}

function permissions(planned: readonly PlannedObject[]): Map<string, Permission> {
  const objects = planned.map(({ object }) => object);
  const bindings = objects.filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding");
  const roles = new Map(
    objects
      .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
      .map((role) => [roleKey(role), role]),
  );
  const found = bindings.flatMap((binding) => {
    const { kind, name } = binding.roleRef;
    const namespace = binding.metadata.namespace ?? "";
    const role = roles.get(`${kind} ${kind === "Role" ? namespace : ""}/${name}`);
    const rights = role ? rightsOf(role) : [{ verb: "everything of", what: `${kind} ${name}` }];
    const where = binding.kind === "RoleBinding" ? namespace : "";
    return subjects(binding).flatMap((who) => rights.map((right) => ({ who, where, ...right })));
  });
  return new Map(found.map((permission) => [Object.values(permission).join("|"), permission]));
}

function roleKey({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${kind === "Role" ? metadata.namespace : ""}/${metadata.name}`;
}

function subjects({ subjects = [] }: KubernetesObject): string[] {
  return subjects.map(
    ({ kind, namespace, name }: { kind: string; namespace?: string; name: string }) =>
      `${kind} ${namespace ? `${namespace}/` : ""}${name}`,
  );
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

function rightsOf({ rules }: KubernetesObject): Pick<Permission, "verb" | "what">[] {
  return ((rules ?? []) as Rule[]).flatMap((rule) => {
    const names = rule.resourceNames?.length ? ` (${rule.resourceNames.join(", ")})` : "";
    const things = (rule.apiGroups ?? [""]).flatMap((group) =>
      (rule.resources ?? []).map((resource) => `${group ? `${group}/` : ""}${resource}${names}`),
    );
    return [...things, ...(rule.nonResourceURLs ?? [])].flatMap((what) =>
      rule.verbs.map((verb) => ({ verb, what })),
    );
  });
}
