import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createListener, type Server as Listener } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds after which connections to a Service go where its pods are. */
export const lag = 2000;
/** Milliseconds until a new pod is ready. */
const startTime = 1000;

/** Requests by their ids, as often as a pod has got the beginning of one. */
export type Arrivals = Map<string, number>;

/** Header with a request's id. */
export const idHeader = "x-request-number";

/** Part of the paths at which a pod hangs up as soon as a request has begun. */
export const hangUp = "hang-up";

/** One pod's process. */
interface Pod {
  readonly server: Server;
  /** It has got SIGTERM: nothing listens any more. */
  ended: boolean;
  /** What SIGTERM does to it, until it has ended. */
  terminate(): Promise<void>;
}

/**
 * A Service of one pod, as strict as a cluster may be: connections go to a pod for two seconds after it is no longer the
 * one, and are refused once that has got SIGTERM, when it stops listening at once.
 */
export class Service {
  readonly #address: string;
  readonly #port: number;
  readonly #arrivals: Arrivals;
  /** Where connections go. */
  #pod: Pod;
  #listener: Listener | undefined;
  /** Requests that came to a pod half a second or more after nothing led there any more. */
  late = 0;

  private constructor(address: string, port: number, arrivals: Arrivals) {
    this.#address = address;
    this.#port = port;
    this.#arrivals = arrivals;
    this.#pod = this.#startPod();
  }

  /** A Service whose pod is ready. */
  static async start(address: string, port: number, arrivals: Arrivals): Promise<Service> {
    const service = new Service(address, port, arrivals);
    await service.#listen();
    return service;
  }

  /**
   * Replaces the pod: the next one is ready first.
   * @param sleepSeconds for which the kubelet waits before it sends SIGTERM
   */
  async update(sleepSeconds: number): Promise<void> {
    await pause(startTime);
    const old = this.#pod;
    await Promise.all([this.#end(old, sleepSeconds), this.#lead(this.#startPod())]);
  }

  async close(): Promise<void> {
    this.#refuse();
    await this.#pod.terminate();
  }

  async #end(pod: Pod, sleepSeconds: number): Promise<void> {
    await pause(sleepSeconds * 1000);
    if (pod === this.#pod) this.#refuse();
    await pod.terminate();
  }

  async #lead(pod: Pod): Promise<void> {
    await pause(lag);
    const old = this.#pod;
    this.#pod = pod;
    if (!this.#listener) await this.#listen();
    await pause(500);
    old.server.on("request", () => this.late++);
  }

  async #listen(): Promise<void> {
    this.#listener = createListener((socket) => this.#pod.server.emit("connection", socket));
    this.#listener.listen(this.#port, this.#address);
    await once(this.#listener, "listening");
  }

  #refuse(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** A server that ends as Speckle's does: requests that have begun are finished, all other connections closed. */
  #startPod(): Pod {
    /** Requests under way by their connections, of which there are none where a websocket is. */
    const open = new Map<Duplex, number>();
    const server = createServer(async (request, response) => {
      const { socket } = request;
      this.#arrived(request);
      if (request.url?.includes(hangUp)) return socket.destroy();
      open.set(socket, 1);
      response.on("close", () => {
        if (open.has(socket)) open.set(socket, 0);
        if (pod.ended) socket.end();
      });
      const bytes = await lengthOf(request).catch(() => undefined);
      if (bytes !== undefined) response.end(String(bytes));
    });
    server.keepAliveTimeout = 61_000;
    server.requestTimeout = 0;
    server.on("connection", (socket) => {
      open.set(socket, 0);
      socket.on("close", () => open.delete(socket));
    });
    server.on("upgrade", (request, socket) => {
      this.#arrived(request);
      socket.on("error", () => socket.destroy());
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      socket.pipe(socket);
    });
    const pod: Pod = {
      server,
      ended: false,
      terminate: async () => {
        pod.ended = true;
        for (const [socket, requests] of open) if (requests === 0) socket.end();
        while (open.size > 0) await pause(10);
      },
    };
    return pod;
  }

  #arrived({ headers }: IncomingMessage): void {
    const id = headers[idHeader];
    if (typeof id === "string") this.#arrivals.set(id, (this.#arrivals.get(id) ?? 0) + 1);
  }
}

async function lengthOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  return bytes;
}
