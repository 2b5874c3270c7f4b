import assert from "node:assert/strict";
import { createServer } from "node:http";
import { accountsJob } from "../../components/accounts/accounts-job.ts";
import type { Registration } from "../../components/edge/registration.ts";
import { type SpeckleDatabase, speckleDatabase } from "../support/database.ts";
import { ask, until } from "./ask.ts";
import { Browser, identityProvider } from "./identity-provider.ts";
import { speckleSignIn } from "./speckle-sign-in.ts";
import { answerFor, namespace, openStage, type Stage, websecure } from "./stage.ts";

const host = "speckle.example";
const start = `https://${host}/auth/oidc?challenge=abc`;
const office = { namespace, domain: host, allowFrom: ["127.0.0.0/8"] };

/** A real provider, the real Express, passport and openid-client, a real PostgreSQL, behind the real Traefik. */
describe("signing in with a real identity provider", function () {
  this.timeout(240_000);
  let stage: Stage;
  let database: SpeckleDatabase;

  before(async () => {
    stage = await openStage();
    database = await speckleDatabase();
    stage.ended.push(() => database.close());
    const callback = `https://${host}/auth/oidc/callback`;
    const provider = await identityProvider(stage.spare, 8080, callback);
    const app = await speckleSignIn(database.sql, provider.issuer, host);
    await answerFor(stage, "server", createServer(app));
    stage.ended.push(
      () => provider.server.close(),
      () => provider.server.closeAllConnections(),
    );
  });
  after(() => stage?.close());

  /** One deployment: the routes, and before them what the Job does where an administrator is named. */
  async function deploy(registration: Registration, administrator?: string): Promise<void> {
    await database.reset();
    if (administrator) {
      const job = accountsJob({
        namespace,
        administrator,
        inviteOnly: registration === "invited",
        postgres: { name: "postgres", key: "url" },
        sslMode: "disable",
        trustsAuthority: false,
        image: "speckle/speckle-server:2.31.14",
      });
      assert.equal((await database.run(job, "$2b$10$hash")).status, 0);
    }
    await stage.apply({ ...office, registration });
    await until(stage, { host, path: "/auth/oidc" }, ({ status }) => status === 400);
  }

  const signIn = (login: string, address = start) =>
    new Browser({ host: stage.address, port: websecure }).signIn(address, login);
  const roleOf = async (login: string, address?: string) => {
    const { status, text } = await signIn(login, address);
    return status === 200 ? JSON.parse(text).role : text;
  };

  it("leaves the first account to the first who comes, where no administrator is named (F61)", async () => {
    await deploy("open");
    assert.equal(await roleOf("stranger"), "server:admin");
  });

  it("knows the administrator, whoever comes first (F61)", async () => {
    await deploy("open", "anna@example.com");
    assert.equal(await roleOf("stranger"), "server:user");
    assert.equal(await roleOf("anna"), "server:admin");
  });

  it("lets in the invited alone, and the administrator without an invitation (F61)", async () => {
    await deploy("invited", "anna@example.com");
    assert.match(await roleOf("stranger"), /invite only/);
    assert.equal(await roleOf("anna"), "server:admin");
    await database.sql.exec(
      `insert into server_invites (target, "inviterId", token) select 'bert@example.com', id, 'abc' from users`,
    );
    assert.match(await roleOf("stranger", `${start}&token=abc`), /Wrong e-mail address/);
    assert.match(await roleOf("bert"), /invite only/);
    assert.equal(await roleOf("bert", `${start}&token=abc`), "server:user");
    assert.equal(await roleOf("bert"), "server:user", "and without the invitation from then on");
  });

  it("lets nobody in by spelling the call otherwise", async () => {
    await deploy("invited", "anna@example.com");
    for (const query of [
      "challenge=abc#&token=x",
      "challenge=abc&token[]=x",
      "challenge=abc&token=a&token=b",
    ])
      assert.match(await roleOf("stranger", `https://${host}/auth/oidc?${query}`), /invite only/, query);
  });

  it("makes no account by password, neither at Traefik nor behind it", async () => {
    await deploy("invited", "anna@example.com");
    const path = "/auth/local/register";
    await until(stage, { host, path, method: "POST" }, ({ status }) => status === 403);
    const form = { host, path: `${path}?challenge=a&token=b`, method: "POST" };
    assert.equal((await ask(stage, form)).status, 404);
  });
});
