import { type ChartKey, charts } from "../charts.ts";
import { networkMatrix } from "./matrix.ts";
import type { NetworkArgs } from "./peers.ts";
import type { Port } from "./ports.ts";

/** Something that may leave an environment. */
export interface OutsideCall {
  /** Who calls: pods by their names in the matrix. */
  readonly from: readonly string[];
  /** Hosts, in words where a setting or a user names them. */
  readonly hosts: string;
  readonly ports: readonly Port[];
  readonly why: string;
}

/** Every outside host that an environment's pods may talk to: the matrix's rights that lead out. */
export function outboundLedger(args: NetworkArgs): OutsideCall[] {
  return networkMatrix(args).roles.flatMap(({ from, hosts, ports, why }) =>
    hosts === undefined ? [] : [{ from: from.map(({ name }) => name), hosts, ports, why }],
  );
}

/** Registries that the nodes of an environment pull images from, and the charts whose images they are. */
export function imageRegistries(keys: readonly ChartKey[]): Map<string, string[]> {
  const byRegistry = Map.groupBy(keys, (key) => charts[key].images as string);
  return new Map(
    [...byRegistry].map(([registry, those]) => [registry, those.map((key) => charts[key].name)]),
  );
}
