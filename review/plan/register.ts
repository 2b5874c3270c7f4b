// Runs one tree's program without an engine and prints what it registers, a line for each file of a stack. A process of its own:
// the tree may be another version of the program, with other dependencies.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isPlainObject, leaves, type PlainObject } from "../../components/merge.ts";
import type { Problem } from "../../components/problem.ts";
import { connectionLimit } from "../../components/speckle/connections.ts";
import { ownSettings, project } from "../../rehearsal/stack-file.ts";
import { concealed } from "../../stacks/concealed.ts";
import { supportWarnings } from "../../stacks/support.ts";
import { readText } from "../../stacks/text.ts";
import { envelope, masker } from "./mask.ts";
import { functionResults, resourceOutputs } from "./mock-outputs.ts";
import { type PlannedResource, type PlannedSettings, plannedId, type Registered } from "./plan.ts";

/** What the process is told on its standard input. */
export interface RegisterRequest {
  readonly tree: string;
  /** Files of the stacks to register, in this order; a stack may be there twice, as two versions of its file. */
  readonly files: readonly string[];
  /** Key of the masks. */
  readonly key: string;
}

const request: RegisterRequest = JSON.parse(readFileSync(0, "utf8"));
const { tree } = request;
const mask = masker(request.key);
const require = createRequire(join(tree, "package.json"));
// The tree's own copy, whose state the tree's program shares.
const { runtime } = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));
// Only answers go to standard output, whatever the program prints.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;

