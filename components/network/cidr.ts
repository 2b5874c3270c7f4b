/** A range of IPv4 addresses as numbers, both ends included. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

const addressCount = 2 ** 32;

/**
 * An IPv4 address as a number.
 * @throws Error when the text is none
 */
export function parseAddress(text: string): number {
  const parts = text.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || !parts.every((part) => part <= 255)) {
    throw new Error(`${text} is not an IPv4 address, such as 203.0.113.7`);
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The text of an IPv4 address. */
export function formatAddress(address: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join(".");
}

/**
 * The addresses of an IPv4 range in CIDR notation.
 * @throws Error when the text is none
 */
export function parseRange(cidr: string): AddressRange {
  const [address, length, ...rest] = cidr.split("/");
  const bits = /^\d{1,2}$/.test(length ?? "") ? Number(length) : Number.NaN;
  if (!address || rest.length > 0 || !(bits <= 32)) {
    throw new Error(`${cidr} is not an IPv4 range, such as 203.0.113.0/24`);
  }
  const size = 2 ** (32 - bits);
  const first = Math.floor(parseAddress(address) / size) * size;
  return { first, last: first + size - 1 };
}

/** Whether an address lies in a range. */
export function inRange({ first, last }: AddressRange, address: number): boolean {
  return first <= address && address <= last;
}

/** Every IPv4 address outside the ranges, as the shortest list of CIDR ranges, in order. */
export function complement(ranges: readonly string[]): string[] {
  const taken = ranges.map(parseRange).sort((a, b) => a.first - b.first);
  const gaps: string[] = [];
  let next = 0;
  for (const { first, last } of taken) {
    gaps.push(...blocks(next, first));
    next = Math.max(next, last + 1);
  }
  return [...gaps, ...blocks(next, addressCount)];
}

/** The shortest list of CIDR ranges for the addresses from `start` up to, and without, `end`. */
function blocks(start: number, end: number): string[] {
  const found: string[] = [];
  for (let address = start; address < end; ) {
    let bits = 32;
    for (let size = 2; address % size === 0 && address + size <= end && bits > 0; size *= 2) bits -= 1;
    found.push(`${formatAddress(address)}/${bits}`);
    address += 2 ** (32 - bits);
  }
  return found;
}

/** Ranges that are not the public internet; from IANA's registry of special-purpose IPv4 addresses. */
export const specialRanges: readonly { readonly range: string; readonly why: string }[] = [
  { range: "0.0.0.0/8", why: "this network" },
  { range: "10.0.0.0/8", why: "private" },
  { range: "100.64.0.0/10", why: "shared by carriers; some clouds put pods or metadata here" },
  { range: "127.0.0.0/8", why: "loopback" },
  { range: "169.254.0.0/16", why: "link-local, with the clouds' metadata service at 169.254.169.254" },
  { range: "172.16.0.0/12", why: "private" },
  { range: "192.0.0.0/24", why: "protocol assignments" },
  { range: "192.168.0.0/16", why: "private" },
  { range: "198.18.0.0/15", why: "benchmarks between networks" },
  { range: "224.0.0.0/3", why: "multicast, reserved and broadcast" },
];

/**
 * The public internet without the cluster's own ranges, as ranges to allow: some engines ignore `except`, so nothing
 * may depend on it.
 */
export function publicInternet(clusterRanges: readonly string[]): string[] {
  return complement([...specialRanges.map(({ range }) => range), ...clusterRanges]);
}

/** Every address that is neither in the cluster nor one machine's own: private networks beside the cluster count. */
export function elsewhere(clusterRanges: readonly string[]): string[] {
  return complement(["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", ...clusterRanges]);
}
