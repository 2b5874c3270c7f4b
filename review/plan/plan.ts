import type { Problem } from "../../components/problem.ts";
import type { Settings } from "../../stacks/settings.ts";

/** One resource as the program registers it, with secrets masked and what no preview knows marked as such. */
export interface PlannedResource {
  /** Identity for the engine: the chain of types and the logical name. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Name of the provider resource it is made with; empty for a default one. */
  readonly provider: string;
  readonly inputs: Record<string, unknown>;
  /** Identities the same resource had earlier. */
  readonly aliases: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** Inputs whose change replaces it because the program says so. */
  readonly replaceOnChanges: readonly string[];
}

/** The id a resource has in a plan, where none is real. */
export function plannedId(name: string): string {
  return `${name}-id`;
}

/** A Kubernetes object, as it is sent to the API server. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: any;
}

/** An object of the plan and who brings it. */
export interface PlannedObject {
  readonly object: KubernetesObject;
  /** The resource it is registered as, or the Release that renders it. */
  readonly owner: string;
  readonly by: "resource" | "release";
  /** It stays when it, or its owner, is no longer wanted. */
  readonly kept: boolean;
}

/** What the program and its charts make of one stack's settings; no secret is in it. */
export interface Plan {
  readonly stack: string;
  readonly settings: PlannedSettings;
  readonly resources: readonly PlannedResource[];
  readonly objects: readonly PlannedObject[];
  /** Charts that were not the genuine ones, or could not be rendered at all, a sentence each. */
  readonly standIns: readonly string[];
}

/** What of the settings the proofs need. */
export interface PlannedSettings extends Pick<Settings, "pools" | "ifcImport" | "connectionsPerPool"> {
  /** Connections the database gives; undefined where it is not known. */
  readonly connections?: number;
  /** The stack's file without its secrets, as dotted paths. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly acknowledgeDataLoss: readonly string[];
  /** What is said of the cluster's version, as sentences. */
  readonly warnings: readonly string[];
  /** Most the environment may cost in a month, in US dollars. */
  readonly monthlyBudget?: number;
}

/** What the program makes of a stack, before charts are rendered; or why it makes nothing. */
export type Registered =
  | {
      readonly stack: string;
      readonly settings: PlannedSettings;
      readonly resources: readonly PlannedResource[];
    }
  | { readonly stack: string; readonly problems: readonly Problem[] };

/** `Kind namespace/name`: how a person names an object. */
export function objectName({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** What makes two descriptions the same object: its group and kind, its namespace and name, not its version. */
export function objectKey(object: KubernetesObject): string {
  const [group] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : [""];
  return `${group}/${objectName(object)}`;
}
