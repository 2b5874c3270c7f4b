/** Where a load balancer answers: one of both, as its cloud gives it. */
export interface Target {
  readonly ip?: string | undefined;
  readonly hostname?: string | undefined;
}

/** One record to make where a zone is kept. */
export interface NameRecord {
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME";
  readonly value: string;
}

/** Life of a record in seconds: short, so that a new load balancer is found within minutes. */
export const recordSeconds = 300;

/**
 * The records that lead hosts to a load balancer; none while it has no address. At the top of a zone a CNAME is not
 * allowed: there the zone's own kind of alias does the same.
 */
export function nameRecords(hosts: readonly string[], targets: readonly Target[]): NameRecord[] {
  return hosts.flatMap((name) => targets.flatMap((target) => recordOf(name, target)));
}

function recordOf(name: string, { ip, hostname }: Target): NameRecord[] {
  if (ip) return [{ name, type: ip.includes(":") ? "AAAA" : "A", value: ip }];
  return hostname ? [{ name, type: "CNAME", value: hostname }] : [];
}

/** Records as lines of a zone's file, to be entered as they are. */
export function zoneLines(records: readonly NameRecord[]): string[] {
  return records.map(
    ({ name, type, value }) =>
      `${name}. ${recordSeconds} IN ${type} ${type === "CNAME" ? `${value.replace(/\.$/, "")}.` : value}`,
  );
}
