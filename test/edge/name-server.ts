import { Resolver } from "node:dns/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { eventually } from "../support/control-plane.ts";
import { type Stage, web, websecure } from "./stage.ts";

/** A name service that knows nothing at first. */
export interface NameServer {
  /** Where it answers, with its port. */
  readonly address: string;
  /** Makes a name lead to an address. */
  enter(host: string, address: string): Promise<void>;
  resolve(host: string): Promise<string[]>;
}

/** Starts the name service that comes with Pebble. */
export async function startNameServer(stage: Stage, address: string): Promise<NameServer> {
  const [names, management] = [`${address}:8053`, `${address}:8055`];
  const off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
  const args = ["-dnsserver", names, "-management", management, "-defaultIPv4", "", "-defaultIPv6", ""];
  stage.start("names", stage.programs["pebble-challtestsrv"], [...args, ...off]);
  const tell = async (path: string, body: object) => {
    const { status } = await fetch(`http://${management}/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return status === 200;
  };
  await eventually(() => tell("clear-a", { host: "nobody.example." }).catch(() => false));
  const resolver = new Resolver();
  resolver.setServers([names]);
  return {
    address: names,
    enter: async (host, target) => {
      if (!(await tell("add-a", { host: `${host}.`, addresses: [target] }))) throw new Error(host);
    },
    resolve: (host) => resolver.resolve4(host),
  };
}

/** Ports that only root may open, and where Traefik is in their place. */
const ports: Record<string, number> = { "80": web, "443": websecure };

/**
 * A proxy through which a program sees names as the name service has them, and the web's ports where
 * Traefik is. @returns its address
 */
export async function startProxy(stage: Stage, names: NameServer): Promise<string> {
  const dial = async (host: string, port: string): Promise<Socket | undefined> => {
    const [address] = await names.resolve(host).catch(() => []);
    return address ? connect(ports[port] ?? Number(port), address) : undefined;
  };
  const server = createServer(async (request, response) => {
    const { hostname, pathname, port } = new URL(request.url ?? "");
    const socket = await dial(hostname, port || "80");
    if (!socket) return response.writeHead(502).end();
    socket.on("error", () => request.socket.destroy());
    socket.write(`${request.method} ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
    socket.pipe(request.socket);
  });
  server.on("connect", async (request, client: Socket) => {
    const [host = "", port = ""] = request.url?.split(":") ?? [];
    const socket = await dial(host, port);
    if (!socket) return client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    client.on("error", () => socket.destroy()).pipe(socket);
    socket.on("error", () => client.destroy()).pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  stage.ended.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
