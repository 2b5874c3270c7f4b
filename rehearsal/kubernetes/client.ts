import { readFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { parse } from "yaml";
import type { KubernetesObject } from "./objects.ts";

/** What the API server answered when it refused. */
export class ApiError extends Error {
  readonly code: number;
  /** Kubernetes' reason: NotFound, AlreadyExists, Invalid, Forbidden, Conflict... */
  readonly reason: string;
  /** Fields the refusal names. */
  readonly causes: readonly { field?: string; message?: string; reason?: string }[];

  constructor(code: number, status: { message?: string; reason?: string; details?: { causes?: [] } }) {
    super(status.message ?? `the API server answered ${code}`);
    this.name = "ApiError";
    this.code = code;
    this.reason = status.reason ?? "";
    this.causes = status.details?.causes ?? [];
  }
}

/** The API server has no such kind (yet). */
export class NoSuchKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "NoSuchKindError";
  }
}

/** How the API server serves one kind. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in paths. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Milliseconds without a byte after which a request has failed. */
const answerTimeout = 30_000;

/** Milliseconds for which an idle connection is kept: less than the 90 s after which the API server hangs up. */
const idleTimeout = 60_000;

/** Names one object. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Options of a server-side apply. */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubernetesObject;
}

type Query = Record<string, string | number | boolean | undefined>;

interface Cluster {
  readonly server: URL;
  readonly tls: Pick<RequestOptions, "ca" | "cert" | "key">;
  readonly token?: string;
}

/**
 * A client that carries objects as plain JSON, so that no field of any kind is dropped or renamed.
 * It authenticates with the client certificate or token of a kubeconfig's current context.
 */
export class KubernetesClient {
  readonly server: string;
  readonly #cluster: Cluster;
  readonly #agent: Agent;
  readonly #resources = new Map<string, Promise<Resource[]>>();

  /** @param kubeconfig text of a kubeconfig */
  constructor(kubeconfig: string) {
    this.#cluster = parseKubeconfig(kubeconfig);
    this.server = this.#cluster.server.origin;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, timeout: idleTimeout, ...this.#cluster.tls });
  }

  /** A client from a kubeconfig file. */
  static fromFile(path: string): KubernetesClient {
    return new KubernetesClient(readFileSync(path, "utf8"));
  }

  /** Closes idle connections; the client can still be used afterwards. */
  close(): void {
    this.#agent.destroy();
  }

