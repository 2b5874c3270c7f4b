import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { firstAdministrator } from "../components/edge/administrator.ts";
import { environmentUrl } from "../components/environment-plan.ts";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { opened } from "../components/security/relaxations.ts";
import { describeTotals, totals } from "../stacks/capacity.ts";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import { readText } from "../stacks/text.ts";
import { settingsWarnings } from "../stacks/warnings.ts";
import { commandOf } from "../toolchain/binaries.ts";
import { simulatedWork } from "./agent/work.ts";
import { balancerCosts } from "./balancers.ts";
import { cloudLeftovers } from "./clouds.ts";
import { controlPlaneState, stopControlPlane } from "./control-plane/control-plane.ts";
import { checkout, type Home, homeOf } from "./home.ts";
import { inventory, podReports, policiesOf, routesOf } from "./inventory.ts";
import { KubernetesClient } from "./kubernetes/client.ts";
import { locked } from "./lock.ts";
import { type Command, emptyOutcome, type Outcome } from "./outcome.ts";
import { prepareExistingCluster, rehearsedConfig } from "./program.ts";
import { liftProtection } from "./protection.ts";
import type { Fault } from "./providers/cloud/faults.ts";
import { guestsOf, hostOf, noHost, rememberHost, stillUsed } from "./sharing.ts";
import { stackConfig } from "./stack-file.ts";
import { onStage, type Stage, type StageOptions } from "./stage.ts";

/** What a command is given. */
export interface RehearseOptions extends Pick<StageOptions, "charts" | "report" | "progress"> {
  readonly command: Command;
  readonly stack: string;
  /** Settings given anew, as `key=value`. */
  readonly sets: readonly string[];
  /** Failures the simulated clouds are to have. */
  readonly faults?: readonly Fault[];
  /** `preview`: leave running what was started for it; `down`: leave the control plane. */
  readonly keep: boolean;
  /** Stack on whose control plane this one runs; default: one of its own, or the one it was on before. */
  readonly clusterOf?: string | undefined;
  /** Folder of the checkout; default: this one. */
  readonly folder?: string;
  /** Gets every event of the engine, as `pulumi up --json` would print it. */
  readonly observe?: (event: EngineEvent) => void;
}

/** Runs one command of the rehearsal; what goes wrong is in the answer. */
export async function rehearse(options: RehearseOptions): Promise<Outcome> {
  const { command, stack, folder = checkout } = options;
  const started = Date.now();
  const home = homeOf(stack, folder);
  const base = emptyOutcome(stack, command);
  const ended = (outcome: Partial<Outcome>): Outcome => ({
    ...base,
    ...outcome,
    seconds: Math.round((Date.now() - started) / 100) / 10,
  });
  try {
    const host = sharedHost(options, home);
    if (command === "status") return ended(await status(home, host));
    const { config, settings } = command === "down" ? nothingToRead : readStack(options, host);
    const run = { options, home, host, config, settings };
    const work = () => locked(home, () => (command === "down" ? down(run) : upOrPreview(run)));
    return ended(await (host === home ? work() : locked(host, work)));
  } catch (error) {
    if (error instanceof RefusedError) return ended({ result: "refused", problems: error.problems });
    if (error instanceof ProblemsError) return ended({ result: "failed", problems: error.problems });
    throw error;
  }
}

/** The input was wrong; nothing has been touched. */
class RefusedError extends ProblemsError {}

/** One command under way. */
interface Run {
  readonly options: RehearseOptions;
  readonly home: Home;
  /** Whose control plane it is. */
  readonly host: Home;
  readonly config: Record<string, unknown>;
  readonly settings: Settings | undefined;
}

/** Destroying needs no settings: the engine's state knows what there is. */
const nothingToRead = { config: {}, settings: undefined };

function readStack({ stack, sets, folder = checkout }: RehearseOptions, host: Home) {
  return orRefused(() => {
    const config = rehearsedConfig(stackConfig(folder, stack, sets), host);
    // The kubeconfig of the control plane comes with it.
    const read = (path: string) => (path === host.kubeconfig ? "" : readText(path));
    return { config, settings: parseSettings(config, read) };
  });
}

function sharedHost({ folder, clusterOf }: RehearseOptions, home: Home): Home {
  return orRefused(() => hostOf(home, folder, clusterOf));
}

function orRefused<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ProblemsError ? new RefusedError(error.problems) : error;
  }
}

async function upOrPreview(run: Run): Promise<Partial<Outcome>> {
  const { options, home, host, config, settings } = run;
  const running = (await controlPlaneState(host)) === "running";
  if (host !== home && !running) throw new RefusedError([noHost(host)]);
  const wasThere = host === home ? running : existsSync(home.root);
  rememberHost(home, host);
  const outcome = await onStage({ ...options, home, host, config, settings }, async (stage) => {
    if (settings && host === home) remember(home, await prepareExistingCluster(stage.client, settings));
    const onEvent = (event: EngineEvent) => {
      stage.log.onEvent(event);
      options.observe?.(event);
    };
    let names: readonly string[] = [];
    const up = async () => {
      const { outputs } = await stage.stack.up({ onEvent });
      names = outputs.names?.value ?? [];
    };
    const problems =
      options.command === "up"
        ? await tellingGuests(run, stage, () => engineProblems(stage, up))
        : await engineProblems(stage, () => stage.stack.preview({ onEvent }));
    const { client, log, genuineProviders, standIns } = stage;
    return {
      ...(await described(host, client)),
      ...addressOf(settings),
      loadBalancers: settings ? balancerCosts(await client.list("v1", "Service"), settings) : [],
      names,
      ...verdict(problems),
      operations: log.operations(),
      genuineProviders,
      standIns,
    };
  });
  const temporary = options.command === "preview" && !wasThere && !options.keep;
  if (!temporary) return outcome;
  await stopControlPlane(home);
  return { ...outcome, kubeconfig: "", kubectl: "" };
}

