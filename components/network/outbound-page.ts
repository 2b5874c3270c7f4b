import { type ChartKey, charts } from "../charts.ts";
import { code, table } from "../markdown.ts";
import { choices, plain } from "./choices.ts";
import { imageRegistries, type OutsideCall, outboundLedger } from "./outbound.ts";
import { portWords } from "./ports.ts";

/** The page `docs/outbound.md`: every outside host an environment may talk to, and why. */
export function outboundPage(): string {
  const keys = Object.keys(charts) as ChartKey[];
  return [
    "# What leaves an environment",
    "",
    "Generated from `components/network/matrix.ts` and `components/charts.ts` by `npm run docs`: every outside host an",
    "environment may talk to, from whom, and why. Everything else is denied by the NetworkPolicies that come from the same",
    "matrix; [network.md](network.md) has all edges. A policy knows addresses, not names: a right to the public internet is",
    "open to all of it on these ports, and for no other pod. Preview and importers never have one.",
    "",
    "## Pods",
    "",
    ...table(
      ["when", "from", "hosts", "ports", "why"],
      [
        ...outboundLedger(plain).map((call) => row("always, unless `outbound: none`", call)),
        ...choices.flatMap(({ what, change }) => added(change).map((call) => row(what, call))),
      ],
    ),
    "",
    "With `outbound: none` only stores, mail servers and identity providers with given ranges are left. Telemetry is off",
    "unless asked for. With it, the server waits for its makers' host whenever somebody makes an account: while that cannot be",
    "reached, 134 seconds. The importers call `analytics.speckle.systems` with telemetry off as well; no policy lets them out, and",
    "imports do not wait for the answer.",
    "",
    "## Nodes",
    "Nodes pull images; no policy of the cluster governs them. A network that lets nodes out to named hosts alone has to name",
    "these registries, and where they keep layers:",
    "",
    ...table(
      ["registry", "images of"],
      [...imageRegistries(keys)].map(([registry, names]) => [code(registry), names.join(", ")]),
    ),
    "",
    "On AWS, the cluster autoscaler asks the cloud's own APIs from the namespace `kube-system`, which is the cluster's.",
    "",
    "## Whoever deploys",
    "The machine that runs `pulumi up` asks the cluster's API, the cloud's, and the charts' repositories:",
    "",
    ...table(
      ["chart", "repository"],
      keys.map((key) => [charts[key].name, code(charts[key].repository)]),
    ),
    "",
  ].join("\n");
}

/** What a choice adds to the plain environment's calls. */
function added(change: (typeof choices)[number]["change"]): OutsideCall[] {
  const known = new Set(outboundLedger(plain).map((call) => JSON.stringify(call)));
  return outboundLedger({ ...plain, ...change }).filter((call) => !known.has(JSON.stringify(call)));
}

function row(when: string, { from, hosts, ports, why }: OutsideCall): string[] {
  return [when, from.map(code).join(", "), hosts, portWords(ports), why];
}
