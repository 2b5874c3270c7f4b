import { execFile, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { ProblemsError } from "../../components/problem.ts";
import type { Report } from "../../toolchain/binaries.ts";
import { waitedLock } from "../../toolchain/lock.ts";
import type { BinaryName } from "../../toolchain/pins.ts";
import { type Home, linkProgram } from "../home.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { killProcesses, ownProcesses } from "./processes.ts";
import { stages } from "./stages.ts";

/** What `startControlPlane` needs besides a home. */
export interface ControlPlaneOptions {
  readonly binaries: Record<BinaryName, string>;
  /** Folder all checkouts share: ports are chosen under a lock in it. */
  readonly cache: string;
  readonly report: Report;
}

/** Whether a control plane answers, is not there, or is only partly there. */
export type ControlPlaneState = "running" | "stopped" | "broken";

/** kwokctl's own name for the cluster; each home has a folder of its own for it. */
const clusterName = "rehearsal";

/** Our own background process beside the components: what kubelets, storage drivers and operators would do. */
const agentName = "agent";
const agentMain = fileURLToPath(new URL("../agent/main.ts", import.meta.url));

/** The components of a control plane, each a process. */
const components = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
  agentName,
];

/** What there is of a home's control plane. */
export async function controlPlaneState(home: Home): Promise<ControlPlaneState> {
  const running = new Set(ownProcesses(home).map(({ program }) => program));
  if (running.size === 0 && !existsSync(home.kwok)) return "stopped";
  if (!components.every((name) => running.has(name)) || !existsSync(home.kubeconfig)) return "broken";
  return (await answers(home)) ? "running" : "broken";
}

/**
 * Starts a home's control plane, or leaves the running one alone; what a crash left of an earlier one is removed first.
 * @throws ProblemsError when it does not come up
 */
export async function startControlPlane(
  home: Home,
  options: ControlPlaneOptions,
): Promise<{ reused: boolean }> {
  const state = await controlPlaneState(home);
  if (state === "running") return { reused: true };
  if (state === "broken") {
    options.report("an earlier control plane was left half-way: it is removed");
    await removeControlPlane(home);
  }
  mkdirSync(home.kwok, { recursive: true, mode: 0o700 });
  chmodSync(home.root, 0o700);
  const config = join(home.kwok, "kwokctl.yaml");
  const documents = [kwokctlConfiguration(options.binaries), ...stages()];
  writeFileSync(config, documents.map((document) => stringify(document)).join("---\n"));
  await createCluster(home, config, options);
  startAgent(home);
  await controllersAtWork(home);
  return { reused: false };
}

/** Ends a home's control plane and removes all of its folder; returns what could not be ended, in words. */
export async function stopControlPlane(home: Home): Promise<readonly string[]> {
  const left = await removeControlPlane(home);
  if (left.length === 0) rmSync(home.root, { recursive: true, force: true });
  return left;
}

async function removeControlPlane(home: Home): Promise<readonly string[]> {
  const left = await killProcesses(home);
  if (left.length === 0) rmSync(home.kwok, { recursive: true, force: true });
  return left.map(({ pid, program }) => `process ${pid}: ${program}`);
}

/** Everything on loopback (kwokctl's default is every interface), with TLS and RBAC. */
function kwokctlConfiguration(binaries: Record<BinaryName, string>) {
  const off = "MutatingAdmissionWebhook,ValidatingAdmissionWebhook";
  const patch = (name: string, key: string, value: string) => ({ name, extraArgs: [{ key, value }] });
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      securePort: true,
      kubeAuthorization: true,
      etcdBinary: binaries.etcd,
      kubeApiserverBinary: binaries["kube-apiserver"],
      kubeControllerManagerBinary: binaries["kube-controller-manager"],
      kubeSchedulerBinary: binaries["kube-scheduler"],
      kwokControllerBinary: binaries.kwok,
      kubectlBinary: binaries.kubectl,
    },
    componentsPatches: [
      // Nobody serves webhooks here: the operators' pods are simulated.
      patch("kube-apiserver", "disable-admission-plugins", off),
      // What is stored goes with the rehearsal: nothing has to wait for the disk.
      patch("etcd", "unsafe-no-fsync", "true"),
      // Each is the only one of its kind, and would end itself when the machine stands still for ten seconds.
      patch("kube-controller-manager", "leader-elect", "false"),
      patch("kube-scheduler", "leader-elect", "false"),
    ],
  };
}