const scratch = mkdtempSync(join(tmpdir(), "review-"));
try {
  for (const file of request.files) answer(`${JSON.stringify(await register(file))}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function register(file: string): Promise<Registered> {
  const stack = basename(file, ".yaml").replace("Pulumi.", "");
  try {
    const { config, written, secretKeys } = readConfig(file);
    const settings = await settingsOf(config, written);
    return { stack, settings, resources: await registrations(stack, config, secretKeys) };
  } catch (error) {
    return { stack, problems: problemsOf(stack, error) };
  }
}

/** Encrypted values are replaced by texts that are equal exactly when the ciphertexts are. */
function readConfig(file: string): { config: PlainObject; written: PlainObject; secretKeys: string[] } {
  const own = ownSettings(file);
  const secretKeys = own.filter(([, value]) => JSON.stringify(value).includes('"secure":'));
  const named = (turned: (value: unknown) => unknown) =>
    Object.fromEntries(own.map(([key, value]) => [key, turned(value)]));
  const config: PlainObject = named((value) => withSecrets(value, placeholder));
  // A review has no right to a cluster, and needs none.
  if (isPlainObject(config.cluster) && typeof config.cluster.kubeconfig === "string") {
    const kubeconfig = join(scratch, "kubeconfig");
    writeFileSync(kubeconfig, "placeholder");
    config.cluster = { ...config.cluster, kubeconfig };
  }
  return {
    config,
    written: named((value) => withSecrets(value, envelope)),
    secretKeys: secretKeys.map(([key]) => `${project}:${key}`),
  };
}

/** A setting with something else in the place of each ciphertext. */
function withSecrets(value: unknown, turned: (ciphertext: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, turned));
  if (!isPlainObject(value)) return value;
  if (typeof value.secure === "string") return turned(value.secure);
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withSecrets(child, turned)]));
}

function placeholder(ciphertext: string): string {
  return concealed(createHash("sha256").update(ciphertext).digest("hex").slice(0, 32));
}

async function settingsOf(config: PlainObject, written: PlainObject): Promise<PlannedSettings> {
  const { parseSettings } = await load("stacks/settings.ts");
  const { cluster, pools, postgres, ifcImport, connectionsPerPool } = parseSettings(config, readText);
  const connections = connectionLimit(postgres, cluster.type);
  const { secretSettings } = await load("stacks/schema.ts");
  const isSecret = (key: string) => (secretSettings as ReadonlySet<string> | undefined)?.has(key);
  const shown = Object.entries(written).map(([key, value]) => [key, isSecret(key) ? envelope(value) : value]);
  const file: PlainObject = mask(Object.fromEntries(shown));
  return {
    pools,
    ifcImport,
    connectionsPerPool,
    ...(connections !== undefined && { connections }),
    file: Object.fromEntries(leaves(file)),
    acknowledgeDataLoss: (config.acknowledgeDataLoss as string[] | undefined) ?? [],
    warnings: supportWarnings(cluster, new Date()).map(
      ({ path, reason, fix }) => `${path}: ${reason}. ${fix}`,
    ),
    ...(config.monthlyBudget !== undefined && { monthlyBudget: Number(config.monthlyBudget) }),
  };
}

async function registrations(
  stack: string,
  config: PlainObject,
  secretKeys: string[],
): Promise<PlannedResource[]> {
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: plannedId(name),
        state: { ...inputs, ...resourceOutputs[type]?.(inputs) },
      }),
      call: ({ token, inputs }) => functionResults[token]?.(inputs) ?? {},
    },
    project,
    stack,
    // As in a preview, an output nobody gave is unknown rather than absent.
    true,
  );
  const settings = Object.entries(config).map(([key, value]) => [
    `${project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  runtime.setAllConfig(Object.fromEntries(settings), secretKeys);
  const recorded = record();
  const { default: program } = await load("index.ts");
  await program();
  await runtime.disconnect();
  await new Promise((resolve) => setImmediate(resolve));
  const [first] = rejections.splice(0);
  if (first !== undefined) throw first;
  return recorded().sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** Listens at the monitor that the mocks answer for: only the request carries provider, aliases and protection. */
function record(): () => PlannedResource[] {
  const found: PlannedResource[] = [];
  const monitor = runtime.getMonitor() as any;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: any, callback: (error: unknown, response: any) => void) => {
    const answered = (error: unknown, response: any) => {
      // What a component does, its children tell.
      if (response && request.getCustom()) found.push(planned(request, response.getUrn()));
      callback(error, response);
    };
    return register(request, answered);
  };
  return () => found;
}

function planned(request: any, fullUrn: string): PlannedResource {
  const urn = identity(fullUrn);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    provider: providerName(request.getProvider()),
    inputs: mask((request.getObject()?.toJavaScript() ?? {}) as PlainObject),
    aliases: request.getAliasesList().map((alias: unknown) => aliasUrn(alias, urn)),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
  };
}

/** A URN without project and stack, which are the same for every resource. */
function identity(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/** An alias is a URN, or says which parts of the URN were different; of what is above the mocks keep the nearest type. */
function aliasUrn(alias: any, urn: string): string {
  if (alias.getUrn()) return nearest(identity(alias.getUrn()));
  const spec = alias.getSpec();
  const [types = "", name] = urn.split("::");
  const [type, ...above] = types.split("$").reverse();
  const parent = spec.getNoparent()
    ? []
    : spec.getParenturn()
      ? [identity(spec.getParenturn()).split("::")[0]?.split("$").at(-1)]
      : above.reverse();
  return `${[...parent, spec.getType() || type].join("$")}::${spec.getName() || name}`;
}

/** An identity as the mocks give it. */
function nearest(full: string): string {
  const [types = "", name] = full.split("::");
  return `${types.split("$").slice(-2).join("$")}::${name}`;
}

/** A reference to a provider is its URN and its id. */
function providerName(reference: string): string {
  return reference.split("::").at(-2) ?? "";
}

async function load(file: string) {
  return import(pathToFileURL(join(tree, file)).href);
}

function problemsOf(stack: string, error: unknown): readonly Problem[] {
  const own = (error as { problems?: unknown }).problems;
  if (Array.isArray(own)) return own as Problem[];
  const { message, stack: trace } = error as Error;
  const place = trace
    ?.split("\n")
    .find((line) => line.includes(tree) && !line.includes("node_modules"))
    ?.replace(`${pathToFileURL(tree).href}/`, "")
    .trim();
  return [
    {
      path: `Pulumi.${stack}.yaml`,
      reason: `the program fails: ${message}${place ? ` (${place})` : ""}`,
      fix: "Mend the program, or the setting it stumbles over.",
    },
  ];
}
