import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../../toolchain/run-program.ts";

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
  readonly signal?: AbortSignal | undefined;
}

/** Runs Helm and returns what it prints. @throws Error with Helm's own words */
export async function runHelm({ helm, kubeconfig, args, input, signal }: HelmRun): Promise<string> {
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
    return await runProgram({ program: helm, args, env, input, signal });
  } catch (error) {
    throw new Error(`Helm: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The user's settings for Helm may name another API server, and another place for what it remembers. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("HELM_")));
}
