/** A range of IPv4 addresses. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** Whether two ranges in CIDR notation have an address in common; what is no range has none. */
export function overlaps(one: unknown, other: unknown): boolean {
  const [left, right] = [rangeOf(one), rangeOf(other)];
  return left !== undefined && right !== undefined && left.first <= right.last && right.first <= left.last;
}

/** Whether a range in CIDR notation lies within another. */
export function isWithin(inner: unknown, outer: unknown): boolean {
  const [small, large] = [rangeOf(inner), rangeOf(outer)];
  return small !== undefined && large !== undefined && large.first <= small.first && small.last <= large.last;
}

/** The first address of a range plus an offset. @throws Error when it is no range */
export function addressIn(cidr: string, offset: number): string {
  const range = rangeOf(cidr);
  if (!range) throw new Error(`${cidr} is no range of addresses, such as 10.0.0.0/16`);
  const size = range.last - range.first + 1;
  const address = range.first + (offset % size);
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

/** Whether a text is a range whose address is its first, as the clouds want it. */
export function isCidr(text: unknown): boolean {
  return rangeOf(text) !== undefined && addressIn(String(text), 0) === String(text).split("/")[0];
}

function rangeOf(cidr: unknown): Range | undefined {
  const [, address = "", prefix] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(String(cidr)) ?? [];
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => part > 255) || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = value - (value % size);
  return { first, last: first + size - 1 };
}
