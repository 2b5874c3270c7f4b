import assert from "node:assert/strict";
import { accountsJob } from "../../../components/accounts/accounts-job.ts";
import { type SpeckleDatabase, speckleDatabase } from "../../support/database.ts";

const job = (inviteOnly: boolean, administrator = "Anna@Example.com") =>
  accountsJob({
    namespace: "speckle",
    administrator,
    inviteOnly,
    postgres: { name: "postgres", key: "url" },
    sslMode: "disable",
    trustsAuthority: false,
    image: "speckle/speckle-server:2.31.14",
  });

/** The program of the Job, with the driver that Speckle locks, at a real PostgreSQL with Speckle's tables. */
describe("the Job that makes the first administrator", function () {
  this.timeout(120_000);
  let database: SpeckleDatabase;

  before(async () => {
    database = await speckleDatabase();
  });
  beforeEach(() => database.reset());
  after(() => database?.close());

  const run = (one: ReturnType<typeof job>) => database.run(one, "$2b$10$hash");
  const accounts = async () =>
    (
      await database.sql.query(`
        select u.email, u.name, a.role, e.verified, e."primary", u."passwordDigest" as digest
        from users u join server_acl a on a."userId" = u.id join user_emails e on e."userId" = u.id
        order by u.email`)
    ).rows as Record<string, unknown>[];
  const inviteOnly = async () =>
    (await database.sql.query<{ inviteOnly: boolean }>('select "inviteOnly" from server_config')).rows[0]
      ?.inviteOnly;
  const insert = (id: string, email: string, role: string) =>
    database.sql.exec(`
      insert into users (id, name, email) values ('${id}', '${id}', '${email}');
      insert into server_acl values ('${id}', '${role}');
      insert into user_emails (id, email, "primary", "userId") values ('${id}', '${email}', true, '${id}');`);

  it("makes the account in an empty database, and Speckle ask for invitations (F61)", async () => {
    assert.equal((await run(job(true))).status, 0);
    assert.equal(await inviteOnly(), true);
    assert.deepEqual(await accounts(), [
      {
        email: "anna@example.com",
        name: "Anna",
        role: "server:admin",
        verified: true,
        primary: true,
        digest: "$2b$10$hash",
      },
    ]);
  });

  it("says nothing of the password", async () => {
    assert.doesNotMatch((await run(job(true))).words, /hash/);
  });

  it("changes nothing when it runs again, or when there is an administrator", async () => {
    await run(job(true));
    const before = await accounts();
    assert.equal((await run(job(true, "other@example.com"))).status, 0);
    assert.deepEqual(await accounts(), before);
  });

  it("leaves accounts to whoever may come in, and changes its mind with the setting", async () => {
    await run(job(true));
    await run(job(false));
    assert.equal(await inviteOnly(), false);
  });

  it("gives nobody rights who has an account already, and says so", async () => {
    await insert("stranger", "anna@example.com", "server:user");
    const { status, words } = await run(job(true));
    assert.notEqual(status, 0);
    assert.match(words, /Anna@Example.com has an account already/);
    assert.equal((await accounts())[0]?.role, "server:user");
    assert.equal(await inviteOnly(), false, "nothing is done by halves");
  });

  it("stops at tables of another version", async () => {
    await database.sql.exec("delete from server_config");
    const { status, words } = await run(job(true));
    assert.notEqual(status, 0);
    assert.match(words, /server_config has 0 rows/);
    assert.deepEqual(await accounts(), []);
  });
});
