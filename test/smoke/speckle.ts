import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { charts } from "../../components/charts.ts";
import { objectStoreBucket } from "../../components/data/object-store-values.ts";

/** An answer of an environment. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const domain = "speckle.example";
export const storeHost = `s3.${domain}`;

const page = { "content-type": "text/html" };
const json = { "content-type": "application/json" };

/** What Speckle's server says of itself. */
export const info = {
  version: charts.speckle.version,
  canonicalUrl: `https://${domain}`,
  authStrategies: [{ id: "local" }],
};

/** The answer of Speckle's server with that. */
export function serverInfo(serverInfo: object): Reply {
  return { status: 200, headers: json, body: JSON.stringify({ data: { serverInfo } }) };
}

/** What Speckle's own services answer, by method and address. */
export const speckle: Readonly<Record<string, Reply>> = {
  [`GET ${domain}/`]: { status: 200, headers: page, body: "<!doctype html>" },
  [`POST ${domain}/graphql`]: serverInfo(info),
  [`UPGRADE ${domain}/graphql`]: { status: 101 },
  [`GET ${domain}/objects/none/none`]: { status: 401 },
};

/** What the way in and the store add to that, for an environment that is as it should be. */
export const environment: Readonly<Record<string, Reply>> = {
  ...speckle,
  ...Object.fromEntries(
    ["/metrics", "/api/status", "/liveness", "/readiness"].map((path) => [
      `GET ${domain}${path}`,
      { status: 200, headers: page },
    ]),
  ),
  [`GET http://${domain}/`]: { status: 301, headers: { location: `https://${domain}/` } },
  [`POST ${domain}/auth/local/register`]: { status: 403 },
  [`OPTIONS ${storeHost}/${objectStoreBucket}/none`]: {
    status: 204,
    headers: { "access-control-allow-origin": `https://${domain}` },
  },
  [`GET ${storeHost}/`]: { status: 404 },
};

/** A server with these answers, with TLS when it is given a certificate; it is to be closed. */
export async function replying(
  replies: Readonly<Record<string, Reply>>,
  { host, port = 0, tls }: { host: string; port?: number; tls?: { cert: string; key: string } },
): Promise<{ readonly port: number; readonly server: Server }> {
  const scheme = tls ? "" : "http://";
  const replyTo = ({ method, url, headers }: IncomingMessage, verb = method) =>
    replies[`${verb} ${scheme}${headers.host}${url}`] ?? replies[`${verb} ${headers.host}${url}`];
  const listener: RequestListener = (request, response) => {
    const { status, headers = {}, body } = replyTo(request) ?? { status: 418 };
    response.writeHead(status, { ...(tls && safe), ...headers }).end(body);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("upgrade", (request, socket) => {
    const { status } = replyTo(request, "UPGRADE") ?? { status: 418 };
    socket.end(`HTTP/1.1 ${status} X\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

const safe = { "strict-transport-security": "max-age=1" };
