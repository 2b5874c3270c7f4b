import { spawn } from "node:child_process";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { answer, listening } from "../../rehearsal/providers/serve.ts";

/** A language host that is being served. */
export interface ServedLanguageHost {
  /** Value of PULUMI_DEBUG_LANGUAGES that makes the engine attach to it. */
  readonly debugLanguages: string;
  close(): void;
}

/**
 * Serves the engine what its language host for Node.js does, which is a Go program that is not always to be had: it runs
 * the SDK's own `cmd/run` with the program that Pulumi.yaml names.
 */
export async function serveLanguageHost(): Promise<ServedLanguageHost> {
  const server = new grpc.Server();
  let engine = "";
  const handlers = {
    handshake: answer(async (request) => {
      engine = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(async () => {
      const info = new plugins.PluginInfo();
      info.setVersion("1.0.0");
      return info;
    }),
    getRequiredPackages: answer(async () => new messages.GetRequiredPackagesResponse()),
    getRequiredPlugins: answer(async () => new messages.GetRequiredPluginsResponse()),
    run: answer((request) => run(request, engine)),
    cancel: answer(async () => new empty.Empty()),
  };
  server.addService(
    services.LanguageRuntimeService,
    handlers as unknown as grpc.UntypedServiceImplementation,
  );
  return { debugLanguages: `nodejs:${await listening(server)}`, close: () => server.forceShutdown() };
}

/** The status with which the SDK says that it has told the user everything. */
const toldTheUser = 32;

async function run(request: any, engine: string): Promise<unknown> {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    "root-directory": info.getRootDirectory(),
    parallel: String(request.getParallel()),
  };
  const script = join(info.getProgramDirectory(), "node_modules", "@pulumi", "pulumi", "cmd", "run");
  const args = [
    script,
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
  ];
  const options = info.getOptions()?.toJavaScript() ?? {};
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
  };
  const child = spawn(process.execPath, args, { cwd: info.getRootDirectory(), env, stdio: "inherit" });
  const status = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  const response = new messages.RunResponse();
  if (status === toldTheUser) response.setBail(true);
  else if (status !== 0) response.setError(`the program ended with ${status}`);
  return response;
}
