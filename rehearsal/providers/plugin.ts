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
  /** The old one goes before the new one comes, since both have the same name. */
  readonly deleteBeforeReplace?: boolean;
}

/** A resource the engine speaks of. */
export interface Resource {
  readonly urn: string;
  /** Type token, such as `random:index/randomPassword:RandomPassword`. */
  readonly type: string;
}

/** What a provider does, as plain functions; without `update` every change is a replacement. */
export interface ProviderPlugin {
  /** Takes the settings of a provider instance; parts may be unknown in a preview. */
  configure?(config: Properties): Promise<void>;
  /** Refuses inputs, or completes them; the inputs of the resource as it is are empty for a new one. */
  check(
    resource: Resource,
    inputs: Properties,
    olds: Properties,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  diff(resource: Resource, olds: Properties, news: Properties): Promise<Diff>;
  create(
    resource: Resource,
    inputs: Properties,
    options: { readonly preview: boolean },
  ): Promise<{ id: string; outputs: Properties }>;
  update?(
    resource: Resource,
    id: string,
    olds: Properties,
    news: Properties,
    options: { readonly preview: boolean },
  ): Promise<Properties>;
  delete(resource: Resource, id: string, olds: Properties): Promise<void>;
  /** Answers a function of the provider, by its token; without it there are none. */
  invoke?(token: string, args: Properties): Promise<Properties>;
}
