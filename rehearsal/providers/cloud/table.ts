import type { Properties } from "../plugin.ts";
import type { PlainFault } from "./faults.ts";
import type { NodePool } from "./pools.ts";
import type { OneOf } from "./schema.ts";
import type { CloudRecord, Leftover } from "./state.ts";

/** What a table's functions see of the cloud. */
export interface Cloud {
  /** The region of the provider's configuration; empty when it has none. */
  readonly region: string;
  readonly records: readonly CloudRecord[];
  /** What deleted things have left behind. */
  readonly leftovers: readonly Leftover[];
  /** Kubeconfig of the rehearsal's control plane, which stands in for every cluster's own. */
  readonly kubeconfig: () => string;
  /** Whether a fault that the tables have to act out was asked for. */
  readonly suffers: (fault: PlainFault) => boolean;
}

/** What the outputs of a resource are made from. */
export interface Made {
  readonly id: string;
  readonly inputs: Properties;
  /** Its outputs so far; empty when it is created. */
  readonly prior: Properties;
  readonly sequence: number;
  readonly cloud: Cloud;
}

/** How a simulated cloud treats one resource type, beyond its schema. */
export interface CloudResource {
  /** Inputs whose change makes it another resource, as paths; an element of a list is `[]`. */
  readonly replaces?: readonly string[];
  /** Further paths that make it another resource, depending on the values. */
  readonly replacesWhen?: (olds: Properties, news: Properties) => readonly string[];
  readonly oneOf?: OneOf;
  /** Inputs and outputs that are secret. */
  readonly secrets?: readonly string[];
  /** The input the provider fills with a name of its own when it is not given. */
  readonly autoname?: string;
  /** Inputs that together must differ from every other resource of the type. */
  readonly unique?: readonly string[];
  /** Inputs that name another resource by id, ARN or name, with the types it may have: it must exist. */
  readonly refers?: Readonly<Record<string, string | readonly string[]>>;
  /** What else others may refer to it by, besides id, ARN and name. */
  readonly alsoNamed?: (outputs: Properties) => readonly string[];
  /** It cannot be deleted while another resource refers to it. */
  readonly held?: boolean;
  readonly id: (made: Omit<Made, "id" | "prior">) => string;
  /** Outputs besides the inputs. */
  readonly outputs?: (made: Made) => Properties;
  /** Outputs that are known before it is created. */
  readonly preview?: (cloud: Cloud) => Properties;
  /** Why the cloud does not create it, or, given what it was, does not change it. */
  readonly refuse?: (inputs: Properties, cloud: Cloud, olds?: Properties) => string | undefined;
  /** Why the cloud does not delete it. */
  readonly refuseDeletion?: (record: CloudRecord, cloud: Cloud) => string | undefined;
  /** Machines it makes in the cluster. */
  readonly pools?: (record: CloudRecord, cloud: Cloud) => readonly NodePool[];
  /** It is a cluster: the StorageClass it comes with, which is the default one; empty when it comes with none. */
  readonly storageClass?: string;
  /** Connections it gives to clients at most. */
  readonly connections?: (record: CloudRecord, cloud: Cloud) => number | undefined;
  /** What stays on purpose when it is deleted. */
  readonly leaves?: (record: CloudRecord) => readonly Leftover[];
  /**
   * It is a cluster: what that made by itself, such as load balancers, stays when it is deleted, and keeps these
   * networks, by id; undefined when it takes all that along.
   */
  readonly strands?: (record: CloudRecord) => readonly string[] | undefined;
}

/** A function of a provider: arguments to result. */
export type Invoke = (args: Properties, cloud: Cloud) => Properties;

/** The record of a type whose id, ARN or name is the given value. */
export function findRecord(cloud: Cloud, type: string, value: unknown): CloudRecord | undefined {
  return cloud.records.find((record) => record.type === type && record.names.includes(String(value)));
}

/** All records of a type. */
export function recordsOf(cloud: Cloud, type: string): CloudRecord[] {
  return cloud.records.filter((record) => record.type === type);
}

/** The values at a path; `[]` stands for every element of a list. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const [head = "", ...rest] = path.split(".");
  const child = (value as Properties | undefined)?.[head.replace("[]", "")];
  const children = head.endsWith("[]") ? ((child as unknown[] | undefined) ?? []) : [child];
  const found = rest.length > 0 ? children.flatMap((each) => valuesAt(each, rest.join("."))) : children;
  return found.filter((each) => each !== undefined && each !== null);
}
