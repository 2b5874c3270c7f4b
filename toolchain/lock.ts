import lockfile, { type LockOptions } from "proper-lockfile";

/**
 * Takes a lock, and waits for others who hold it, but for nothing else; returns what gives it back.
 * @param waiting called once when somebody else holds it
 */
export async function waitedLock(
  folder: string,
  options: LockOptions,
  waiting: () => void = () => {},
): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(folder, options);
  } catch (error) {
    if (!isHeld(error)) throw error;
    waiting();
    const retries = { forever: true, minTimeout: 200, maxTimeout: 1000 };
    return lockfile.lock(folder, { ...options, retries });
  }
}

/** Whether a lock was refused because somebody else holds it. */
export function isHeld(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ELOCKED";
}
