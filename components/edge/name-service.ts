import type { ComponentResourceOptions, Input, Resource } from "@pulumi/pulumi";
import type { Target } from "./names.ts";

/** Where an environment's names are kept, in the name service of the cloud its cluster is on. */
export interface Zone {
  /** The zone's own name: the environment's is below it. */
  readonly name: string;
  /** The cloud's own identifier of the zone; DigitalOcean needs none. */
  readonly id?: string | undefined;
}

/** One record that leads a host to the load balancer. */
export interface NameArgs {
  readonly zone: Zone;
  readonly host: string;
  readonly target: Input<Target>;
}

/** Makes a record in a cloud's own name service. */
export type NameMaker = (name: string, args: NameArgs, opts: ComponentResourceOptions) => Resource;

/** A service account that is to prove names by records of a zone. */
export interface ProverArgs {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The cloud's own identifier of the zone. */
  readonly zoneId: string;
}

/** Lets the pods of a service account write proofs into one zone, and nothing else. */
export type ProverMaker = (name: string, args: ProverArgs, opts: ComponentResourceOptions) => Resource[];

/** A host's name as its zone says it: `@` is the zone itself. */
export function nameInZone(host: string, zone: Pick<Zone, "name">): string {
  return host === zone.name ? "@" : host.slice(0, -zone.name.length - 1);
}
