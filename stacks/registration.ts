import type { Registration } from "../components/edge/registration.ts";
import type { Problem } from "../components/problem.ts";
import type { StackFile } from "./schema.ts";

/** Who may make an account: left out, the invited, but on kind everybody, since nobody else reaches it. */
export function registrationOf({ registration, cluster }: StackFile): Registration {
  return registration ?? (cluster.type === "kind" ? "open" : "invited");
}

/** What is wrong with the settings about who may come in. */
export function registrationProblems(file: StackFile): Problem[] {
  return [...firstProblems(file), ...linkProblems(file), ...proxyProblems(file)];
}

/** Whom Traefik believes is a setting of Traefik itself, and not of the routes of one environment. */
function proxyProblems({ trustedProxies, clusterServices }: StackFile): Problem[] {
  if (!trustedProxies) return [];
  const everybody = everybodyIn("trustedProxies.ranges", trustedProxies.ranges, {
    reason: "believes everybody about whose address a request comes from",
    fix: "Give the ranges that the proxies connect from.",
  });
  if (clusterServices !== "shared") return everybody;
  const reason = "Traefik belongs to another environment here, and believes whom that one's settings name";
  return [...everybody, { path: "trustedProxies", reason, fix: "Remove it." }];
}

function linkProblems(file: StackFile): Problem[] {
  const linked = registrationOf(file) === "invited" && file.administrator === undefined;
  if (file.rotate.registration === undefined || linked) return [];
  const reason = "there is a link to rotate only with `registration: invited` and without `administrator`";
  return [{ path: "rotate.registration", reason, fix: "Remove it." }];
}

function firstProblems({ registration, cluster, allowFrom }: StackFile): Problem[] {
  if (registration !== "first" || cluster.type === "kind") return [];
  const danger = "whoever registers first becomes the administrator";
  const fix =
    "Give your own address, such as 203.0.113.7/32; remove it when the administrator is there and registration is invited.";
  if (allowFrom.length === 0) {
    return [{ path: "allowFrom", reason: `is required with \`registration: first\`: ${danger}`, fix }];
  }
  return everybodyIn("allowFrom", allowFrom, {
    reason: `lets everybody in with \`registration: first\`: ${danger}`,
    fix,
  });
}

/** What is said of each range of a setting that is every address. */
function everybodyIn(path: string, ranges: readonly string[], said: Omit<Problem, "path">): Problem[] {
  return ranges.flatMap((range, index) =>
    range.endsWith("/0") ? [{ path: `${path}.${index}`, ...said }] : [],
  );
}
