import type { ComponentResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { ForwardedPort } from "./machine.ts";

/** What a machine in front of the cluster is made of. */
export interface EntryMachineArgs {
  /** What it is told when it starts; a secret. */
  readonly userData: Input<string>;
  readonly ports: readonly ForwardedPort[];
}

/** A machine in front of the cluster. */
export interface EntryMachine {
  /** Its reserved public address. */
  readonly address: Output<string>;
  /** Its address in the cluster's network, where it takes reports. */
  readonly privateAddress: Output<string>;
}

/** What makes a machine in front of a cluster, in the cluster's own network. */
export interface EntryMachineMaker {
  readonly create: (name: string, args: EntryMachineArgs, opts: ComponentResourceOptions) => EntryMachine;
  /** Ranges in which the cluster's nodes have their addresses. */
  readonly nodeRanges: readonly string[];
  /** Ranges in which the machine gets its private address. */
  readonly machineRanges: readonly string[];
}
