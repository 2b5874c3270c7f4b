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
  /** Kubeconfig with full rights on the control plane. */
  readonly kubeconfig: string;
  /** The engine's state. */
  readonly state: string;
  /** The engine's working folder. */
  readonly work: string;
  /** Passphrase of the state's secrets. */
  readonly passphrase: string;
  /** Logs of our own background processes. */
  readonly logs: string;
}

/** The home of a stack's rehearsal in a checkout. */
export function homeOf(stack: string, folder: string = checkout): Home {
  const root = join(folder, ".rehearsal", stack);
  return {
    stack,
    root,
    kwok: join(root, "kwok"),
    kubeconfig: join(root, "kubeconfig"),
    state: join(root, "state"),
    work: join(root, "work"),
    passphrase: join(root, "passphrase"),
    logs: join(root, "logs"),
  };
}
