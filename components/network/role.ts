import { type WorkloadKey, workload } from "../speckle/workloads.ts";
import type { Protocol } from "./network-policy.ts";
import type { NetworkArgs, networkPeers, Peer } from "./peers.ts";

/** A port that is reached on its destination: a container's port, never a Service's. */
export interface Port {
  readonly protocol: Protocol;
  readonly port: number;
}

/** One right, shared by all who need it: everyone in `from` may reach everyone in `to` on every port. */
export interface Role {
  /** Its identity: the names of its policies are built from it. */
  readonly name: string;
  /** Governed pods of one namespace that differ in one label, or peers that no policy is attached to. */
  readonly from: readonly Peer[];
  readonly to: readonly Peer[];
  readonly ports: readonly Port[];
  readonly why: string;
}

/** Every peer of an environment, by name. */
export type Peers = ReturnType<typeof networkPeers>;

/** Port of server and of objects: two Deployments of one image. */
export const apiPort = workload("server").port.number;

/** Ports of TCP. */
export const tcp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: "TCP", port }));
/** Ports of UDP. */
export const udp = (...ports: number[]): Port[] => ports.map((port) => ({ protocol: "UDP", port }));

/** The Speckle workloads that run. */
export function running(args: NetworkArgs): WorkloadKey[] {
  return [
    "server",
    "objects",
    "frontend_2",
    "preview_service",
    "webhook_service",
    importer(args),
    "monitoring",
  ];
}

/** Both importers would claim the same uploads, so one of them runs. */
export function importer(args: NetworkArgs): "ifc_import_service" | "fileimport_service" {
  return args.ifcImport ? "ifc_import_service" : "fileimport_service";
}
