import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { fromStruct, toStruct } from "./marshal.ts";
import {
  type CheckFailure,
  type Diff,
  InitializationError,
  type Properties,
  type ProviderPlugin,
  type Resource,
} from "./plugin.ts";

/** Providers that are being served. */
export interface ServedProviders {
  /** Value of PULUMI_DEBUG_PROVIDERS that makes the engine attach to them. */
  readonly debugProviders: string;
  close(): Promise<void>;
}

/** Serves providers to the engine, each on a loopback port of its own. */
export async function serveProviders(providers: Record<string, ProviderPlugin>): Promise<ServedProviders> {
  const served = await Promise.all(
    Object.entries(providers).map(async ([name, plugin]) => ({
      name,
      ...(await serve(plugin, sdkVersion(name))),
    })),
  );
  return {
    debugProviders: served.map(({ name, port }) => `${name}:${port}`).join(","),
    close: async () => {
      for (const { server } of served) server.forceShutdown();
    },
  };
}

async function serve(
  plugin: ProviderPlugin,
  version: string,
): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server();
  server.addService(
    services.ResourceProviderService,
    handlers(plugin, version) as unknown as grpc.UntypedServiceImplementation,
  );
  return { server, port: await listening(server) };
}

/** The free loopback port at which a server listens from now on. */
export function listening(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
}

// The generated messages of one call have nothing in common that a type could say.
type Request = any;
/** What answers one call of an RPC. */
export type Handler = (call: { request: Request }, callback: grpc.sendUnaryData<unknown>) => void;

function handlers(plugin: ProviderPlugin, version: string): Record<string, Handler> {
  return {
    getPluginInfo: answer(async () => {
      const info = new plugins.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    attach: answer(async () => new empty.Empty()),
    cancel: answer(async () => {
      plugin.cancel?.();
      return new empty.Empty();
    }),
    checkConfig: answer(async (request) => checked(fromStruct(request.getNews()), [])),
    diffConfig: answer(async (request) => {
      const olds = fromStruct(request.getOldInputs());
      const replaces = plugin.replacingSettings?.(olds, fromStruct(request.getNews())) ?? [];
      return differs({ changes: replaces, replaces });
    }),
    configure: answer(async (request) => {
      await plugin.configure?.(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: answer(async (request) => {
      const context = { olds: fromStruct(request.getOlds()), seed: request.getRandomseed_asB64() };
      const news = fromStruct(request.getNews());
      const { inputs, failures } = await plugin.check(resourceOf(request), news, context);
      return checked(inputs, failures);
    }),
    diff: answer(async (request) => {
      const olds = fromStruct(request.getOldInputs());
      return differs(await plugin.diff(resourceOf(request), olds, fromStruct(request.getNews())));
    }),
    create: answer(async (request) => {
      const preview = request.getPreview();
      const { id, outputs } = await plugin.create(resourceOf(request), fromStruct(request.getProperties()), {
        preview,
      });
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: answer(async (request) => {
      const response = new messages.ReadResponse();
      const inputs = fromStruct(request.getInputs());
      const outputs = fromStruct(request.getProperties());
      const live = plugin.read
        ? await plugin.read(resourceOf(request), request.getId(), inputs, outputs)
        : { inputs, outputs };
      if (!live) return response;
      response.setId(request.getId());
      response.setProperties(toStruct(live.outputs));
      response.setInputs(toStruct(live.inputs));
      return response;
    }),
    update: answer(async (request) => {
      if (!plugin.update) throw new Error(`${resourceOf(request).type} is replaced, never updated`);
      const outputs = await plugin.update(
        resourceOf(request),
        request.getId(),
        fromStruct(request.getOlds()),
        fromStruct(request.getNews()),
        { preview: request.getPreview() },
      );
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: answer(async (request) => {
      await plugin.delete(resourceOf(request), request.getId(), fromStruct(request.getProperties()));
      return new empty.Empty();
    }),
    invoke: answer(async (request) => {
      const token = request.getTok();
      if (!plugin.invoke) throw new Error(`${token} is not simulated in the rehearsal`);
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(await plugin.invoke(token, fromStruct(request.getArgs()))));
      return response;
    }),
  };
}

/** Version of an installed SDK: the engine wants its plugin to have the same. */
export function sdkVersion(name: string): string {
  return createRequire(import.meta.url)(`@pulumi/${name}/package.json`).version;
}

/** Turns a plain function into an RPC: what it throws reaches the engine as the resource's error. */
export function answer(handle: (request: Request) => Promise<unknown>): Handler {
  return ({ request }, callback) => {
    handle(request).then(
      (response) => callback(null, response),
      (error: Error) =>
        callback({ code: grpc.status.UNKNOWN, message: error.message, metadata: partialState(error) }),
    );
  };
}

/** Tells the engine to keep a resource that exists but is not ready. */
function partialState(error: Error): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (!(error instanceof InitializationError)) return metadata;
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(toStruct(error.outputs));
  detail.setReasonsList([...error.reasons]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

function resourceOf(request: Request): Resource {
  const urn: string = request.getUrn();
  return { urn, type: urn.split("::")[2]?.split("$").at(-1) ?? "" };
}

function checked(inputs: Properties, failures: readonly CheckFailure[]) {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  for (const { property, reason } of failures) {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function differs({ changes, replaces, paths = [], deleteBeforeReplace }: Diff) {
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changes]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(paths.length > 0);
  for (const path of paths) response.getDetaileddiffMap().set(path, pathDiffers(replaces.includes(path)));
  return response;
}

function pathDiffers(replaces: boolean) {
  const diff = new messages.PropertyDiff();
  const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  diff.setKind(replaces ? UPDATE_REPLACE : UPDATE);
  diff.setInputdiff(true);
  return diff;
}
