import { setTimeout as pause } from "node:timers/promises";
import { ask, type Question, upgrade } from "./ask.ts";
import { type Arrivals, idHeader } from "./pods.ts";

/** What a load has met. */
export interface Outcome {
  /** Requests of each kind that were answered. */
  readonly answered: Record<string, number>;
  /** Those that were not, with what came instead. */
  readonly lost: string[];
  /** Those of which a pod did not get all. */
  readonly incomplete: string[];
  /** Those of which pods got the beginning more than once. */
  readonly twice: string[];
}

/** A small body. */
export const chunk = Buffer.alloc(1000, "x");

/** Bytes that come in over three seconds, or a fifth of a second for each chunk. */
export async function* trickle(chunks = 15) {
  for (let index = 0; index < chunks; index++) {
    await pause(200);
    yield chunk;
  }
}

/** One kind of request, sent anew as soon as the last one is answered, by so many at once. */
interface Kind {
  readonly at: number;
  readonly question: () => Omit<Question, "host">;
  /** Body of the answer: the pods tell how many bytes arrived. */
  readonly bytes: number;
}

const kinds: Record<string, Kind> = {
  GET: { at: 2, question: () => ({ path: "/" }), bytes: 0 },
  POST: {
    at: 2,
    question: () => ({ path: "/graphql", method: "POST", body: [chunk] }),
    bytes: 1000,
  },
  "gathered upload": {
    at: 4,
    question: () => ({ path: "/api/stream/a/blob", method: "POST", body: trickle() }),
    bytes: 15_000,
  },
  "streamed upload": {
    at: 4,
    question: () => ({ path: "/objects/a", method: "POST", body: trickle() }),
    bytes: 15_000,
  },
};

/**
 * Sends requests of every kind, and holds websockets open, for as long as something goes on.
 * @param arrivals what the pods have got
 */
export async function under(
  stage: { readonly address: string },
  host: string,
  arrivals: Arrivals,
  something: () => Promise<void>,
): Promise<Outcome> {
  arrivals.clear();
  const outcome: Outcome = { answered: {}, lost: [], incomplete: [], twice: [] };
  let over = false;
  let number = 0;
  const one = async (kind: string, send: (headers: Record<string, string>) => Promise<void>) => {
    const id = `${kind} ${number++}`;
    try {
      await send({ [idHeader]: id });
      outcome.answered[kind] = (outcome.answered[kind] ?? 0) + 1;
    } catch (error) {
      outcome.lost.push(`${id}: ${(error as Error).message}`);
    }
    await pause(10);
  };
  const requests = Object.entries(kinds).flatMap(([kind, { at, question, bytes }]) =>
    Array.from({ length: at }, async (_, index) => {
      // So that of slow ones there is always one at its beginning, and one at its end.
      await pause(index * 700);
      while (!over)
        await one(kind, async (headers) => {
          const { status, text } = await ask(stage, { host, ...question(), headers });
          if (status !== 200) throw new Error(`${status} ${text}`);
          if (text !== String(bytes))
            outcome.incomplete.push(`${headers[idHeader]}: ${text} of ${bytes} bytes`);
        });
    }),
  );
  const websockets = Array.from({ length: 3 }, async () => {
    while (!over)
      await one("websocket", async (headers) => {
        const socket = await upgrade(stage, { host, path: "/graphql", headers });
        const closed = new Promise((resolve) => socket.on("error", () => {}).on("close", resolve));
        socket.resume();
        while (!over && !socket.destroyed && !socket.readableEnded) await pause(50);
        socket.destroy();
        await closed;
      });
  });
  try {
    await something();
  } finally {
    over = true;
    await Promise.all([...requests, ...websockets]);
  }
  outcome.twice.push(...[...arrivals].flatMap(([id, times]) => (times > 1 ? [id] : [])));
  return outcome;
}
