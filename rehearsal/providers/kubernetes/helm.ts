import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One run of Helm. */
export interface HelmRun {
  /** Path of the Helm 3 program. */
  readonly helm: string;
  /** Text of the cluster's kubeconfig. */
  readonly kubeconfig: string;
  readonly args: readonly string[];
  /** Standard input: values go in here, since on a command line every user of the machine could read them. */
  readonly input?: string;
  /** Ends Helm, which then records the release as failed rather than leaving it pending. */
  readonly signal?: AbortSignal;
}

/** Runs Helm and returns what it prints. @throws Error with Helm's own words */
export async function runHelm({ helm, kubeconfig, args, input = "", signal }: HelmRun): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "helm-"));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const env = {
    ...withoutOwnSettings(process.env),
    KUBECONFIG: file,
    HELM_CACHE_HOME: folder,
    HELM_CONFIG_HOME: folder,
    HELM_DATA_HOME: folder,
    // What a cluster serves is kept by its address, and the next rehearsal may have the same.
    KUBECACHEDIR: folder,
  };
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(helm, args, { env });
      const end = () => child.kill("SIGTERM");
      signal?.addEventListener("abort", end);
      let [out, words] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (chunk) => {
        out += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk) => {
        words += chunk;
      });
      child.on("error", reject);
      // Helm may end before it has read everything.
      child.stdin.on("error", () => {});
      child.on("close", (status) => {
        signal?.removeEventListener("abort", end);
        if (status === 0) resolve(out);
        else reject(new Error(`Helm: ${words.trim()}`));
      });
      child.stdin.end(input);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The user's settings for Helm may name another API server, and another place for what it remembers. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("HELM_")));
}
