import type { Entry } from "../cluster/contract.ts";
import type { ForwardedPort } from "../entry/machine.ts";

/** Container ports of Traefik, by the names of its entry points; the chart's own. */
export const traefikPorts = { web: 8000, websecure: 8443, ping: 8080, metrics: 9100 };

/** A port beside http and https that leads to a Service, byte by byte. */
export interface ExtraPort {
  /** Of Traefik's entry point. */
  readonly name: string;
  /** Port that the outside reaches. */
  readonly port: number;
  /** Port of every node, where traffic comes in through node ports. */
  readonly nodePort?: number | undefined;
  /** Service in the environment's namespace. */
  readonly service: string;
  readonly servicePort: number;
  /** Labels of its pods, and the port they listen on: policies let nothing else through. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podPort: number;
}

/** Port of Traefik's pod for an extra port: it may use none below 1024, and has some of its own. */
export function containerPort({ port }: Pick<ExtraPort, "port">): number {
  return port > 1023 && !ownPorts.includes(port) ? port : port + 10_000;
}

const ownPorts: readonly number[] = Object.values(traefikPorts);

/** Ports of nodes that Traefik itself has; undefined where it has none. */
export function hostPorts(entry: Entry, extraPorts: readonly ExtraPort[]): number[] | undefined {
  return entry.type === "HostPort" ? [80, 443, ...extraPorts.map(({ port }) => port)] : undefined;
}

/** What a machine in front forwards: ports of its own to node ports; none where there are no node ports. */
export function forwardedPorts(entry: Entry, extraPorts: readonly ExtraPort[]): ForwardedPort[] {
  if (entry.type !== "NodePort") return [];
  return [
    { listen: 80, node: entry.httpNodePort },
    { listen: 443, node: entry.httpsNodePort },
    ...extraPorts.flatMap(({ port, nodePort }) => (nodePort ? [{ listen: port, node: nodePort }] : [])),
  ];
}
