import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this checkout. */
export const checkout = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Where one rehearsal keeps everything it owns; `down` removes the whole folder. */
export interface Home {
  readonly stack: string;
  readonly root: string;
  /** kwokctl's folder: certificates, etcd's data, component logs. */
  readonly kwok: string;
  /** Links to the programs run for it; a process whose program lies here is its own. */
  readonly bin: string;
  /** Kubeconfig with full rights on the control plane. */
  readonly kubeconfig: string;
  /** The engine's state. */
  readonly state: string;
  /** The engine's working folder. */
  readonly work: string;
  /** Passphrase of the state's secrets. */
  readonly passphrase: string;
  /** Names of the objects a control plane has by itself. */
  readonly baseline: string;
  /** Charts built in place of genuine ones. */
  readonly charts: string;
  /** Log of the background process. */
  readonly log: string;
}

/** The home of a stack's rehearsal in a checkout. */
export function homeOf(stack: string, folder: string = checkout): Home {
  const root = join(folder, ".rehearsal", stack);
  return {
    stack,
    root,
    kwok: join(root, "kwok"),
    bin: join(root, "bin"),
    kubeconfig: join(root, "kubeconfig"),
    state: join(root, "state"),
    work: join(root, "work"),
    passphrase: join(root, "passphrase"),
    baseline: join(root, "baseline.json"),
    charts: join(root, "charts"),
    log: join(root, "agent.log"),
  };
}

/** Links a program into a home and returns its path there. */
export function linkProgram(home: Home, name: string, program: string): string {
  const link = join(home.bin, name);
  mkdirSync(home.bin, { recursive: true, mode: 0o700 });
  rmSync(link, { force: true });
  symlinkSync(program, link);
  return link;
}
