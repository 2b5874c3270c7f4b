import type { Protocol } from "./network-policy.ts";

/** A port that is reached on its destination: a container's port, never a Service's. */
export interface Port {
  readonly protocol: Protocol;
  readonly port: number;
}

/** Ports of TCP. */
export const tcp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: "TCP", port }));
/** Ports of UDP. */
export const udp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: "UDP", port }));

/** Ports in words. */
export function portWords(ports: readonly Port[]): string {
  return ports.map(({ protocol, port }) => `${protocol} ${port}`).join(", ");
}
