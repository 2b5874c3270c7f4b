import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { PGlite } from "@electric-sql/pglite";
import express from "express";
import session from "express-session";
import { Issuer, Strategy, type TokenSet, type UserinfoResponse } from "openid-client";
import passport from "passport";
import { oidcClient } from "./identity-provider.ts";

declare module "express-session" {
  interface SessionData {
    token: string;
  }
}

/**
 * Reads sign-in with an OpenID Connect provider, with the libraries that Speckle's server 2.31.14 locks, and decides as
 * its `modules/auth/strategies/oidc.ts`, `modules/auth/middleware.ts` and `modules/core/services/users/management.ts` do.
 * There is no sign-in by password: `STRATEGY_LOCAL` is off. Whoever is in is told their role.
 */
export async function speckleSignIn(sql: PGlite, issuer: string, domain: string) {
  const { Client } = await Issuer.discover(issuer);
  const client = new Client({
    client_id: oidcClient.clientId,
    client_secret: oidcClient.clientSecret,
    redirect_uris: [`https://${domain}/auth/oidc/callback`],
    response_types: ["code"],
  });
  const users = usersOf(sql);
  const authenticator = new passport.Passport();
  authenticator.use(
    "oidc",
    new Strategy(
      { client, passReqToCallback: true },
      (request: IncomingMessage, _tokens: TokenSet, userinfo: UserinfoResponse, done: Done) => {
        users.letIn(userinfo.email ?? "", (request as express.Request).session.token).then(
          (user) => done(null, user),
          (error: Error) => done(error),
        );
      },
    ),
  );
  const app = express();
  app.enable("trust proxy");
  app.use(authenticator.initialize());
  const sessions = session({
    secret: randomBytes(8).toString("hex"),
    saveUninitialized: false,
    resave: false,
    cookie: { secure: true },
  });
  const sign = () => authenticator.authenticate("oidc", { scope: "openid profile email", session: false });
  app.get("/auth/oidc", sessions, keepInvitation, sign());
  app.get("/auth/oidc/callback", sessions, sign(), (request, response) => {
    request.session.destroy(() => {});
    response.json(request.user);
  });
  app.use(((error, _request, response, _next) => {
    response.status(400).json({ error: error.message });
  }) as express.ErrorRequestHandler);
  return app;
}

type Done = (error: unknown, user?: { email: string; role: string }) => void;

const keepInvitation: express.RequestHandler = (request, response, next) => {
  const { challenge, token, inviteId } = request.query;
  if (!challenge) return response.status(400).send("Invalid request: no challenge detected.");
  const given = token || inviteId;
  if (given && typeof given === "string") request.session.token = given;
  return next();
};

function usersOf(sql: PGlite) {
  const one = async <T>(query: string, ...values: string[]) => (await sql.query<T>(query, values)).rows[0];
  const roleOf = (email: string) =>
    one<{ role: string; verified: boolean }>(
      `select a.role, e.verified from user_emails e join server_acl a on a."userId" = e."userId"
       where lower(e.email) = lower($1) and e."primary"`,
      email,
    );
  const create = async (email: string) => {
    const administrator = await one("select 1 from server_acl where role = 'server:admin'");
    const role = administrator ? "server:user" : "server:admin";
    const id = randomBytes(5).toString("hex");
    await one("insert into users (id, name, email) values ($1, $1, $2)", id, email.toLowerCase());
    await one("insert into server_acl values ($1, $2)", id, role);
    await one(
      `insert into user_emails (id, email, "primary", verified, "userId") values ($1, $2, true, true, $1)`,
      id,
      email.toLowerCase(),
    );
    return { email, role };
  };
  return {
    letIn: async (email: string, token: string | undefined) => {
      const existing = await roleOf(email);
      if (existing && !existing.verified) throw new Error("the address is not verified");
      if (existing) return { email, role: existing.role };
      const config = await one<{ inviteOnly: boolean }>('select "inviteOnly" from server_config');
      if (config?.inviteOnly && !token) throw new Error("This server is invite only.");
      const invited =
        token && (await one("select 1 from server_invites where target = $1 and token = $2", email, token));
      if (token && !invited) throw new Error("Wrong e-mail address or invite token.");
      return create(email);
    },
  };
}