async function createCluster(home: Home, config: string, options: ControlPlaneOptions): Promise<void> {
  const written = join(home.kwok, "kubeconfig");
  const args = ["create", "cluster", "--name", clusterName, "--config", config, "--kubeconfig", written];
  mkdirSync(options.cache, { recursive: true });
  // Two rehearsals that look for free ports at once could find the same ones.
  const release = await waitedLock(options.cache, { lockfilePath: join(options.cache, "ports.lock") });
  try {
    // Below its HOME it makes a folder, by default; from a variable of its own it would take a path to the first space.
    const { KWOK_WORKDIR: _, ...env }: NodeJS.ProcessEnv = { ...process.env, HOME: home.kwok };
    await promisify(execFile)(options.binaries.kwokctl, [...args, "--wait", "60s"], { env });
    writeKubeconfig(home, written);
  } catch {
    const reason = `the control plane did not come up:\n${lastWords(home)}`;
    await removeControlPlane(home);
    const fix =
      "If a port was taken meanwhile, run the command again; otherwise the words above name the cause.";
    throw new ProblemsError([{ path: home.kwok, reason, fix }]);
  } finally {
    await release();
  }
}

/** Outlives this process, since the environment is left running for the user to look around. */
function startAgent(home: Home): void {
  const log = openSync(home.log, "a", 0o600);
  const agent = linkProgram(home, agentName, process.execPath);
  const args = ["--disable-warning=ExperimentalWarning", agentMain, home.kubeconfig, home.root];
  spawn(agent, args, { detached: true, stdio: ["ignore", "ignore", log] }).unref();
  closeSync(log);
}

/** The API server answers before the controllers work, and refuses pods until they have made the first account. */
async function controllersAtWork(home: Home): Promise<void> {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace: "default", name: "default" };
  const deadline = Date.now() + 60_000;
  try {
    while (!(await client.get(account))) {
      if (Date.now() > deadline) {
        const reason = `kube-controller-manager made no service account within 60 s:\n${lastWords(home)}`;
        throw new ProblemsError([
          { path: home.kwok, reason, fix: "Run the command again on a less busy machine." },
        ]);
      }
      await pause(50);
    }
  } finally {
    client.close();
  }
}

/** kwokctl's kubeconfig names files; one that holds their contents can be handed on as text. */
function writeKubeconfig(home: Home, from: string): void {
  const kubeconfig = parse(readFileSync(from, "utf8"));
  const embed = (entry: Record<string, string>) => {
    for (const field of ["certificate-authority", "client-certificate", "client-key"]) {
      const path = entry[field];
      if (!path) continue;
      entry[`${field}-data`] = readFileSync(path).toString("base64");
      delete entry[field];
    }
  };
  for (const { cluster } of kubeconfig.clusters) embed(cluster);
  for (const { user } of kubeconfig.users) embed(user);
  const whole = `${from}.embedded`;
  writeFileSync(whole, stringify(kubeconfig, { lineWidth: 0 }), { mode: 0o600 });
  // Where it is, it is complete.
  renameSync(whole, home.kubeconfig);
}

async function answers(home: Home): Promise<boolean> {
  const client = KubernetesClient.fromFile(home.kubeconfig);
  try {
    // Patient, since one that is only busy would be taken for broken and removed.
    await client.request("GET", "/api/v1/namespaces/default");
    return true;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

/** The last error of each component that logged one. */
function lastWords(home: Home): string {
  const logs = join(home.kwok, ".kwok", "clusters", clusterName, "logs");
  if (!existsSync(logs)) return "no component had started";
  return readdirSync(logs)
    .flatMap((file) => {
      const lines = readFileSync(join(logs, file), "utf8").split("\n");
      const last = lines.filter((line) => /^[EF]\d{4}|"level":"(error|fatal)"|panic/i.test(line)).at(-1);
      return last ? [`${file}: ${last}`] : [];
    })
    .join("\n");
}
