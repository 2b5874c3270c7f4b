import { once } from "node:events";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import { text } from "node:stream/consumers";
import Provider from "oidc-provider";

/** What Speckle is told of itself at the provider. */
export const oidcClient = { clientId: "speckle", clientSecret: "a secret of at least thirty-two characters" };

/** A real OpenID Connect provider; whoever signs in as `anna` has the address anna@example.com. */
export async function identityProvider(address: string, port: number, redirect: string) {
  const issuer = `http://${address}:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: oidcClient.clientId,
        client_secret: oidcClient.clientSecret,
        redirect_uris: [redirect],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com`, email_verified: true, name: sub }),
    }),
  });
  const server = provider.listen(port, address);
  await once(server, "listening");
  return { issuer, server };
}

/** A browser that keeps cookies and follows where it is led; hosts under `.example` are Traefik's. */
export class Browser {
  readonly #traefik: { readonly host: string; readonly port: number };
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(traefik: { readonly host: string; readonly port: number }) {
    this.#traefik = traefik;
  }

  /** Signs in at the provider by its own pages, and gives what the last address answers. */
  async signIn(address: string, login: string): Promise<{ status: number; text: string }> {
    let page = await this.#open(new URL(address));
    for (const prompt of ["login", "consent"]) {
      if (!page.url.pathname.startsWith("/interaction/")) break;
      const form = { prompt, login, password: "any" };
      page = await this.#open(page.url, new URLSearchParams(form).toString());
    }
    return page;
  }

  async #open(url: URL, form?: string): Promise<{ url: URL; status: number; text: string }> {
    const { statusCode: status = 0, headers, text } = await this.#ask(url, form);
    return headers.location ? this.#open(new URL(headers.location, url)) : { url, status, text };
  }

  async #ask(url: URL, form?: string) {
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    const behind = url.hostname.endsWith(".example");
    const { host, port } = behind ? this.#traefik : { host: url.hostname, port: url.port };
    const outgoing = (behind ? secure : plain)({
      host,
      port,
      path: `${url.pathname}${url.search}`,
      method: form === undefined ? "GET" : "POST",
      agent: false,
      headers: {
        host: url.host,
        cookie: [...jar].map((pair) => pair.join("=")).join("; "),
        ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(behind && { servername: url.hostname, rejectUnauthorized: false }),
    });
    outgoing.end(form);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    for (const cookie of incoming.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const { statusCode, headers } = incoming;
    return { statusCode, headers, text: await text(incoming) };
  }
}
