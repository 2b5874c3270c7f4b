import { workload } from "../speckle/workloads.ts";
import type { Peer } from "./peers.ts";
import type { Port } from "./ports.ts";

/** One right, shared by all who need it: everyone in `from` may reach everyone in `to` on every port. */
export interface Role {
  /** Its identity: the names of its policies are built from it. */
  readonly name: string;
  /** Governed pods of one namespace that differ in one label, or peers that no policy is attached to. */
  readonly from: readonly Peer[];
  readonly to: readonly Peer[];
  readonly ports: readonly Port[];
  readonly why: string;
  /** Hosts outside the cluster that this is for, in words where a setting or a user names them; only where it leaves. */
  readonly hosts?: string;
}

/** Port of server and of objects: two Deployments of one image. */
export const apiPort = workload("server").port.number;
