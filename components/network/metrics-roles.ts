import { scrapes } from "../monitoring/scrapes.ts";
import type { NetworkArgs, Peers } from "./peers.ts";
import { tcp } from "./ports.ts";
import type { Role } from "./role.ts";

/** Prometheus on its way to whatever serves metrics. */
export function metricsRoles(args: NetworkArgs, peers: Peers): Role[] {
  return scrapes(args, peers).map(({ pods, port }) => ({
    name: `metrics-${pods.name}`,
    from: [peers.prometheus],
    to: [pods],
    ports: tcp(port.number),
    why: "Prometheus collects metrics",
  }));
}
