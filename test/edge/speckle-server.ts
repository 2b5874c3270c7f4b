import { createServer, type Server } from "node:http";
import express from "express";
import { createApp, createRouter, defineEventHandler, toNodeListener } from "h3";

/** What a server read in a call. */
export type Reading =
  | { readonly read: "account"; readonly invitation: unknown }
  | { readonly read: "hidden" | "other"; readonly path: string };

/**
 * Reads calls with the framework of Speckle's server and as `modules/auth/middleware.ts` and
 * `modules/auth/strategies/local.ts` of 2.31.14 do: an account is made by a POST with a challenge, and the invitation
 * is what the session has of it.
 */
export function speckleServer(): Server {
  const app = express();
  app.enable("trust proxy");
  app.post("/auth/local/register", (request, response) => {
    const { challenge, token, inviteId } = request.query;
    if (!challenge) return response.status(400).send("Invalid request: no challenge detected.");
    const given = token || inviteId;
    const invitation = given && typeof given === "string" ? given : null;
    return response.json({ read: "account", invitation } satisfies Reading);
  });
  app.get(["/metrics", "/liveness", "/readiness"], ({ url: path }, response) => {
    response.json({ read: "hidden", path } satisfies Reading);
  });
  app.use(({ url: path }, response) => {
    response.json({ read: "other", path } satisfies Reading);
  });
  return createServer(app);
}

/** Reads calls with the framework of Speckle's frontend, whose one hidden page is `server/api/status.ts`. */
export function speckleFrontend(): Server {
  const router = createRouter();
  const answer = (read: "hidden" | "other") => defineEventHandler(({ path }): Reading => ({ read, path }));
  router.use("/api/status", answer("hidden"));
  router.use("/**", answer("other"));
  return createServer(toNodeListener(createApp().use(router)));
}