  /** Every kind of one group version; asked for once and again after `forgetKinds`. */
  async kinds(apiVersion: string): Promise<Resource[]> {
    let known = this.#resources.get(apiVersion);
    if (!known) {
      known = this.#discover(apiVersion);
      this.#resources.set(apiVersion, known);
      known.catch(() => this.#resources.delete(apiVersion));
    }
    return known;
  }

  /** Forgets what is known of a group version, or of all: a definition may have come or gone. */
  forgetKinds(apiVersion?: string): void {
    if (apiVersion) this.#resources.delete(apiVersion);
    else this.#resources.clear();
  }

  /** How a kind is served. @throws NoSuchKindError */
  async resourceOf(apiVersion: string, kind: string): Promise<Resource> {
    const find = async () => (await this.kinds(apiVersion)).find((candidate) => candidate.kind === kind);
    const found = await find().catch(() => undefined);
    if (found) return found;
    this.forgetKinds(apiVersion);
    const again = await find().catch((error) => {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    });
    if (!again) throw new NoSuchKindError(apiVersion, kind);
    return again;
  }

  /** The object, or undefined when it is not there. */
  async get(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    try {
      return await this.request<KubernetesObject>("GET", await this.pathOf(ref));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, in one namespace or in all. */
  async list(
    apiVersion: string,
    kind: string,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubernetesObject[]> {
    const { namespace, ...query } = options;
    const path = await this.pathOf({ apiVersion, kind, namespace, name: "" });
    const list = await this.request<{ items: KubernetesObject[] }>("GET", path, { query });
    return list.items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Creates an object; fails when it exists. */
  async create(object: KubernetesObject, options: { dryRun?: boolean; fieldManager?: string } = {}) {
    const path = await this.pathOf({ ...refOf(object), name: "" });
    const query = { fieldManager: options.fieldManager, dryRun: options.dryRun ? "All" : undefined };
    return this.request<KubernetesObject>("POST", path, { body: object, query });
  }

  /** Server-side apply. */
  async apply(object: KubernetesObject, options: ApplyOptions): Promise<KubernetesObject> {
    const { fieldManager, force } = options;
    const query = { fieldManager, force, dryRun: options.dryRun ? "All" : undefined };
    const contentType = "application/apply-patch+yaml";
    return this.request("PATCH", await this.pathOf(refOf(object)), { body: object, query, contentType });
  }

  /** Merge-patches an object, or its status. */
  async merge(ref: ObjectRef, patch: unknown, subresource?: "status" | "scale"): Promise<KubernetesObject> {
    const path = `${await this.pathOf(ref)}${subresource ? `/${subresource}` : ""}`;
    return this.request("PATCH", path, { body: patch, contentType: "application/merge-patch+json" });
  }

  /** Asks for an object's deletion; false when it was not there. */
  async delete(
    ref: ObjectRef,
    options: { propagationPolicy?: "Foreground" | "Background" | "Orphan"; gracePeriodSeconds?: number } = {},
  ): Promise<boolean> {
    try {
      const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
      await this.request("DELETE", await this.pathOf(ref), { body });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }

  /** Asks a pod to leave, as emptying its node does. @throws ApiError 429 while a disruption budget keeps it */
  async evict({ name, namespace }: { name: string; namespace?: string | undefined }): Promise<void> {
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    await this.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, { body });
  }

  /** Path of an object, or of its collection when the name is empty. @throws NoSuchKindError */
  async pathOf(ref: ObjectRef): Promise<string> {
    const resource = await this.resourceOf(ref.apiVersion, ref.kind);
    const root = ref.apiVersion.includes("/") ? `/apis/${ref.apiVersion}` : `/api/${ref.apiVersion}`;
    const namespace = resource.namespaced && ref.namespace ? `/namespaces/${ref.namespace}` : "";
    return `${root}${namespace}/${resource.name}${ref.name ? `/${encodeURIComponent(ref.name)}` : ""}`;
  }

  /**
   * Lists a kind and then follows its changes until the signal aborts; lists again whenever the connection ends,
   * giving every object it finds as ADDED.
   */
  async *watch(
    apiVersion: string,
    kind: string,
    options: { namespace?: string; signal: AbortSignal },
  ): AsyncGenerator<WatchEvent> {
    const { namespace, signal } = options;
    while (!signal.aborted) {
      try {
        const path = await this.pathOf({ apiVersion, kind, namespace, name: "" });
        const list = await this.request<{ items: KubernetesObject[]; metadata: { resourceVersion: string } }>(
          "GET",
          path,
        );
        for (const item of list.items) yield { type: "ADDED", object: { ...item, apiVersion, kind } };
        yield* this.#follow(path, list.metadata.resourceVersion, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof NoSuchKindError) && !isTransient(error)) throw error;
      }
      await delay(500, signal);
    }
  }

  /** One request; the answer is parsed JSON. @throws ApiError */
  async request<T>(
    method: string,
    path: string,
    options: { body?: unknown; query?: Query; contentType?: string } = {},
  ): Promise<T> {
    const { body, query, contentType = "application/json" } = options;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.#options(
          method,
          withQuery(path, query),
          text ? { "content-type": contentType, "content-length": String(Buffer.byteLength(text)) } : {},
        ),
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const answer = Buffer.concat(chunks).toString();
            const code = incoming.statusCode ?? 0;
            if (code < 300) resolve(parseJson(answer) as T);
            else reject(new ApiError(code, (parseJson(answer) ?? { message: answer }) as object));
          });
        },
      );
      outgoing.setTimeout(answerTimeout, () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
      outgoing.on("error", reject);
      outgoing.end(text);
    });
  }

  async #discover(apiVersion: string): Promise<Resource[]> {
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = await this.request<{
      resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
    }>("GET", path);
    return list.resources
      .filter((resource) => !resource.name.includes("/"))
      .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, name, namespaced, verbs }));
  }

  async *#follow(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const query = { watch: true, resourceVersion, allowWatchBookmarks: true };
    const incoming = await new Promise<NodeJS.ReadableStream & { statusCode?: number }>((resolve, reject) => {
      const outgoing = request({ ...this.#options("GET", withQuery(path, query)), signal }, resolve);
      outgoing.on("error", reject);
      outgoing.end();
    });
    let rest = "";
    for await (const chunk of incoming) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = parseJson(line) as WatchEvent | undefined;
        if (!event?.type || event.type === "ERROR") return;
        if (event.type !== "BOOKMARK") yield event;
      }
    }
  }

  #options(method: string, path: string, headers: Record<string, string> = {}): RequestOptions {
    const { server, token } = this.#cluster;
    return {
      agent: this.#agent,
      host: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port || 443,
      path: server.pathname.replace(/\/$/, "") + path,
      method,
      headers: {
        accept: "application/json",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
    };
  }
}

/** The reference of an object. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, namespace };
}

function parseKubeconfig(text: string): Cluster {
  const config = parse(text);
  const context = config.contexts.find(
    (entry: { name: string }) => entry.name === config["current-context"],
  )?.context;
  const cluster = config.clusters.find((entry: { name: string }) => entry.name === context?.cluster)?.cluster;
  const user = config.users.find((entry: { name: string }) => entry.name === context?.user)?.user ?? {};
  if (!cluster?.server) throw new Error("the kubeconfig's current context names no cluster");
  const material = (data?: string, file?: string) =>
    data ? Buffer.from(data, "base64") : file ? readFileSync(file) : undefined;
  const ca = material(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const cert = material(user["client-certificate-data"], user["client-certificate"]);
  const key = material(user["client-key-data"], user["client-key"]);
  return {
    server: new URL(cluster.server),
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    ...(user.token && { token: user.token }),
  };
}

function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size ? `${path}?${search}` : path;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTransient(error: unknown): boolean {
  return !(error instanceof ApiError) || [404, 410, 429].includes(error.code) || error.code >= 500;
}

function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
