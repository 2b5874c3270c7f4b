/** What a subnet is for: what faces the internet, nodes and pods, or stores. */
export type SubnetRole = "public" | "nodes" | "stores";

/** One subnet as plain data. */
export interface SubnetPlan {
  /** Its identity: role and zone. */
  readonly key: string;
  readonly role: SubnetRole;
  /** Letter of its availability zone. */
  readonly zone: string;
  readonly range: string;
}

/** Third part of a subnet's address and its size, by role and the zone's position. */
const layout: Record<SubnetRole, { readonly size: number; readonly starts: readonly number[] }> = {
  // Pods have addresses of their own in these: as large as can be.
  nodes: { size: 18, starts: [0, 64, 128] },
  public: { size: 20, starts: [192, 208, 224] },
  stores: { size: 22, starts: [240, 244, 248] },
};

/** Zones an environment is spread over. */
export const zoneCount = 3;

/** The subnets of a network of size /16 over three zones. */
export function subnets(range: string, zones: readonly string[]): SubnetPlan[] {
  const [first, second] = range.split(".");
  return (Object.keys(layout) as SubnetRole[]).flatMap((role) =>
    zones.slice(0, zoneCount).map((zone, index) => ({
      key: `${role}-${zone}`,
      role,
      zone,
      range: `${first}.${second}.${layout[role].starts[index]}.0/${layout[role].size}`,
    })),
  );
}

/** Zones whose nodes have a gateway to the internet of their own; one gateway serves all where its loss may be felt. */
export function gatewayZones(zones: readonly string[], highAvailability: boolean): readonly string[] {
  return highAvailability ? zones.slice(0, zoneCount) : zones.slice(0, 1);
}

/** Tags by which AWS finds the subnets for a load balancer. */
export function subnetTags(name: string, { key, role }: SubnetPlan): Record<string, string> {
  const roles = { public: "kubernetes.io/role/elb", nodes: "kubernetes.io/role/internal-elb" };
  return { Name: `${name}-${key}`, ...(role !== "stores" && { [roles[role]]: "1" }) };
}
