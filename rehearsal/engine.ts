import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { type Home, linkProgram } from "./home.ts";
import { project } from "./stack-file.ts";

/** What an engine is opened with. */
export interface EngineOptions {
  readonly home: Home;
  /** Path of the Pulumi CLI. */
  readonly pulumi: string;
  readonly program: PulumiFn;
  /** Value of PULUMI_DEBUG_PROVIDERS: the stand-ins. */
  readonly debugProviders: string;
  /** Folder with the user's genuine plugins. */
  readonly plugins: string;
}

/** The real engine on a rehearsal's own state; nothing of the user's Pulumi account or settings is touched. */
export async function openEngine(options: EngineOptions): Promise<Stack> {
  const { home, program } = options;
  for (const folder of [home.state, home.work]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(home.passphrase))
    writeFileSync(home.passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
  linkProgram(home, "pulumi", options.pulumi);
  // The program's way to the engine stays on this machine, and gRPC would take a proxy even so.
  process.env.no_grpc_proxy = "127.0.0.1,localhost";
  const pulumiCommand = await PulumiCommand.get({ root: home.root, skipVersionCheck: true });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: home.stack, projectName: project, program },
    { workDir: home.work, pulumiCommand, envVars: environment(options) },
  );
  await forgetInterrupted(stack, home);
  return stack;
}

function environment({ home, debugProviders, plugins }: EngineOptions): Record<string, string> {
  const own = engineEnvironment(home);
  const linked = join(own.PULUMI_HOME, "plugins");
  mkdirSync(own.PULUMI_HOME, { recursive: true });
  if (existsSync(plugins) && !existsSync(linked)) symlinkSync(plugins, linked);
  return {
    ...own,
    // The engine would look for the plugins of the state at their vendor, in spite of those it is attached to.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: debugProviders,
  };
}

/** Variables with which the engine's own program works on a rehearsal's state. */
export function engineEnvironment(home: Home) {
  return {
    // Without the file of metadata that the engine writes beside each other one, and not at once: an engine that ends
    // in the middle leaves half of it, and reads neither then.
    PULUMI_BACKEND_URL: `file://${home.state}?metadata=skip`,
    // Itself, since the user's own in the same variable would go before one in a file.
    PULUMI_CONFIG_PASSPHRASE: readFileSync(home.passphrase, "utf8"),
    PULUMI_HOME: join(home.root, "pulumi"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/**
 * A killed run leaves its lock and the operations it was at. Nobody else can hold the lock, since one process at a
 * time works on a rehearsal; and the operations can be done again, since the stand-ins know their own work.
 */
async function forgetInterrupted(stack: Stack, home: Home): Promise<void> {
  const locks = join(home.state, ".pulumi", "locks");
  if (
    existsSync(locks) &&
    readdirSync(locks, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile())
  )
    await stack.cancel();
  if (!hasPendingOperations(home)) return;
  const state = await stack.exportStack();
  await stack.importStack({ ...state, deployment: { ...state.deployment, pending_operations: [] } });
}

function hasPendingOperations(home: Home): boolean {
  return Boolean(lastState(home).pending_operations?.length);
}

/** `URN id` of everything in a rehearsal's state: an id alone may be that of several things, such as a bucket's. */
export function knownIds(home: Home): Set<string> {
  return new Set((lastState(home).resources ?? []).flatMap(({ urn, id }) => (id ? [`${urn} ${id}`] : [])));
}

/** The parts of the engine's state that are read from its file; empty where there is none. */
interface LastState {
  readonly pending_operations?: readonly unknown[];
  readonly resources?: readonly { readonly urn: string; readonly id?: string }[];
}

function lastState(home: Home): LastState {
  const file = join(home.state, ".pulumi", "stacks", project, `${home.stack}.json`);
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, "utf8")).checkpoint?.latest ?? {};
}
