import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Review } from "../../review/review.ts";
import { temporaryFolder } from "../support/temporary.ts";

const here = fileURLToPath(new URL("../..", import.meta.url));

/** What a run of the command line left behind. */
export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly words: string;
}

/** A copy of this project in a repository of its own, with one commit, that tests may change. */
export class Checkout {
  readonly folder = temporaryFolder("review-test");

  constructor() {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: here, encoding: "utf8" });
    const files = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
      .split("\0")
      .filter(Boolean);
    for (const file of files) {
      // A link to the dependencies is no file of the project.
      if (file !== "node_modules") cpSync(join(here, file), join(this.folder, file), { recursive: true });
    }
    symlinkSync(join(here, "node_modules"), join(this.folder, "node_modules"));
    this.git("init", "--quiet");
    this.git("add", "--all", "--", ".", ":!node_modules");
    this.commit("Everything");
  }

  git(...args: string[]): void {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    execFileSync("git", [...identity, ...args], { cwd: this.folder, stdio: "pipe" });
  }

  commit(message: string): void {
    this.git("commit", "--quiet", "--all", "--allow-empty", "--message", message);
  }

  /** Replaces a text of a file by another. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Takes every change back. */
  restore(): void {
    this.git("reset", "--quiet", "--hard");
    this.git("clean", "--quiet", "--force", "--", "Pulumi.*");
  }

  review(...args: string[]): Run {
    return this.run("review", ...args);
  }

  /** The command line of a folder. */
  run(folder: string, ...args: string[]): Run {
    const script = join(this.folder, folder, "cli.ts");
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env,
      maxBuffer: 2 ** 28,
    });
    return { status, out: stdout, words: stderr };
  }

  /** The one review of a run with `--json`. */
  reviewed(...args: string[]): { status: number | null; review: Review } {
    const { status, out, words } = this.review(...args, "--json");
    const [review] = out ? JSON.parse(out).reviews : [];
    if (!review) throw new Error(`no review: ${out}${words}`);
    return { status, review };
  }
}
