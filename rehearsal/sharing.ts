import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { checkout, type Home, homeOf } from "./home.ts";

/**
 * The home whose control plane a stack's rehearsal runs on: its own, or that of the stack whose cluster it shares. What
 * was given once is known to every later command, until `down`.
 * @throws ProblemsError when another one was given before
 */
export function hostOf(home: Home, folder: string = checkout, clusterOf?: string): Home {
  const file = recordOf(home);
  const recorded = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const stack = clusterOf ?? recorded;
  if (stack === undefined || stack === home.stack) return home;
  if (recorded === undefined || recorded === stack) return homeOf(stack, folder);
  const reason = `${home.stack} is on the cluster of ${recorded}`;
  throw new ProblemsError([{ path: "--cluster-of", reason, fix: `End it first: ${downOf(home)}` }]);
}

/** The problem of a cluster that is to be shared and is not there. */
export function noHost({ stack }: Home): Problem {
  const fix = `Start it with: npm run rehearse -- up ${stack}`;
  return { path: "--cluster-of", reason: `${stack} is not running`, fix };
}

/** Remembers on whose control plane a rehearsal runs. */
export function rememberHost(home: Home, host: Home): void {
  if (host.root === home.root) return;
  mkdirSync(home.root, { recursive: true, mode: 0o700 });
  writeFileSync(recordOf(home), host.stack);
}

/** Homes of the rehearsals that run on a home's control plane. */
export function guestsOf(home: Home, folder: string = checkout): Home[] {
  const homes = dirname(home.root);
  const stacks = existsSync(homes) ? readdirSync(homes, { withFileTypes: true }) : [];
  return stacks
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => homeOf(name, folder))
    .filter((guest) => existsSync(recordOf(guest)) && readFileSync(recordOf(guest), "utf8") === home.stack);
}

/** The problem of a control plane that cannot end yet. */
export function stillUsed(home: Home, guests: readonly Home[]): Problem {
  const names = guests.map(({ stack }) => stack).join(", ");
  return {
    path: home.stack,
    reason: `its control plane goes on, since ${names} runs on it`,
    fix: `End that first: ${guests.map(downOf).join(", ")}`,
  };
}

function downOf({ stack }: Home): string {
  return `npm run rehearse -- down ${stack}`;
}

function recordOf({ root }: Home): string {
  return join(root, "cluster-of");
}
