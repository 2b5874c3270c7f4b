import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { ManagedPostgresArgs } from "../../../components/data/args.ts";
import {
  bucketPlan as awsBucket,
  cachePlan as awsCache,
  postgresPlan as awsPostgres,
  cacheParameters,
  databaseAuthorities,
  filesPolicy,
} from "../../../components/data/aws-plan.ts";
import {
  bucketPlan,
  cachePlan,
  cacheSettings,
  corsPlan,
  postgresPlan,
  spacesEndpoint,
} from "../../../components/data/digitalocean-plan.ts";
import { keeping } from "../../../components/data/keeping.ts";
import { managedUrl } from "../../../components/data/managed.ts";

const place = { name: "speckle-test", region: "fra1" };
const precious: ManagedPostgresArgs = {
  mode: "managed",
  version: 16,
  plan: "p",
  standbys: 1,
  storageGi: 60,
  data: "precious",
};
const rebuildable: ManagedPostgresArgs = { ...precious, standbys: 0, data: "rebuildable" };
const cache = { mode: "managed", plan: "p", standbys: 1 } as const;
const files = { mode: "managed", bucket: "speckle-files", data: "precious" } as const;
const origin = "https://speckle.example.com";

describe("managed stores", () => {
  it("are protected and kept when they are precious, and go with the environment otherwise", () => {
    const locked = { locked: true, options: { protect: true, retainOnDelete: true } };
    assert.deepEqual(keeping("n-server", { data: "precious" }), locked);
    assert.deepEqual(keeping("n-server", { data: "rebuildable" }), { locked: false, options: {} });
  });

  it("lose their protection only when they themselves are acknowledged", () => {
    const kept = (name: string) => keeping("n-server", { data: "precious", acknowledged: [name] });
    assert.deepEqual(kept("n-server"), { locked: false, options: {} });
    assert.deepEqual(kept("n-database"), keeping("n-server", { data: "precious" }));
    const object = "Cluster speckle/speckle-postgres";
    const args = { data: "precious", acknowledged: [object] } as const;
    assert.equal(keeping(["speckle-postgres-cluster", object], args).locked, false);
  });

  it("have each client check the certificate of the database, and the IFC importer's the host's name too", () => {
    const access = { user: "speckle", password: "a/b", host: "db.example.com", port: 25060 };
    const url = "postgresql://speckle:a%2Fb@db.example.com:25060/speckle?sslmode=";
    assert.equal(managedUrl("services", access), `${url}require`);
    assert.equal(managedUrl("importer", access), `${url}verify-full`);
  });

  it("let exactly the environment's pages upload, and read the ETag of what they sent (F27)", () => {
    for (const [rule] of [corsPlan(origin), awsBucket({ ...files, origin }).cors.corsRules]) {
      assert.deepEqual(rule?.allowedOrigins, [origin]);
      assert.ok(rule?.allowedMethods.includes("PUT"));
      assert.deepEqual(rule?.exposeHeaders, ["ETag"]);
    }
  });
});

describe("managed stores on DigitalOcean", () => {
  it("are PostgreSQL 16 and Valkey that never forgets (F29)", () => {
    const database = postgresPlan(place, precious);
    assert.deepEqual(
      [database.engine, database.version, database.nodeCount, database.storageSizeMib],
      ["pg", "16", 2, "61440"],
    );
    const valkey = cachePlan(place, cache);
    assert.deepEqual([valkey.engine, valkey.evictionPolicy], ["valkey", "noeviction"]);
    assert.equal(cacheSettings.valkeyMaxmemoryPolicy, "noeviction");
  });

  it("are reached at the region's endpoint, never the bucket's (F27)", () => {
    assert.equal(spacesEndpoint("fra1"), "https://fra1.digitaloceanspaces.com");
  });

  it("keep files private, with what was overwritten for a while", () => {
    const bucket = bucketPlan(place, files);
    assert.deepEqual([bucket.acl, bucket.versioning.enabled], ["private", true]);
  });
});

describe("managed stores on AWS", () => {
  it("are PostgreSQL 16, encrypted, out of the internet's reach, with a final snapshot when precious", () => {
    const database = awsPostgres("n", precious);
    assert.equal(database.engineVersion, "16");
    assert.deepEqual(
      [database.storageEncrypted, database.publiclyAccessible, database.multiAz],
      [true, false, true],
    );
    assert.deepEqual([database.skipFinalSnapshot, database.deleteAutomatedBackups], [false, false]);
    assert.ok(database.backupRetentionPeriod >= 7);
    const other = awsPostgres("n", rebuildable);
    assert.deepEqual([other.skipFinalSnapshot, other.multiAz], [true, false]);
  });

  it("are Valkey in one piece that never forgets, encrypted (F29)", () => {
    const valkey = awsCache("n", cache);
    assert.deepEqual(
      [valkey.engine, valkey.clusterMode, valkey.transitEncryptionEnabled, valkey.automaticFailoverEnabled],
      ["valkey", "disabled", true, true],
    );
    assert.deepEqual(cacheParameters.parameters, [{ name: "maxmemory-policy", value: "noeviction" }]);
    assert.equal(awsCache("n", { ...cache, standbys: 0 }).automaticFailoverEnabled, false);
  });

  it("give Speckle's key rights on its own bucket alone (F36)", () => {
    for (const { Effect, Resource } of JSON.parse(filesPolicy("speckle-files")).Statement) {
      assert.equal(Effect, "Allow");
      assert.match(Resource, /^arn:aws:s3:::speckle-files(\/\*)?$/);
    }
  });

  it("refuse whatever is public or not encrypted on its way", () => {
    const { access, policy } = awsBucket({ ...files, origin });
    assert.deepEqual(Object.values(access), [true, true, true, true]);
    const [statement] = JSON.parse(policy.policy).Statement;
    assert.equal(statement.Effect, "Deny");
    assert.deepEqual(statement.Condition, { Bool: { "aws:SecureTransport": "false" } });
  });

  it("have authorities that Node.js can read, of their own region alone (F28)", () => {
    const texts = databaseAuthorities("eu-central-1").split(/(?<=-----END CERTIFICATE-----)\n/);
    assert.ok(texts.length >= 3);
    for (const text of texts) assert.match(new X509Certificate(text).subject, /RDS eu-central-1 /);
    assert.throws(() => databaseAuthorities("eu-atlantis-1"), /no certificate authority is known/);
  });
});
