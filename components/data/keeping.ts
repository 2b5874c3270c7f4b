import type { DataClass } from "./args.ts";

/** What an acknowledgement counts for. */
export interface Acknowledging {
  /** Names of resources that may lose their data: these, and nothing else, are not protected. */
  readonly acknowledged?: readonly string[] | undefined;
}

/** How firmly a resource with data is kept. */
export interface Keeping {
  /** Whether the cloud itself is to refuse its deletion. */
  readonly locked: boolean;
  /** The engine refuses to delete, and never deletes, what is locked. */
  readonly options: { readonly protect?: boolean; readonly retainOnDelete?: boolean };
}

/**
 * How firmly a resource is kept: what is precious is locked, until it is acknowledged that it may go.
 * @param names the engine's, and the object's own (`Kind namespace/name`) where a review calls it by that
 */
export function keeping(
  names: string | readonly string[],
  { data, acknowledged = [] }: Acknowledging & { readonly data: DataClass },
): Keeping {
  const named = [names].flat().some((name) => acknowledged.includes(name));
  const locked = data === "precious" && !named;
  return { locked, options: locked ? { protect: true, retainOnDelete: true } : {} };
}
