/** Properties of a resource as plain data; unknown and secret values are marked (marshal.ts). */
export type Properties = Record<string, unknown>;

/** An input that is refused, by its property's name. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What a change of inputs means for a resource. */
export interface Diff {
  /** Property paths that differ. */
  readonly changes: readonly string[];
  /** Those of them that make it another resource. */
  readonly replaces: readonly string[];
  /** Where within the properties, for a resource whose program names such places in its options. */
  readonly paths?: readonly string[];
  /** The old one goes before the new one comes, since both have the same name. */
  readonly deleteBeforeReplace?: boolean;
}

/** A resource the engine speaks of. */
export interface Resource {
  readonly urn: string;
  /** Type token, such as `random:index/randomPassword:RandomPassword`. */
  readonly type: string;
}

/** What the engine tells a check besides the new inputs. */
export interface CheckContext {
  /** Inputs of the resource as it is; empty for a new one. */
  readonly olds: Properties;
  /** The same in preview and up, for names the provider makes. */
  readonly seed: string;
}

/** A resource exists but has not become ready: it stays in state, and the next update tries again. */
export class InitializationError extends Error {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons: readonly string[];

  constructor(id: string, outputs: Properties, reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}

/** What a resource's lifecycle calls have in common. */
export interface ResourcePlugin {
  /** Refuses inputs, or completes them. */
  check(
    resource: Resource,
    inputs: Properties,
    context: CheckContext,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  diff(resource: Resource, olds: Properties, news: Properties): Promise<Diff>;
  create(
    resource: Resource,
    inputs: Properties,
    options: { readonly preview: boolean },
  ): Promise<{ id: string; outputs: Properties }>;
  /** The resource as it is now, for a refresh or an import; undefined when it is gone. Without it state is believed. */
  read?(
    resource: Resource,
    id: string,
    inputs: Properties,
    outputs: Properties,
  ): Promise<{ inputs: Properties; outputs: Properties } | undefined>;
  /** Without it every change is a replacement. */
  update?(
    resource: Resource,
    id: string,
    olds: Properties,
    news: Properties,
    options: { readonly preview: boolean },
  ): Promise<Properties>;
  delete(resource: Resource, id: string, olds: Properties): Promise<void>;
}

/** What a provider does, as plain functions. */
export interface ProviderPlugin extends ResourcePlugin {
  /** Takes the settings of a provider instance; parts may be unknown in a preview. */
  configure?(config: Properties): Promise<void>;
  /** Settings whose change makes every resource of the provider another one. */
  replacingSettings?(olds: Properties, news: Properties): readonly string[];
  /** Answers a function of the provider, by its token; without it there are none. */
  invoke?(token: string, args: Properties): Promise<Properties>;
  /** The engine wants everything under way to end. */
  cancel?(): void;
}
