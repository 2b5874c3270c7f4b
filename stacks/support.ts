import type { ClusterChoice } from "../components/environment-args.ts";
import type { Problem } from "../components/problem.ts";
import type { CloudName } from "./cloud-presets.ts";

/** How many days before its end a version is warned about: time for staging, a look around, and production. */
export const warningDays = 90;

const millisecondsPerDay = 24 * 3600 * 1000;

/**
 * Last days of Kubernetes' minor versions, and what comes then. EKS: the end of standard support in its release
 * calendar (endoflife.date/amazon-eks, 2026-11). DigitalOcean tells no dates ahead, so there they are those of the
 * community's own repairs (kubernetes.io/releases, 2026-11), after which it has none to hand on. A version without a
 * date here is newer than these lists.
 */
const calendars: Record<
  CloudName,
  { readonly afterwards: string; readonly ends: Readonly<Record<string, string>> }
> = {
  digitalocean: {
    afterwards:
      "nobody repairs it any more, and DigitalOcean upgrades the cluster in a maintenance window of its choice",
    ends: { "1.33": "2026-06-28", "1.34": "2026-10-27", "1.35": "2027-02-28" },
  },
  aws: {
    afterwards: "AWS upgrades the control plane by itself, on a day of its choice",
    ends: { "1.32": "2026-03-23", "1.33": "2026-07-29", "1.34": "2026-12-02", "1.35": "2027-03-27" },
  },
};

/** Warns of a Kubernetes version whose support has ended, or ends within `warningDays`; nothing stops at it. */
export function supportWarnings(cluster: ClusterChoice, today: Date): Problem[] {
  if (cluster.type !== "digitalocean" && cluster.type !== "aws") return [];
  const minor = /^\d+\.\d+/.exec(cluster.version)?.[0] ?? "";
  const { ends, afterwards } = calendars[cluster.type];
  const end = ends[minor];
  if (end === undefined) return [];
  const days = Math.ceil((Date.parse(end) - today.getTime()) / millisecondsPerDay);
  if (days > warningDays) return [];
  const when = days < 0 ? `ended on ${end}` : `ends on ${end}, in ${days} days`;
  return [
    {
      path: "cluster.version",
      reason: `the support of Kubernetes ${minor} ${when}: then ${afterwards}`,
      fix: "Raise it by one minor version, on staging first, and again until it is a supported one.",
    },
  ];
}
