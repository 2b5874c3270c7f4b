import { setTimeout as pause } from "node:timers/promises";
import { ProblemsError } from "../../../components/problem.ts";

/** A failure that is asked for, so that recovery from it can be shown; types by their last name, such as `Vpc`. */
export type Fault =
  /** Nothing of the type can be created. */
  | { readonly kind: "quota"; readonly type: string }
  /** The cloud answers that many requests about the type with an error of its own. */
  | { readonly kind: "error"; readonly type: string; readonly times: number }
  /** Creation of the type takes so long. */
  | { readonly kind: "slow"; readonly type: string; readonly seconds: number }
  /** Kubeconfigs in outputs carry an expired token; those fetched by a function do not. */
  | { readonly kind: "expired-token" }
  /** The credentials are those of another account, or another team. */
  | { readonly kind: "other-account" }
  /** Buckets have been used: they hold objects. */
  | { readonly kind: "filled-buckets" };

/** How `parseFault` reads a fault; for a command line's help. */
export const faultNotations = [
  "quota=TYPE",
  "error=TYPE[:TIMES]",
  "slow=TYPE[:SECONDS]",
  "expired-token",
  "filled-buckets",
  "other-account",
];

/** Faults that say everything by their name. */
const plainKinds = ["expired-token", "filled-buckets", "other-account"] as const;

/** A fault without a type, which the clouds' tables act out. */
export type PlainFault = (typeof plainKinds)[number];

/** Requests that fail when a fault does not say how many. */
const defaultTimes = 2;
/** Seconds a slow creation takes when a fault does not say. */
const defaultSeconds = 10;

/** Reads a fault, such as `error=DatabaseCluster:2`. @throws ProblemsError */
export function parseFault(text: string): Fault {
  const [, kind, type = "", amount] = /^([a-z-]+)(?:=([A-Za-z0-9]+)(?::(\d+))?)?$/.exec(text) ?? [];
  if (kind === "quota" && type && !amount) return { kind, type };
  if (kind === "error" && type) return { kind, type, times: Number(amount ?? defaultTimes) };
  if (kind === "slow" && type) return { kind, type, seconds: Number(amount ?? defaultSeconds) };
  const plain = plainKinds.find((each) => each === kind);
  if (plain && !type) return { kind: plain };
  const fix = `use one of ${faultNotations.join(", ")}, with a type's last name, such as Vpc`;
  throw new ProblemsError([{ path: "--fault", reason: `"${text}" is no fault the rehearsal knows`, fix }]);
}

/** Tries of a request before a provider gives up: four more after the first, as the clouds' own clients have it. */
const tries = 5;

/** The faults of one run, as what they do. */
export class Faults {
  readonly #faults: readonly Fault[];
  readonly #errorsLeft = new Map<Fault, number>();
  readonly #waitMilliseconds: number;

  /** @param waitMilliseconds between tries; the clouds' own clients wait from one second upwards */
  constructor(faults: readonly Fault[], waitMilliseconds = 200) {
    this.#faults = faults;
    this.#waitMilliseconds = waitMilliseconds;
  }

  /** Whether a fault without a type was asked for. */
  has(kind: PlainFault): boolean {
    return this.#faults.some((fault) => fault.kind === kind);
  }

  /** What a creation meets: the quota, and the time it takes. @throws Error */
  async creation(type: string): Promise<void> {
    const own = this.#faults.filter((fault) => "type" in fault && fault.type === lastName(type));
    if (own.some(({ kind }) => kind === "quota")) {
      throw new Error(`${lastName(type)}: the account's quota is exceeded (422); ask the cloud to raise it`);
    }
    for (const fault of own) if (fault.kind === "slow") await pause(fault.seconds * 1000);
  }

  /** What every request meets: errors of the cloud, tried again until they are over. @throws Error */
  async request(type: string): Promise<void> {
    for (let attempt = 1; this.#fails(type); attempt++) {
      if (attempt === tries) {
        throw new Error(
          `${lastName(type)}: the cloud answered ${tries} times with 500 Internal Server Error`,
        );
      }
      await pause(this.#waitMilliseconds * attempt);
    }
  }

  #fails(type: string): boolean {
    for (const fault of this.#faults) {
      if (fault.kind !== "error" || fault.type !== lastName(type)) continue;
      const left = this.#errorsLeft.get(fault) ?? fault.times;
      this.#errorsLeft.set(fault, Math.max(0, left - 1));
      if (left > 0) return true;
    }
    return false;
  }
}

/** `KubernetesCluster` of `digitalocean:index/kubernetesCluster:KubernetesCluster`. */
export function lastName(type: string): string {
  return type.split(":").at(-1) ?? type;
}
