import type { X509Certificate } from "node:crypto";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { connect, getCACertificates } from "node:tls";

/** How an environment is reached. */
export interface Way {
  /** Asked in the place of the address its names lead to. */
  readonly address?: string | undefined;
  readonly http: number;
  readonly https: number;
  /** An authority that is trusted besides those this machine trusts, as PEM text. */
  readonly authority?: string | undefined;
}

/** The ports browsers use. */
export const usualPorts = { http: 80, https: 443 };

/** One request. */
export interface Request {
  readonly host: string;
  readonly path: string;
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without TLS. */
  readonly plain?: boolean;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The certificate a host shows. */
export interface Shown {
  readonly certificate: X509Certificate;
  /** OpenSSL's code for why this machine does not trust it; undefined when it does. */
  readonly distrust: string | undefined;
}

/** After so many milliseconds nobody waits any more. */
const patience = 15_000;

/** Asks, whatever the certificate says: that is looked at by itself. @throws Error when nobody answers */
export async function ask(
  way: Way,
  { host, path, method = "GET", plain, ...more }: Request,
): Promise<Answer> {
  const options = {
    host: way.address ?? host,
    port: plain ? way.http : way.https,
    path,
    method,
    agent: false,
    headers: { host, ...more.headers },
    signal: AbortSignal.timeout(patience),
  };
  const outgoing = plain
    ? plainRequest(options)
    : tlsRequest({ ...options, servername: host, rejectUnauthorized: false });
  return new Promise((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("upgrade", ({ statusCode: status = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status, headers, text: "" });
    });
    outgoing.on("response", (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((words) => resolve({ status, headers, text: words }), reject);
    });
    outgoing.end(more.body);
  });
}

/** The certificate that is shown for a host. @throws Error when nobody answers with TLS */
export async function shownCertificate(way: Way, host: string): Promise<Shown> {
  const trusted = [...getCACertificates("default"), ...getCACertificates("system")];
  const socket = connect({
    host: way.address ?? host,
    port: way.https,
    servername: host,
    rejectUnauthorized: false,
    ca: way.authority ? [...trusted, way.authority] : trusted,
  });
  // Once the certificate is here, nothing that happens to the connection matters.
  socket.on("error", () => {});
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(patience) });
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) throw new Error("no certificate is shown");
    return { certificate, distrust: socket.authorized ? undefined : String(socket.authorizationError) };
  } finally {
    socket.destroy();
  }
}

/** The addresses a name leads to. @throws Error when it leads nowhere */
export async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
