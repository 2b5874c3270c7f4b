import { createServer, type IncomingMessage, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** What an echo server saw of a request. */
export interface Seen {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  /** Length of the body that arrived. */
  readonly bytes: number;
}

/** Paths that answer with something other than what was seen. */
export const special = {
  /** Ten lines of text, one every 200 ms, the first at once. */
  slowAnswer: "trickling-answer",
  /** 64 KiB of text. */
  text: "much-text",
  /** A page with the script that its parameter of this name holds. */
  script: "page-with-script",
};

/** A server that answers with what it saw; an upgraded connection gets back every byte it sends. */
export async function echoServer(service: string, host: string, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const bytes = await lengthOf(request).catch(() => undefined);
    // Whoever has hung up hears no answer.
    if (bytes === undefined) return;
    const script = new URL(url, "http://echo").searchParams.get(special.script);
    if (script) {
      response.setHeader("content-type", "text/html");
      return response.end(`<!doctype html><body></body><script>${script}</script>`);
    }
    response.setHeader("content-type", "application/json");
    if (url.includes(special.text)) return response.end(JSON.stringify("x".repeat(65_536)));
    if (!url.includes(special.slowAnswer))
      return response.end(JSON.stringify({ service, method, url, headers, bytes }));
    for (let line = 0; line < 10; line++) {
      response.write(`line ${line}\n`);
      await pause(200);
    }
    response.end();
  });
  // Node's own limit would end slow uploads; here only Traefik's limits are looked at.
  server.requestTimeout = 0;
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject).listen(port, host, resolve);
  });
  return server;
}

async function lengthOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  return bytes;
}
