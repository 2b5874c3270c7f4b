import { type IncomingHttpHeaders, request as plainRequest, type RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { type Duplex, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Seen } from "./echo.ts";
import { type Stage, web, websecure } from "./stage.ts";

/** One request to Traefik. */
export interface Question {
  readonly host: string;
  /** Sent as it is, with dots and escapes. */
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Chunks of the body; each is waited for. */
  readonly body?: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Address of this machine the connection comes from. */
  readonly from?: string;
  /** Without TLS, at the port for it. */
  readonly plain?: boolean;
  /** Certificate of the authority that must have signed; anything is accepted when absent. */
  readonly ca?: string;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Time from the headers to the last byte, in milliseconds. */
  readonly flowed: number;
}

/** Asks Traefik and gives its answer. */
export async function ask(stage: Pick<Stage, "address">, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = open(stage, question);
    let answered = false;
    // Who refuses a body hangs up on its sender, after the answer.
    const failed = (error: Error) => !answered && reject(error);
    outgoing.on("response", (incoming) => {
      answered = true;
      const started = Date.now();
      const { statusCode: status = 0, headers } = incoming;
      const whole = (words: string) => ({ status, headers, text: words, flowed: Date.now() - started });
      text(incoming).then(whole).then(resolve, reject);
    });
    outgoing.on("error", failed);
    pipeline(Readable.from(question.body ?? []), outgoing).catch(failed);
  });
}

/** What the echo server behind Traefik saw of a request. */
export async function seen(stage: Pick<Stage, "address">, question: Question): Promise<Seen> {
  const { status, text } = await ask(stage, question);
  if (status !== 200) throw new Error(`${question.path}: ${status} ${text}`);
  return JSON.parse(text);
}

/** Opens a websocket through Traefik; what the other side sends comes as it is. */
export async function upgrade(stage: Pick<Stage, "address">, question: Question): Promise<Duplex> {
  const headers = { connection: "Upgrade", upgrade: "websocket", ...question.headers };
  return new Promise((resolve, reject) => {
    const outgoing = open(stage, { ...question, headers });
    outgoing.on("upgrade", (_response, socket) => resolve(socket));
    outgoing.on("response", ({ statusCode }) => reject(new Error(`not upgraded: ${statusCode}`)));
    outgoing.on("error", reject).end();
  });
}

/** Asks until the answer is as wanted: Traefik takes a moment to notice what has been applied. */
export async function until(
  stage: Pick<Stage, "address">,
  question: Question,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask(stage, question).catch((error: Error) => error);
    if (!(answer instanceof Error) && wanted(answer)) return answer;
    if (Date.now() > deadline) {
      const last = answer instanceof Error ? answer.message : `${answer.status} ${answer.text}`;
      throw new Error(`${question.host}${question.path} stays at: ${last}`);
    }
    await pause(100);
  }
}

function open({ address }: Pick<Stage, "address">, question: Question) {
  const { host, path, method = "GET", headers, from, plain, ca } = question;
  const options: RequestOptions = {
    host: address,
    port: plain ? web : websecure,
    path,
    method,
    agent: false,
    headers: { host, ...headers },
    ...(from && { localAddress: from }),
  };
  return plain
    ? plainRequest(options)
    : tlsRequest({ ...options, servername: host, ...(ca ? { ca } : { rejectUnauthorized: false }) });
}
