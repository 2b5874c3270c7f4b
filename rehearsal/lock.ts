import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import lockfile from "proper-lockfile";
import { ProblemsError } from "../components/problem.ts";
import { isHeld } from "../toolchain/lock.ts";
import type { Home } from "./home.ts";

/** A holder that has not said for this long, in milliseconds, that it lives has been killed. */
const staleMs = 5000;

/** Runs something while no other process works on the same rehearsal. @throws ProblemsError when one does */
export async function locked<T>(home: Home, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(home.root), { recursive: true });
  const release = await acquire(home);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(home: Home): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(home.root, {
      realpath: false,
      stale: staleMs,
      update: 1000,
      retries: { retries: 7, factor: 1, minTimeout: 1000, maxTimeout: 1000 },
    });
  } catch (error) {
    if (!isHeld(error)) throw error;
    const reason = `another process is at work on the rehearsal of ${home.stack}`;
    const fix = "Wait for it to end, or end it, and run the command again.";
    throw new ProblemsError([{ path: home.root, reason, fix }]);
  }
}
