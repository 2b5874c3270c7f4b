import type { Problem } from "../components/problem.ts";
import type { CostLine } from "../review/cost/line.ts";

/** The commands of a rehearsal. */
export const commands = ["up", "preview", "status", "down"] as const;
export type Command = (typeof commands)[number];

/** One pod of the rehearsed environment. */
export interface PodReport {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Empty while it is not scheduled. */
  readonly node: string;
  /** The node's pool; empty for other nodes. */
  readonly pool: string;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
}

/** Resources by what was, or in a preview would be, done with them. */
export interface Operations {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** What a command of the rehearsal answers; printed as one JSON document, or as a summary. */
export interface Outcome {
  readonly stack: string;
  readonly command: Command;
  /** `refused`: the input was wrong, and nothing was touched. */
  readonly result: "succeeded" | "failed" | "refused";
  readonly seconds: number;
  readonly operations: Operations;
  readonly pods: readonly PodReport[];
  /** Hosts and paths that Traefik routes. */
  readonly routes: readonly string[];
  /** NetworkPolicies, as `namespace/name`. */
  readonly policies: readonly string[];
  /** Providers whose genuine plugin did the work, since it is installed. */
  readonly genuineProviders: readonly string[];
  /** What was not genuine. */
  readonly standIns: { readonly providers: readonly string[]; readonly charts: readonly string[] };
  /** What somebody does on a real cluster and the rehearsal only acts, a sentence each. */
  readonly simulated: readonly string[];
  /** Nodes, vCPU, memory and database connections in a line; empty where no settings are read. */
  readonly totals: string;
  /** What the settings open that is shut without them, a sentence each. */
  readonly opened: readonly string[];
  readonly url: string;
  /** What this environment's own load balancers cost in a month; what follows from their use has a rate. */
  readonly loadBalancers: readonly CostLine[];
  /** Records to make where the zone is kept, as lines of its file; none where the program makes them. */
  readonly names: readonly string[];
  /** How to make the first administrator. */
  readonly firstAdministrator: string;
  /** Path of the control plane's kubeconfig; empty when it does not run. */
  readonly kubeconfig: string;
  /** What looks around with it: by its name where PATH has one. */
  readonly kubectl: string;
  readonly problems: readonly Problem[];
  /** What goes on for now, and will not for ever. */
  readonly warnings: readonly Problem[];
  /** `down`: what is still there. */
  readonly leftovers: readonly string[];
  /** `down`: what is meant to stay, such as a final snapshot. */
  readonly kept: readonly string[];
  /** `down`: what holds data that the real command refuses to delete. */
  readonly protectedResources: readonly string[];
}

export const noOperations: Operations = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };

/** An outcome in which nothing has happened yet. */
export function emptyOutcome(stack: string, command: Command): Outcome {
  return {
    stack,
    command,
    result: "succeeded",
    seconds: 0,
    operations: noOperations,
    pods: [],
    routes: [],
    policies: [],
    genuineProviders: [],
    standIns: { providers: [], charts: [] },
    simulated: [],
    totals: "",
    opened: [],
    url: "",
    loadBalancers: [],
    names: [],
    firstAdministrator: "",
    kubeconfig: "",
    kubectl: "",
    problems: [],
    warnings: [],
    leftovers: [],
    kept: [],
    protectedResources: [],
  };
}
