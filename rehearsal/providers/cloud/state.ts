import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Properties } from "../plugin.ts";

/** One thing that exists in a simulated cloud. */
export interface CloudRecord {
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  /** What others refer to it by: its id, ARN, name. */
  readonly names: readonly string[];
  /** How many things the cloud had made before: what numbers and addresses are drawn from. */
  readonly sequence: number;
  /** Inputs and outputs without what is secret. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Its creation has begun and not ended; after a crash nobody knows of it. */
  readonly creating?: boolean;
  /** Whether the engine has learnt of it is not certain: its run may have been killed before. */
  readonly unsettled?: boolean;
}

/** Something a cloud goes on charging for after the thing it came with is gone. */
export interface Leftover {
  readonly type: string;
  readonly name: string;
  /** Why it is still there. */
  readonly reason: string;
  /** It is meant to outlive what it came from, as a final snapshot is. */
  readonly onPurpose: boolean;
  /** Ids of what cannot be deleted while it is there. */
  readonly holds: readonly string[];
}

/** Everything a simulated cloud knows. */
export interface CloudContents {
  /** Region of the last configuration that made something, for processes that are not configured. */
  readonly region?: string;
  readonly sequence: number;
  readonly records: readonly CloudRecord[];
  readonly leftovers: readonly Leftover[];
}

const nothing: CloudContents = { sequence: 0, records: [], leftovers: [] };

/** A simulated cloud's memory: one file that only its owner can read, so that the next process finds what there is. */
export class CloudState {
  readonly #path: string;

  /** @param path of the file; it and its folder are made when first needed */
  constructor(path: string) {
    this.#path = path;
  }

  /** What there is now. @throws Error when the file is damaged */
  read(): CloudContents {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return nothing;
      throw error;
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(
        `${this.#path} is damaged: remove the rehearsal with \`down\` and start it again, it holds no real data`,
      );
    }
  }

  /** Changes the contents in one step; an error in between changes nothing. */
  change(to: (contents: CloudContents) => CloudContents): void {
    const next = to(this.read());
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#path);
  }

  /** Adds a record, or puts it in the place of the one with its type and id. */
  put(record: CloudRecord): void {
    this.change((contents) => ({
      ...contents,
      sequence: Math.max(contents.sequence, record.sequence + 1),
      records: [...contents.records.filter((other) => !isSame(other, record)), record],
    }));
  }

  /** Removes a record; one that is not there is no error. */
  remove(record: Pick<CloudRecord, "type" | "id">): void {
    this.change((contents) => ({
      ...contents,
      records: contents.records.filter((other) => !isSame(other, record)),
    }));
  }
}

function isSame(one: Pick<CloudRecord, "type" | "id">, other: Pick<CloudRecord, "type" | "id">): boolean {
  return one.type === other.type && one.id === other.id;
}
