/** Only the keys that have a value, so that an absent one leaves the preset's in place. */
export function given<T extends object>(partial: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