/** What a host makes is no leftover of the rehearsals on its control plane. */
async function tellingGuests<T>(
  { options, home }: Run,
  { client }: Stage,
  work: () => Promise<T>,
): Promise<T> {
  const guests = guestsOf(home, options.folder);
  if (guests.length === 0) return work();
  const before = await inventory(client);
  const result = await work();
  const made = [...(await inventory(client))].filter((object) => !before.has(object));
  for (const guest of guests) remember(guest, made);
  return result;
}

async function down(run: Run): Promise<Partial<Outcome>> {
  const { options, home, host } = run;
  const running = (await controlPlaneState(host)) === "running";
  const outcome: Partial<Outcome> = running
    ? await onStage({ ...options, home, host }, (stage) => destroy(home, stage)).catch((error: Error) =>
        verdict([unforeseen(error)]),
      )
    : {};
  const guests = guestsOf(home, options.folder);
  if (running && guests.length > 0) {
    const problems = [...(outcome.problems ?? []), stillUsed(home, guests)];
    return { ...outcome, result: "failed", problems, leftovers: [] };
  }
  if (options.keep) return outcome;
  const left = await stopControlPlane(home);
  const leftovers = [...(outcome.leftovers ?? []), ...left];
  return { ...outcome, leftovers, ...(leftovers.length > 0 && { result: "failed" }) };
}

async function destroy(home: Home, stage: Stage): Promise<Partial<Outcome>> {
  const { stack, client, clouds, log, genuineProviders, standIns } = stage;
  const protectedResources = await liftProtection(stack);
  for (const cloud of Object.values(clouds)) cloud.liftProtection();
  const problems = await engineProblems({ log }, () => stack.destroy({ onEvent: log.onEvent }));
  const before = new Set(baseline(home));
  const objects = await objectsLeft(client, before, problems.length > 0 ? 0 : patience);
  const definitions = objects.filter((object) => staysOnSharedCluster(object, before));
  const { forgotten, kept } = cloudLeftovers(clouds);
  const leftovers = [...objects.filter((object) => !definitions.includes(object)), ...forgotten];
  return {
    ...verdict(problems),
    operations: log.operations(),
    genuineProviders,
    standIns,
    leftovers,
    kept: [...kept, ...definitions],
    protectedResources,
  };
}

/** Milliseconds in which controllers take away what went with something else, such as the volume of a claim. */
const patience = 60_000;

/** Objects a control plane did not have by itself, once nothing of them goes away any more. */
async function objectsLeft(
  client: KubernetesClient,
  before: ReadonlySet<string>,
  wait: number,
): Promise<string[]> {
  const deadline = Date.now() + wait;
  for (;;) {
    const objects = [...(await inventory(client))].filter((object) => !before.has(object));
    if (objects.every((object) => staysOnSharedCluster(object, before)) || Date.now() > deadline)
      return objects;
    await pause(500);
  }
}

/** Charts leave their definitions: on a cluster that was there before, objects of somebody else would go with them. */
function staysOnSharedCluster(object: string, before: ReadonlySet<string>): boolean {
  const shared = [...before].some((known) => known.startsWith("Node "));
  return shared && object.startsWith("CustomResourceDefinition ");
}

function baseline(home: Home): string[] {
  return JSON.parse(readFileSync(home.baseline, "utf8"));
}

/** What a cluster that is already there came with is no leftover. */
function remember(home: Home, objects: readonly string[]): void {
  writeFileSync(home.baseline, JSON.stringify([...new Set([...baseline(home), ...objects])]));
}

async function status(home: Home, host: Home): Promise<Partial<Outcome>> {
  const state = await controlPlaneState(host);
  if (state === "running") {
    const client = KubernetesClient.fromFile(host.kubeconfig);
    return described(host, client).finally(() => client.close());
  }
  const reason = state === "stopped" ? "is not running" : "was left half-way by a crash";
  const fix = `Start it with: npm run rehearse -- up ${home.stack}`;
  return { result: "failed", problems: [{ path: home.stack, reason, fix }] };
}

/** What the engine's operation ended with; empty when all went well. */
async function engineProblems(
  { log }: Pick<Stage, "log">,
  operation: () => Promise<unknown>,
): Promise<Problem[]> {
  try {
    await operation();
    return [];
  } catch (error) {
    const problems = log.problems();
    return problems.length > 0 ? problems : [unforeseen(error as Error)];
  }
}

function unforeseen({ message }: Error): Problem {
  return { path: "engine", reason: message, fix: "Run the command again; if it stays, report these words." };
}

function verdict(problems: readonly Problem[]): Pick<Outcome, "result" | "problems"> {
  return { result: problems.length > 0 ? "failed" : "succeeded", problems };
}

function addressOf(settings: Settings | undefined): Partial<Outcome> {
  if (!settings) return {};
  const url = environmentUrl(settings);
  return {
    totals: describeTotals(totals(settings)),
    warnings: settingsWarnings(settings, new Date()),
    opened: opened(settings),
    url,
    firstAdministrator: firstAdministrator(settings, url),
  };
}

async function described(host: Home, client: KubernetesClient): Promise<Partial<Outcome>> {
  const [pods, routes, policies, simulated] = await Promise.all([
    podReports(client),
    routesOf(client),
    policiesOf(client),
    simulatedWork(client),
  ]);
  return { pods, routes, policies, simulated, kubeconfig: host.kubeconfig, kubectl: commandOf("kubectl") };
}
