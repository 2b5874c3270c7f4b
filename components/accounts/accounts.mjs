// Sets who may make an account and makes the first administrator, in the image of Speckle's server and in its folder.
import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";

const { POSTGRES_URL: connectionString, INVITE_ONLY, ADMINISTRATOR: email, PASSWORD_HASH } = process.env;
const client = new pg.Client({ connectionString });

await client.connect();
try {
  await client.query("begin");
  // Held to the end, so that two of these at once never make two administrators.
  await client.query("lock table server_acl in share row exclusive mode");
  await setInviteOnly();
  if (!(await hasAdministrator())) await makeAdministrator();
  await client.query("commit");
} finally {
  await client.end();
}

async function setInviteOnly() {
  const { rowCount } = await client.query('update server_config set "inviteOnly" = $1', [
    INVITE_ONLY === "true",
  ]);
  if (rowCount !== 1)
    throw new Error(`server_config has ${rowCount} rows, not the one of this version of Speckle`);
  console.log(`accounts are ${INVITE_ONLY === "true" ? "for the invited alone" : "for whoever may come in"}`);
}

async function hasAdministrator() {
  const { rowCount } = await client.query("select 1 from server_acl where role = 'server:admin' limit 1");
  if (rowCount > 0) console.log("there is an administrator");
  return rowCount > 0;
}

/** As Speckle's server itself makes an account (`createUserFactory` of 2.31.14). */
async function makeAdministrator() {
  const { rowCount } = await client.query("select 1 from user_emails where lower(email) = lower($1)", [
    email,
  ]);
  if (rowCount > 0)
    throw new Error(`${email} has an account already that is not an administrator's, and nobody's is`);
  const id = identifier();
  await client.query(
    `insert into users (id, suuid, "createdAt", name, email, verified, "passwordDigest")
     values ($1, $2, now(), $3, $4, true, $5)`,
    [id, randomUUID(), email.split("@")[0], email.toLowerCase(), PASSWORD_HASH],
  );
  await client.query(`insert into server_acl ("userId", role) values ($1, 'server:admin')`, [id]);
  await client.query(
    `insert into user_emails (id, email, "primary", verified, "userId") values ($1, $2, true, true, $3)`,
    [identifier(), email.toLowerCase(), id],
  );
  console.log(`${email} is the administrator`);
}

/** Ten characters, as Speckle's own. */
function identifier() {
  return randomBytes(5).toString("hex");
}
