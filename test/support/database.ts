import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { accountsJob } from "../../components/accounts/accounts-job.ts";
import { speckleTables } from "./speckle-tables.ts";

/** A real PostgreSQL, in this process, with Speckle's tables. It takes one connection at a time. */
export interface SpeckleDatabase {
  readonly sql: PGlite;
  /** Empties it: the tables as Speckle's migrations leave them. */
  reset(): Promise<void>;
  /** Runs what the pod of the Job would run, on this machine and with this database. */
  run(job: ReturnType<typeof accountsJob>, hash: string): Promise<{ status: number; words: string }>;
  close(): Promise<void>;
}

/** Starts it on a free port of loopback. */
export async function speckleDatabase(): Promise<SpeckleDatabase> {
  const sql = await PGlite.create();
  const server = new PGLiteSocketServer({ db: sql, host: "127.0.0.1", port: 0 });
  await server.start();
  const { port } = (server as unknown as { server: { address(): AddressInfo } }).server.address();
  return {
    sql,
    reset: async () => {
      await sql.exec(`drop schema public cascade; create schema public; ${speckleTables}`);
    },
    run: async ({ spec }, hash) => {
      const [container] = spec.template.spec.containers;
      if (!container) throw new Error("the Job's pod has no container");
      const secrets: Record<string, string> = {
        POSTGRES_URL: `postgresql://postgres@127.0.0.1:${port}/postgres`,
        PASSWORD_HASH: hash,
      };
      const variables = container.env.map((one) => [
        one.name,
        "value" in one ? one.value : secrets[one.name],
      ]);
      const child = spawn(process.execPath, container.command.slice(1), {
        env: Object.fromEntries(variables),
      });
      const words = Promise.all([text(child.stdout), text(child.stderr)]);
      const [status] = await once(child, "exit");
      return { status, words: (await words).join("") };
    },
    close: async () => {
      await server.stop();
      await sql.close();
    },
  };
}
