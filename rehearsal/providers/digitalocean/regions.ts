/** Region slugs, and those that have Spaces. DigitalOcean's regional availability, 2026-08. */
export const regions = [
  "ams3",
  "atl1",
  "blr1",
  "fra1",
  "lon1",
  "nyc1",
  "nyc3",
  "ric1",
  "sfo2",
  "sfo3",
  "sgp1",
  "syd1",
  "tor1",
];

/** Why the cloud does not take a region. */
export function refuseRegion(region: unknown): string | undefined {
  return regions.includes(String(region))
    ? undefined
    : `region "${region}" does not exist (422); there are ${regions.join(", ")}`;
}
