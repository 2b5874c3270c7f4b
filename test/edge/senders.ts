import { type ClientHttp2Session, connect } from "node:http2";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import type { Call } from "./spellings.ts";
import { websecure } from "./stage.ts";

/** Sends calls to Traefik as they are spelt. */
export interface Senders {
  /** @returns the answer's text; empty when the call was not taken for one */
  send(call: Call): Promise<string>;
  close(): void;
}

/** @param host the environment's */
export function openSenders(address: string, host: string): Senders {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false, servername: host });
  let session: ClientHttp2Session | undefined;
  const sessionOf = () => {
    if (!session || session.closed || session.destroyed) {
      session = connect(`https://${address}:${websecure}`, { rejectUnauthorized: false, servername: host });
      session.on("error", () => {});
    }
    return session;
  };
  return {
    send: (call) => (call.http2 ? overHttp2(sessionOf(), host, call) : overHttp1(agent, address, host, call)),
    close: () => {
      agent.destroy();
      session?.destroy();
    },
  };
}

function overHttp1(agent: Agent, address: string, host: string, call: Call): Promise<string> {
  const { method, target, headers } = call;
  return new Promise((resolve, reject) => {
    const path = Buffer.from(target).toString("latin1");
    const outgoing = request({
      agent,
      host: address,
      port: websecure,
      method,
      path,
      headers: { host, ...headers },
      // A sign-in page is told the whole address in a header.
      maxHeaderSize: 2 ** 20,
    });
    outgoing.on("response", (incoming) => text(incoming).then(resolve, reject));
    // The other side may have closed a connection in the moment in which it was used again.
    const again = () => overHttp1(agent, address, host, call).then(resolve, reject);
    outgoing.on("error", (error) => (outgoing.reusedSocket ? again() : reject(error))).end();
  });
}

function overHttp2(
  session: ClientHttp2Session,
  host: string,
  { method, target, headers }: Call,
): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({ ":method": method, ":path": target, ":authority": host, ...headers });
    let answer = "";
    stream.setEncoding("utf8").on("data", (part: string) => {
      answer += part;
    });
    // A call that Traefik does not take for one is reset, and so reaches nobody.
    stream.on("error", () => resolve("")).on("close", () => resolve(answer));
    stream.end();
  });
}

/** The first value found for which something does not hold; undefined when it held for all. */
export async function counterexample<T>(
  values: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => Promise<boolean>,
): Promise<T | undefined> {
  let broken: unknown;
  const property = fc.asyncProperty(values, (value) =>
    holds(value).catch((error) => {
      broken = error;
      throw error;
    }),
  );
  const { counterexample: found } = await fc.check(property, { numRuns });
  // A call that could not be sent shows nothing.
  if (broken) throw new Error(`${JSON.stringify(found)}: ${broken}`);
  return found?.[0];
}
